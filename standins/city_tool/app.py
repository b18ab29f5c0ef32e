"""The demo city tool's pages."""

import secrets

from flask import Flask, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from standins.city_tool import card
from standins.city_tool.config import HOSTS, Config
from standins.serving import standin_app

LIBRARY = "library.mado.example"


def create_app(config: Config) -> Flask:
    """The application over its configuration."""
    app = standin_app("city-tool", __name__)
    _protect(app, config)
    _applications(app, config)
    card.register(app, config)
    _sites(app, config)
    _hosts(app, config)
    return app


def _protect(app: Flask, config: Config) -> None:
    # The phone page may frame these pages as the in-app browser; nobody else may. A form may
    # end at the portal: browsers apply form-action to the redirect after it.
    policy = (
        "default-src 'none'; img-src data:; style-src 'self'; script-src 'self'; "
        f"form-action 'self' {config.portal_url}; "
        f"frame-ancestors 'self' {config.line_url}; base-uri 'none'"
    )

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @app.context_processor
    def around() -> dict[str, str]:
        return {"portal_url": config.portal_url, "line_url": config.line_url}


def _leaves_frame() -> bool:
    """Asked for the system browser, but opened within LINE's frame."""
    in_frame = request.headers.get("Sec-Fetch-Dest") == "iframe"
    return in_frame and request.args.get("openExternalBrowser") == "1"


def _applications(app: Flask, config: Config) -> None:
    @app.get("/e-application/<slug>")
    def application(slug: str) -> ResponseReturnValue:
        name = config.applications.get(slug, "電子申請")
        if _leaves_frame():
            return render_template("leave.html", name=name, address=request.url)
        return render_template("application.html", name=name, slug=slug, faults={}, given={})

    @app.post("/e-application/<slug>")
    def receive(slug: str) -> ResponseReturnValue:
        name = config.applications.get(slug, "電子申請")
        given = request.form.get("nickname", "").strip()[:40]
        if not given:
            faults = {"nickname": "呼び名を入れてください。"}
            page = render_template(
                "application.html", name=name, slug=slug, faults=faults, given=request.form
            )
            return page, 400
        # Nothing is kept: the number only shows how a receipt looks.
        return redirect(f"/e-application/{slug}/received/{secrets.randbelow(10**8):08d}", 303)

    @app.get("/e-application/<slug>/received/<number>")
    def received(slug: str, number: str) -> ResponseReturnValue:
        name = config.applications.get(slug, "電子申請")
        return render_template("received.html", name=name, number=number[:8])


def _sites(app: Flask, config: Config) -> None:
    @app.get("/")
    def start() -> ResponseReturnValue:
        return render_template("start.html", sites=config.sites, applications=config.applications)

    @app.get("/<slug>")
    def site(slug: str) -> ResponseReturnValue:
        found = config.sites.get(slug) or abort(404)
        if _leaves_frame():
            return render_template("leave.html", name=found[0], address=request.url)
        has_card = slug == "library"
        return render_template("site.html", name=found[0], text=found[1], has_card=has_card)

    @app.errorhandler(404)
    def unknown(_error: Exception) -> ResponseReturnValue:
        return render_template("unknown.html"), 404


def _hosts(app: Flask, config: Config) -> None:
    @app.get("/sites/<host>/")
    @app.get("/sites/<host>/<path:page>")
    def host(host: str, page: str = "") -> ResponseReturnValue:
        """Any site under .example, since such names lead nowhere."""
        name = HOSTS.get(host, host)
        if _leaves_frame():
            return render_template("leave.html", name=name, address=request.url)
        applications = config.applications if name == "電子申請" else {}
        text = f"{host}/{page} の代わりです。"
        return render_template(
            "site.html",
            name=name,
            text=text,
            applications=applications,
            has_card=host == LIBRARY,
        )
