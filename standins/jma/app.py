"""Feeds and messages under /developer/xml/…, a page to publish one, and control calls."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from standins.jma import messages
from standins.jma.content import FEEDS, Agency, made
from standins.serving import standin_app

ROOT = "/developer/xml"


def create_app(port: int) -> Flask:
    """The application; nothing is published yet."""
    app = standin_app("jma", __name__)
    agency = Agency()
    _feeds(app, agency, f"http://localhost:{port}")
    _control(app, agency)

    @app.get("/")
    def start() -> ResponseReturnValue:
        return render_template(
            "start.html",
            hazards=[*messages.WEATHER, "river", "tsunami", "cancel_tsunami", "earthquake"],
            published=agency.published[::-1],
            root=ROOT,
        )

    @app.post("/publish")
    def publish() -> ResponseReturnValue:
        agency.publish(*made(request.form.to_dict()))
        return redirect("/", 303)

    return app


def _feeds(app: Flask, agency: Agency, origin: str) -> None:
    @app.get(f"{ROOT}/feed/<name>.xml")
    def feed(name: str) -> ResponseReturnValue:
        _noted(agency)
        if name.removesuffix("_l") not in FEEDS:
            abort(404)
        listed = agency.listed(name.removesuffix("_l"), long=name.endswith("_l"))
        text = render_template("feed.xml", listed=listed, name=name, origin=f"{origin}{ROOT}")
        newest = listed[0].at if listed else datetime(2026, 1, 1, tzinfo=UTC)
        return _conditional(text, newest)

    @app.get(f"{ROOT}/data/<name>")
    def message(name: str) -> ResponseReturnValue:
        _noted(agency)
        found = next((one for one in agency.published if one.name == name), None)
        if found is None:
            abort(404)
        return _conditional(found.xml, found.at)


def _control(app: Flask, agency: Agency) -> None:
    @app.post("/__standin__/publish")
    def publish_given() -> Response:
        given = request.get_json()
        at = datetime.fromisoformat(given["at"]) if "at" in given else None
        if "xml" in given:
            one = agency.publish(given["family"], given["xml"], given.get("title", ""), at)
        else:
            one = agency.publish(*made(given), at)
        return jsonify(name=one.name, feed=one.feed)

    @app.post("/__standin__/reset")
    def reset() -> Response:
        agency.reset()
        return jsonify(ok=True)

    @app.get("/__standin__/requests")
    def requests() -> Response:
        with agency.lock:
            asked, agency.requests = agency.requests, []
        return jsonify(requests=asked)


def _noted(agency: Agency) -> None:
    told = {"path": request.path, "etag": request.headers.get("If-None-Match", "")}
    with agency.lock:
        agency.requests.append(told | {"agent": request.headers.get("User-Agent", "")})


def _conditional(text: str, changed: datetime) -> Response:
    body = text.encode()
    answer = Response(body, content_type="application/xml; charset=utf-8")
    answer.headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    answer.set_etag(hashlib.sha256(body).hexdigest()[:16])
    answer.make_conditional(request)
    return answer
