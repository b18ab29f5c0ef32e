"""One talk on LINE: what is heard goes to the dialogue, what it replies goes back by the token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from auth.identities import resident_of_line
from chatbot.answering.client import AnswerClient
from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question, Reply
from chatbot.line.models import LineTalk
from chatbot.rendering import line as rendering
from chatbot.rendering.outside import reachable
from notifications.channels.line import line_api
from portal.core.clock import now
from portal.core.crypto import blind_index
from portal.core.db import read, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.settings import Settings
from portal.residents.models import Resident

log = structlog.get_logger(__name__)

REMEMBER_FOR = timedelta(minutes=30)
Event = dict[str, Any]


def hear(event: Event) -> None:
    """A message: text is asked, anything else gets a friendly word."""
    message = event.get("message") or {}
    if message.get("type") == "text":
        _ask(event, text=str(message.get("text", "")))
    else:
        with force_locale(_language(event)):
            _say(event, [_text(gettext("Please send your question in words. I can read text."))])


def hear_postback(event: Event) -> None:
    """A picked option comes back as its payload."""
    data = str((event.get("postback") or {}).get("data", ""))
    _ask(event, text="", payload=data)


def greet(event: Event) -> None:
    """Somebody added the account, or came back."""
    with force_locale(_language(event)):
        _say(
            event,
            [
                _text(
                    gettext(
                        "Hello! This is the city's window. Ask me anything about the city hall, "
                        "or open the menu below."
                    )
                )
            ],
        )


def _ask(event: Event, *, text: str, payload: str = "") -> None:
    user = str((event.get("source") or {}).get("userId", ""))
    if not event.get("replyToken") or not user:
        return  # groups without a user, or a token that LINE did not give: nothing can be said
    _show_dots(user)
    language = _language(event)
    question = Question(text=text, language=language, context=_context(user), payload=payload)
    settings: Settings = current_app.extensions["mado.settings"]
    try:
        reply = AnswerClient(settings.ANSWERS_SOCKET).turn(question)
    except AnswersUnavailable:
        with force_locale(language):
            _say(
                event,
                [_text(gettext("I can not answer right now. Please try again in a few minutes."))],
            )
        return
    _say(event, rendering.render(reachable(reply), settings.PUBLIC_URL))
    _remember(user, reply)


def _say(event: Event, messages: Sequence[dict[str, Any]]) -> None:
    """Answer by the reply token: free of the quota, once, within a minute."""
    token = event.get("replyToken")
    if token:
        line_api().reply(str(token), list(messages))


def _show_dots(user: str) -> None:
    """Loading dots are a nicety: their failure never stops an answer."""
    try:
        line_api().loading(user)
    except (TryLater, NeverAgain):
        log.info("line.no_loading")


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def _language(event: Event) -> str:
    """The resident's own language if the talk is a resident's, else Japanese."""
    user = str((event.get("source") or {}).get("userId", ""))
    resident_id = resident_of_line(user) if user else None
    if resident_id is None:
        return "ja"
    found = read().execute(select(Resident.language).where(Resident.id == resident_id)).scalar()
    return found or "ja"


def _context(user: str) -> dict[str, str]:
    row = (
        read()
        .execute(
            select(LineTalk.context).where(
                LineTalk.user_index == blind_index(user, "line_talk"),
                LineTalk.changed_at > now() - REMEMBER_FOR,
            )
        )
        .scalar()
    )
    return dict(row or {})


def _remember(user: str, reply: Reply) -> None:
    with transaction() as session:
        session.execute(
            insert(LineTalk)
            .values(
                user_index=blind_index(user, "line_talk"),
                context=dict(reply.context),
                changed_at=now(),
            )
            .on_conflict_do_update(
                index_elements=[LineTalk.user_index],
                set_={"context": dict(reply.context), "changed_at": now()},
            )
        )


def forget_old_talks() -> None:
    """Talks that ended leave nothing."""
    with transaction() as session:
        session.execute(delete(LineTalk).where(LineTalk.changed_at < now() - REMEMBER_FOR))
