"""One talk on LINE: what is heard goes to the dialogue, what it replies goes back by the token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import structlog
from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question
from chatbot.line.heard import REMEMBER_FOR, Heard
from chatbot.line.models import LineTalk
from chatbot.rendering import line as rendering
from chatbot.rendering.outside import reachable
from chatbot.reports import talk as reports
from chatbot.tuning import asking
from notifications.channels.line import line_api
from notifications.richmenus.landing import is_switch
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.i18n import force_locale
from portal.core.settings import Settings

log = structlog.get_logger(__name__)


def hear(heard: Heard) -> None:
    """A message: text is asked, anything else gets a friendly word."""
    if heard.in_time and reports.hears(heard.event):
        return
    message = heard.event.get("message") or {}
    if message.get("type") == "text":
        _ask(heard, text=str(message.get("text", "")))
    else:
        _say_words(heard, "Please send your question in words. I can read text.")


def hear_postback(heard: Heard) -> None:
    """A picked option comes back as its payload; a tap on a menu's tab needs no answer."""
    if is_switch(heard.event):
        return
    if heard.in_time and reports.hears(heard.event):
        return
    data = str((heard.event.get("postback") or {}).get("data", ""))
    _ask(heard, text="", payload=data)


def greet(heard: Heard) -> None:
    """Somebody added the account, or came back."""
    _say_words(
        heard,
        "Hello! This is the city's window. Ask me anything about the city hall, "
        "or open the menu below.",
    )


def forget_old_talks() -> None:
    """Talks that ended leave nothing."""
    with transaction() as session:
        session.execute(delete(LineTalk).where(LineTalk.changed_at < now() - REMEMBER_FOR))


def _ask(heard: Heard, *, text: str, payload: str = "") -> None:
    if not heard.event.get("replyToken") or not heard.user or not heard.in_time:
        return  # groups without a user, or a token that LINE did not give: nothing can be said
    _show_dots(heard)
    talk = heard.talk
    question = Question(text=text, language=talk.language, context=talk.context, payload=payload)
    settings: Settings = current_app.extensions["mado.settings"]
    try:
        reply = asking.turn(question, channel="line", notes=heard.notes)
    except AnswersUnavailable:
        _say_words(heard, "I can not answer right now. Please try again in a few minutes.")
        return
    _say(heard, rendering.render(reachable(reply), settings.PUBLIC_URL))
    talk.remember(dict(reply.context))


def _say_words(heard: Heard, words: str) -> None:
    with force_locale(heard.talk.language):
        _say(heard, [{"type": "text", "text": gettext(words)}])


def _say(heard: Heard, messages: Sequence[dict[str, Any]]) -> None:
    """Answer by the reply token (free of the quota, once, within a minute), else by a push.

    A push costs of the quota. It is made only where so many asked that the token died before
    their turn: somebody without an answer asks again, and that makes the queue longer.
    """
    if not heard.event.get("replyToken"):
        return
    if heard.token:
        line_api().reply(heard.token, list(messages))
    elif heard.user and heard.in_time:
        # The same key at every try: LINE takes the message once.
        key = uuid5(NAMESPACE_URL, f"line-event:{heard.event_id}")
        line_api().push(heard.user, list(messages), key)


def _show_dots(heard: Heard) -> None:
    """Loading dots are a nicety: their failure never stops an answer."""
    if heard.crowded:
        return  # LINE takes 100 of these a second, and each costs the next one's time
    try:
        line_api().loading(heard.user)
    except (TryLater, NeverAgain):
        log.info("line.no_loading")
