"""The log of questions: masked, without who asked, rounded to the hour, forgotten after a while."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chatbot.dialogue import payloads
from chatbot.dialogue.reply import Question, Reply
from chatbot.tuning.grouping import folded
from chatbot.tuning.masking import masked
from portal.core.clock import in_tokyo, now, today
from portal.core.db import transaction
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

ASKED = "asked"  # in a conversation's context: the id of the last turn that was typed
PICKED = frozenset({payloads.ENTRY, payloads.ITEM, payloads.DISTRICT})
MOST_AN_HOUR = 20_000  # a flood must not fill the table; questions are answered all the same
NOTE = """
INSERT INTO asked_questions
  (id, day, hour, channel, language, release, trial, text, folded, kind, key, offered, after)
SELECT :id, :day, :hour, :channel, :language, :release, :trial, :text, :folded, :kind, :key,
       :offered, :after
 WHERE (SELECT count(*) FROM (SELECT FROM asked_questions WHERE day = :day AND hour = :hour
                               LIMIT :most) AS this_hour) < :most
RETURNING id
"""
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
    words = masked(question.text) if not question.payload else ""
    moment = in_tokyo(now())
    values = {
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
        "most": MOST_AN_HOUR,
    }
    try:
        with transaction() as session:
            found = session.execute(text(NOTE), values).scalar()
    except DBAPIError as error:
        log.warning("tuning.not_noted", error=type(error).__name__)
        return ""
    return str(found) if found else ""


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
