"""The turns of a conversation on the web: they travel in the page, signed, and are kept nowhere."""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from chatbot.dialogue.reply import Question, Reply
from chatbot.rendering import web as rendering
from chatbot.rendering.outside import reachable
from chatbot.tuning import asking, saying
from portal.core.settings import Settings

TURNS_SHOWN = 5
LONGEST = 400  # characters of a question
Turn = dict[str, Any]


def taken(asked: str, choice: str, earlier: list[Turn], language: str) -> list[Turn]:
    """The conversation with one turn more. Raises AnswersUnavailable."""
    context = earlier[-1]["reply"]["context"] if earlier else {}
    question = Question(asked, language, context, payload=choice)
    reply = asking.turn(question, channel="web")
    turn = {"asked": _label(earlier, choice) or asked, "reply": reply.to_dict()}
    return [*earlier, turn][-TURNS_SHOWN:]


def shown(turns: list[Turn]) -> list[dict[str, Any]]:
    """The turns as the templates print them."""
    return [
        {
            "asked": turn["asked"],
            "reply": view(Reply.from_dict(turn["reply"])),
            "choices": [
                option | {"value": option["payload"]} for option in turn["reply"]["options"]
            ],
            # Whether it helped is a small row under the answer, not a list to choose from.
            "closing": saying.is_closing(turn["reply"]["options"]),
        }
        for turn in turns
    ]


def view(reply: Reply) -> rendering.ReplyView:
    """A reply with addresses that can be reached from here."""
    return rendering.render(reachable(reply), settings().PUBLIC_URL)


def opened(trail: str) -> list[Turn]:
    """The turns that `sealed` wrote; none where somebody else wrote them."""
    try:
        turns = _sealer().loads(trail) if trail else []
    except BadData:
        return []
    return list(turns)


def sealed(turns: list[Turn]) -> str:
    """Signed, so that a page never shows as ours what we did not say; compresses by itself."""
    return str(_sealer().dumps(turns)) if turns else ""


def settings() -> Settings:
    """The application's settings."""
    found: Settings = current_app.extensions["mado.settings"]
    return found


def _label(turns: list[Turn], choice: str) -> str:
    """The words of the option that was picked, for the log of the conversation."""
    options = turns[-1]["reply"]["options"] if turns else []
    return next((str(o["label"]) for o in options if o["payload"] == choice), "")


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().SECRET_KEY, salt="chat trail")
