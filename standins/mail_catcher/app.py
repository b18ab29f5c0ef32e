"""The web side: what was caught, for people and for scripts."""

import dataclasses

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from standins.mail_catcher.reading import Mail, read
from standins.mail_catcher.receiving import Refusals
from standins.mail_catcher.store import MailStore
from standins.serving import standin_app

POLICY = (
    "default-src 'none'; img-src data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# The HTML part is a stranger's page: no scripts, no origin, only pictures and its own styles.
# Its links may open a new tab.
PART_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "img-src data: https: http://localhost:*; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


def create_app(store: MailStore, refusals: Refusals) -> Flask:
    """The web application over a store."""
    app = standin_app("mail-catcher", __name__)
    _protect(app)
    _pages(app, store)
    _scripts(app, store, refusals)
    return app


def _protect(app: Flask) -> None:
    @app.before_request
    def refuse_other_sites() -> None:
        site = request.headers.get("Sec-Fetch-Site", "none")
        if request.method == "POST" and site not in {"none", "same-origin"}:
            abort(403)

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _found(store: MailStore) -> list[Mail]:
    most = min(request.args.get("limit", 100, type=int), 1000)
    after = request.args.get("after", 0, type=int)
    return [read(row) for row in store.newest(request.args.get("to", ""), most, after)]


def _one(store: MailStore, number: int) -> Mail:
    row = store.one(number)
    return read(row) if row is not None else abort(404)


def _pages(app: Flask, store: MailStore) -> None:
    @app.get("/")
    def inbox() -> ResponseReturnValue:
        to = request.args.get("to", "")
        return render_template("inbox.html", mails=_found(store), to=to, total=store.count())

    @app.get("/messages/<int:number>")
    def message(number: int) -> ResponseReturnValue:
        return render_template("message.html", mail=_one(store, number))

    @app.get("/messages/<int:number>/html")
    def html_part(number: int) -> ResponseReturnValue:
        headers = {"Content-Security-Policy": PART_POLICY}
        base = '<base target="_blank">'
        return base + _one(store, number).html, 200, headers

    @app.get("/messages/<int:number>/raw")
    def raw(number: int) -> ResponseReturnValue:
        row = store.one(number) or abort(404)
        return row["raw"], 200, {"Content-Type": "text/plain; charset=utf-8"}

    @app.post("/clear")
    def clear() -> ResponseReturnValue:
        store.clear()
        return redirect("/", 303)


def _scripts(app: Flask, store: MailStore, refusals: Refusals) -> None:
    @app.get("/messages.json")
    def messages() -> ResponseReturnValue:
        return jsonify(messages=[dataclasses.asdict(one) for one in _found(store)])

    @app.get("/messages/<int:number>.json")
    def message_json(number: int) -> ResponseReturnValue:
        return jsonify(dataclasses.asdict(_one(store, number)))

    @app.post("/__standin__/fault")
    def fault() -> ResponseReturnValue:
        body = request.get_json(force=True)
        try:
            refusals.order(body.get("refuse", []))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return jsonify(error=str(error)), 400
        return jsonify(status="ok")

    @app.post("/__standin__/reset")
    def reset() -> ResponseReturnValue:
        store.clear()
        refusals.order([])
        return jsonify(status="ok")

    @app.get("/__standin__/state")
    def state() -> ResponseReturnValue:
        return jsonify(messages=store.count())
