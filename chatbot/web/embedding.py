"""The bot on other sites of the city: a page to frame, and the same reply as JSON.

Neither reads nor sets a cookie and neither keeps a word, so a site that embeds us needs no banner
for it. Only sites named in EMBED_ORIGINS may frame the page or read the JSON.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question
from chatbot.tuning import asking
from chatbot.web.turns import LONGEST, Turn, opened, sealed, settings, shown, taken, view
from portal.core.errors import Forbidden
from portal.core.i18n import LANGUAGES, force_locale
from portal.core.web.access import public
from portal.core.web.app import csrf, limiter
from portal.core.web.headers import content_security_policy

bp = Blueprint("embedded", __name__)

MOST_CONTEXT, LONGEST_CONTEXT = 12, 600


@bp.get("/ask/embed.js")
@limiter.limit("600 per minute")
@public()
def script() -> Response:
    """The one tag of a site that embeds us: an address without a hash, so kept for an hour only."""
    program = (Path(str(current_app.static_folder)) / "js" / "ask-embed.js").read_bytes()
    response = Response(program, mimetype="text/javascript")
    response.cache_control.public, response.cache_control.max_age = True, 3600
    response.add_etag()
    response.make_conditional(request)
    origin = request.headers.get("Origin", "")
    return _readable(response, origin if origin in allowed() else "")


@bp.get("/ask/embedded")
@limiter.limit("120 per minute")
@public()
def start() -> Response:
    """An empty conversation, for a frame."""
    return _page([], "")


@bp.post("/ask/embedded")
@csrf.exempt  # type: ignore[untyped-decorator]  # no cookie counts here, so none can be abused
@limiter.limit("60 per minute")
@public(audited=False)  # asking changes nothing of anybody
def turn() -> tuple[Response, int] | Response:
    """One turn."""
    earlier = opened(request.form.get("trail", ""))
    asked, choice = request.form.get("text", "").strip()[:LONGEST], request.form.get("choice", "")
    if not asked and not choice:
        return _page(earlier, "empty")
    try:
        return _page(taken(asked, choice, earlier, _language()), "")
    except AnswersUnavailable:
        return _page(earlier, "away", asked), 503


@bp.route("/ask.json", methods=["POST", "OPTIONS"])
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("60 per minute", methods=["POST"])
@public(audited=False)  # asking changes nothing of anybody
def as_json() -> Response | tuple[Response, int]:
    """One turn for scripts: {text, choice?, language?, context?} gives the reply as it is shown."""
    origin = request.headers.get("Origin", "")
    if origin and origin != settings().PUBLIC_URL and origin not in allowed():
        raise Forbidden()
    if request.method == "OPTIONS":
        return _readable(make_response("", 204), origin)
    question = _question(request.get_json(force=True, silent=True))
    if question is None:
        return _readable(jsonify(error="text or choice is needed"), origin), 400
    try:
        reply = asking.turn(question, channel="web")
    except AnswersUnavailable:
        return _readable(jsonify(error="try again later"), origin), 503
    told = asdict(view(reply)) | {"context": dict(reply.context), "key": reply.key}
    return _readable(jsonify(told), origin)


def allowed() -> list[str]:
    """Origins that may embed us."""
    return settings().EMBED_ORIGINS.split()


def _readable(response: Response, origin: str) -> Response:
    """Let the allowed site's script read it; without cookies, which it needs none of."""
    response.vary.add("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = "3600"
    return response


def _question(given: Any) -> Question | None:
    if not isinstance(given, dict):
        return None
    text, choice = given.get("text", ""), given.get("choice", "")
    language, context = given.get("language", "ja"), given.get("context") or {}
    if not all(isinstance(one, str) for one in (text, choice, language)):
        return None
    if not isinstance(context, dict) or len(context) > MOST_CONTEXT:
        return None
    kept = {
        str(name): value
        for name, value in context.items()
        if isinstance(value, str) and len(value) <= LONGEST_CONTEXT
    }
    if not text.strip() and not choice:
        return None
    return Question(text.strip()[:LONGEST], language, kept, payload=choice[:LONGEST])


def _language() -> str:
    """By ?in=, not ?lang=, which would leave a cookie."""
    wanted = request.args.get("in", "ja")
    return wanted if wanted in LANGUAGES else "ja"


def _page(turns: list[Turn], wrong: str, asked: str = "") -> Response:
    language = _language()
    with force_locale(language):
        faults = {
            "empty": gettext("Please write your question."),
            "away": gettext("I can not answer right now. Please try again in a few minutes."),
        }
        response = make_response(
            render_template(
                "chatbot/embedded.html",
                turns=shown(turns),
                trail=sealed(turns),
                asked=asked,
                wrong=faults.get(wrong, ""),
                language=language,
            )
        )
    ancestors = " ".join(["'self'", *allowed()])
    response.headers["Content-Security-Policy"] = content_security_policy(settings(), ancestors)
    g.framed_by_others = True
    return response
