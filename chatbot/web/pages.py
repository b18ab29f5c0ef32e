"""/ask: the same dialogue as on LINE, in HTML, without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer
from wtforms import StringField

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question, Reply
from chatbot.rendering import web as rendering
from chatbot.rendering.outside import reachable
from chatbot.tuning import asking as tuned
from chatbot.tuning import saying
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.settings import Settings
from portal.core.web.access import public
from portal.core.web.app import limiter
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.insight import asking

bp = Blueprint("chat", __name__)

TURNS_SHOWN = 5  # earlier turns travel in the form, signed, not in the session
LONGEST = 400  # characters of a question

# What a first-time visitor may tap instead of typing.
EXAMPLES = {
    False: (
        N_("Where can I get a certificate of residence?"),
        N_("How do I apply for the child allowance?"),
        N_("When is the city hall open?"),
    ),
    True: (N_("A spray can"), N_("A futon"), N_("PET bottles")),
}


class AskForm(Form):
    """One line to ask in."""

    text = StringField("text", filters=[trimmed], validators=[Required(), AtMost(LONGEST)])


@bp.get("/ask")
@public()
def start() -> str:
    """An empty conversation with some examples."""
    return _page(AskForm(), [])


@bp.get("/ask/garbage")
@public()
def start_garbage() -> str:
    """The same conversation, opened to ask where a thing goes (the LINE menu leads here)."""
    return _page(AskForm(), [], about_garbage=True)


@bp.post("/ask")
@limiter.limit("60 per minute")
@public(audited=False)  # asking changes nothing of anybody
def ask() -> str | tuple[str, int]:
    """One turn; the page shows the last ones."""
    form, earlier = AskForm(), _opened(request.form.get("trail", ""))
    choice = request.form.get("choice", "")
    if not choice and not form.validate():
        return _page(form, earlier)
    context = earlier[-1]["reply"]["context"] if earlier else {}
    asked = form.text.data or ""
    try:
        question = Question(asked, current_language(), context, payload=choice)
        reply = tuned.turn(question, channel="web")
    except AnswersUnavailable:
        form.text.errors = [
            gettext("I can not answer right now. Please try again in a few minutes.")
        ]
        return _page(form, earlier), 503
    if earlier:  # the first answer is often not yet the last
        asking.after("answer")
    turn = {"asked": _label(earlier, choice) or asked, "reply": reply.to_dict()}
    return _page(AskForm(formdata=None), [*earlier, turn][-TURNS_SHOWN:])


def _page(form: AskForm, turns: list[dict[str, Any]], *, about_garbage: bool = False) -> str:
    base_url = _settings().PUBLIC_URL
    shown = [
        {
            "asked": turn["asked"],
            "reply": rendering.render(reachable(Reply.from_dict(turn["reply"])), base_url),
            "choices": [
                option | {"value": option["payload"]} for option in turn["reply"]["options"]
            ],
            # Whether it helped is a small row under the answer, not a list to choose from.
            "closing": saying.is_closing(turn["reply"]["options"]),
        }
        for turn in turns
    ]
    return render_template(
        "chatbot/ask.html",
        form=form,
        turns=shown,
        trail=_sealer().dumps(turns) if turns else "",
        about_garbage=about_garbage,
        examples=[
            {"label": gettext(each), "value": gettext(each)} for each in EXAMPLES[about_garbage]
        ],
    )


def _label(turns: list[dict[str, Any]], choice: str) -> str:
    """The words of the option that was picked, for the log of the conversation."""
    options = turns[-1]["reply"]["options"] if turns else []
    return next((str(o["label"]) for o in options if o["payload"] == choice), "")


def _opened(trail: str) -> list[dict[str, Any]]:
    try:
        turns = _sealer().loads(trail) if trail else []
    except BadData:
        return []
    return list(turns)


def _sealer() -> URLSafeSerializer:
    """Signed, so that a page never shows as ours what we did not say; compresses by itself."""
    return URLSafeSerializer(_settings().SECRET_KEY, salt="chat trail")


def _settings() -> Settings:
    found: Settings = current_app.extensions["mado.settings"]
    return found
