"""The website: pages, feeds, sitemaps and a list page under /sites/HOST/…, and control calls."""

import gzip
import hashlib
import time
from collections.abc import Iterator
from email.utils import format_datetime
from typing import Any

from flask import Flask, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from standins.city_site import formats
from standins.city_site.content import HOSTS, JAPAN, Fault, Site
from standins.serving import standin_app

NEWEST = 10  # entries of a feed


def create_app(port: int, portal: str = "") -> Flask:
    """The application; its site is as on the first day. portal's bot is embedded where named."""
    app = standin_app("city-site", __name__)
    app.jinja_env.globals["portal"] = portal

    @app.after_request
    def be_strict(response: Response) -> Response:
        # As strict as a careful city is: what we embed must work under it.
        allowed = f" {portal}" if portal else ""
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self'{allowed}; frame-src 'self'{allowed};"
            " style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
        )
        return response

    site = Site()
    site.reset()
    _control(app, site)
    _website(app, site)

    @app.get("/")
    def start() -> ResponseReturnValue:
        return render_template("start.html", hosts=HOSTS, port=port)

    return app


def _control(app: Flask, site: Site) -> None:
    @app.post("/__standin__/reset")
    def reset() -> Response:
        site.reset()
        return jsonify(pages=len(site.pages))

    @app.post("/__standin__/page")
    def page() -> Response:
        given = dict(request.get_json())
        changed = site.put(given.pop("path"), given)
        return jsonify(path=changed.path, updated=changed.updated.isoformat())

    @app.post("/__standin__/remove")
    def remove() -> Response:
        given = request.get_json()
        site.remove(given["path"], int(given.get("status", 410)))
        return jsonify(removed=given["path"])

    @app.post("/__standin__/fault")
    def fault() -> Response:
        with site.lock:
            site.faults = [Fault(**each) for each in request.get_json()["next"]]
        return jsonify(faults=len(site.faults))

    @app.post("/__standin__/config")
    def config() -> Response:
        for name, value in request.get_json().items():
            if name not in {"robots", "encoding", "index_parts"}:
                abort(400)
            setattr(site, name, value)
        return jsonify(ok=True)

    @app.get("/__standin__/requests")
    def requests() -> Response:
        with site.lock:
            asked, site.requests = site.requests, []
        return jsonify(requests=asked)


def _website(app: Flask, site: Site) -> None:
    @app.get("/sites/<host>/")
    @app.get("/sites/<host>/<path:path>")
    def website(host: str, path: str = "") -> ResponseReturnValue:
        if host not in HOSTS:
            abort(404)
        place = f"/{path}"
        with site.lock:
            told = {"host": host, "path": place, "agent": request.headers.get("User-Agent", "")}
            told["etag"] = request.headers.get("If-None-Match", "")
            site.requests.append(told)
        fault = site.fault_for(place)
        if fault is not None and (spoilt := _spoilt(fault, host)) is not None:
            return spoilt
        return _served(site, host, place)


def _served(site: Site, host: str, path: str) -> ResponseReturnValue:
    if path == "/robots.txt":
        return Response(site.robots, content_type="text/plain; charset=utf-8")
    made = formats.listing(site, path)
    if made is not None:
        body, kind = made
        return _conditional(body, kind)
    page = site.pages.get(path.removesuffix("index.html") or path)
    if path in {"/", "/index.html"}:
        return render_template("list.html", pages=site.listed(), host=host)
    if page is None or page.status in {404, 410}:
        return Response("<h1>ページが見つかりません</h1>", page.status if page else 404)
    if page.status != 200:
        return Response("<h1>エラー</h1>", page.status)
    if page.moved_to:
        return Response("", 301, {"Location": page.moved_to})
    text = render_template("page.html", page=page, encoding=site.encoding, japan=JAPAN)
    answer = _conditional(
        text.encode(site.encoding, "replace"), f"text/html; charset={site.encoding}"
    )
    answer.headers["Last-Modified"] = format_datetime(page.updated)
    return answer


def _conditional(body: bytes, kind: str) -> Response:
    answer = Response(body, content_type=kind)
    answer.set_etag(hashlib.sha256(body).hexdigest()[:16])
    answer.make_conditional(request)
    return answer


def _spoilt(fault: Fault, host: str) -> Response | None:
    """The ordered misbehaviour; None where it has only cost time."""
    made: dict[str, Any] = {
        "status": lambda: Response("<h1>エラー</h1>", fault.status, _retry(fault)),
        "drip": lambda: Response(_drip(fault.seconds), content_type="text/html"),
        "big": lambda: Response(_flood(), content_type="text/html"),
        "zipped": lambda: _zipped(),
        "broken": lambda: Response("<urlset><url><loc>http", content_type="application/xml"),
        "bomb": lambda: Response(formats.BOMB, content_type="application/xml"),
        "elsewhere": lambda: Response("", 302, {"Location": fault.target}),
        "cut": lambda: Response(
            "<rss", headers={"Content-Length": "5000"}, content_type="text/xml"
        ),
    }
    if fault.kind == "hang":
        time.sleep(fault.seconds)
        return None
    return made[fault.kind]() if fault.kind in made else None


def _retry(fault: Fault) -> dict[str, str]:
    return {"Retry-After": fault.retry_after} if fault.retry_after else {}


def _drip(seconds: float) -> Iterator[bytes]:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        yield b"<p>"
        time.sleep(0.1)


def _flood() -> Iterator[bytes]:
    for _ in range(2000):
        yield b"<p>x</p>" * 8192


def _zipped() -> Response:
    body = gzip.compress(b"\0" * 200_000_000, 9)
    return Response(body, headers={"Content-Encoding": "gzip"}, content_type="text/html")
