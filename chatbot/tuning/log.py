"""The log of questions: masked, without who asked, rounded to the hour, forgotten after a while."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from flask import current_app
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from chatbot.dialogue import payloads
from chatbot.dialogue.reply import Question, Reply
from chatbot.tuning.grouping import folded
from chatbot.tuning.masking import masked
from chatbot.tuning.models import AskedQuestion
from portal.core.clock import in_tokyo, now, today
from portal.core.db import read, transaction
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

ASKED = "asked"  # in a conversation's context: the id of the last turn that was typed
PICKED = frozenset({payloads.ENTRY, payloads.ITEM, payloads.DISTRICT})
MOST_AN_HOUR = 20_000  # a flood must not fill the table; questions are answered all the same
LOOK_EVERY = 10  # seconds; counting for each question would cost more than keeping it
THIS_HOUR = text("SELECT count(*) FROM asked_questions WHERE day = :day AND hour = :hour")
Row = dict[str, Any]
# Figures of what goes now; what staff tried is not a resident's question.
COUNT = """
INSERT INTO asked_counts (day, channel, kind, key, times, solved, unsolved)
SELECT a.day, a.channel, CASE WHEN a.text = '' THEN 'picked' ELSE a.kind END, a.key, count(*),
       count(*) FILTER (WHERE a.solved), count(*) FILTER (WHERE NOT a.solved)
  FROM asked_questions AS a LEFT JOIN asked_questions AS p ON p.id = a.after
 WHERE a.day < :before AND NOT a.trial
   AND (a.folded <> '' OR (a.text = '' AND a.key <> '' AND p.kind IN ('candidates', 'clarify')))
 GROUP BY 1, 2, 3, 4
ON CONFLICT (day, channel, kind, key) DO UPDATE
   SET times = asked_counts.times + excluded.times, solved = asked_counts.solved + excluded.solved,
       unsolved = asked_counts.unsolved + excluded.unsolved
"""


def note(question: Question, reply: Reply, *, channel: str, trial: bool = False) -> str:
    """Keep one turn; its id, or "" where it is not kept. An answer never fails because of this."""
    made = row(question, reply, channel=channel, trial=trial)
    return str(made["id"]) if keep([made]) else ""


def row(question: Question, reply: Reply, *, channel: str, trial: bool = False) -> Row:
    """One turn as it is kept: for `keep`, alone or many at once."""
    words = masked(question.text) if not question.payload else ""
    moment = in_tokyo(now())
    return {
        "id": uuid4(),
        "day": moment.date(),
        "hour": moment.hour,
        "channel": channel,
        "language": reply.language,
        "release": reply.release,
        "trial": trial,
        "text": words,
        "folded": folded(words),
        "kind": str(reply.kind),
        "key": reply.key,
        "offered": list(_offered(reply)),
        "after": turn_id(question.context.get(ASKED, "")),
    }


def keep(rows: Sequence[Row]) -> bool:
    """Keep turns, one statement for all; whether they are kept."""
    try:
        if not rows or not _room(rows[-1]):
            return False
        with transaction() as session:
            session.execute(insert(AskedQuestion), list(rows))
    except DBAPIError as error:
        log.warning("tuning.not_noted", error=type(error).__name__)
        return False
    return True


def _room(newest: Row) -> bool:
    """Whether this hour takes more: looked up now and then, so a flood may pass it by seconds."""
    hour = (newest["day"], newest["hour"])
    known: tuple[Any, float, bool] | None = current_app.extensions.get("mado.asked_room")
    if known is None or known[0] != hour or time.monotonic() - known[1] > LOOK_EVERY:
        there = read().execute(THIS_HOUR, {"day": hour[0], "hour": hour[1]}).scalar() or 0
        known = (hour, time.monotonic(), there < MOST_AN_HOUR)
        current_app.extensions["mado.asked_room"] = known
    return known[2]


def turn_id(text_given: str) -> UUID | None:
    """The id of a turn as it travels in contexts and payloads; None for anything else."""
    try:
        return UUID(text_given)
    except ValueError:
        return None


def forget() -> None:
    """A tick: expired questions become figures."""
    settings: Settings = current_app.extensions["mado.settings"]
    before = today() - timedelta(days=settings.QUESTIONS_KEPT_DAYS)
    with transaction() as session:
        session.execute(text(COUNT), {"before": before})
        session.execute(text("DELETE FROM asked_questions WHERE day < :before"), {"before": before})


def _offered(reply: Reply) -> Iterable[str]:
    """Keys of what could be picked: entries, garbage items, districts."""
    for option in reply.options:
        pick = payloads.read(option.payload)
        if pick and pick.value and pick.kind in PICKED:
            yield pick.value
