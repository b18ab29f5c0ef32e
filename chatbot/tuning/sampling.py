"""The month's random sample of answers, judged by staff; and the figures of the report."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chatbot.knowledge.store import load_knowledge
from chatbot.tuning.accuracy import Judged, Line, Part, report
from chatbot.tuning.models import AskedQuestion, JudgedAnswer
from chatbot.tuning.testing import spoken
from portal.core import audit
from portal.core.db import read
from portal.core.errors import N_, Conflict, NotFound

SIZE = 50
MARKS = ("right", "partly", "wrong", "unclear")
# Ids are random, so their order draws the sample, and the same one each time it is looked at.
SAMPLE = text("""
SELECT a.id, a.day, a.channel, a.key, j.mark, j.right_key,
       CASE WHEN a.text = '' THEN p.text ELSE a.text END AS words,
       CASE WHEN a.text = '' THEN p.folded ELSE a.folded END AS folded
  FROM asked_questions AS a LEFT JOIN asked_questions AS p ON p.id = a.after
  LEFT JOIN judged_answers AS j ON j.asked_id = a.id
 WHERE NOT a.trial AND a.key <> '' AND a.kind IN ('answer', 'garbage')
   AND a.day >= :first AND a.day < (CAST(:first AS date) + interval '1 month')
   AND (a.text <> '' OR p.text <> '')
 ORDER BY a.id LIMIT :size
""")
# A pick counts once, with the question it answers; what holds no word to look for is none.
TURNS = text("""
SELECT date_trunc('month', a.day)::date AS month, a.channel, a.kind, a.key, a.text = '' AS picked,
       count(*) AS times, count(*) FILTER (WHERE a.solved) AS solved,
       count(*) FILTER (WHERE NOT a.solved) AS unsolved
  FROM asked_questions AS a LEFT JOIN asked_questions AS p ON p.id = a.after
 WHERE NOT a.trial AND a.day >= :since
   AND (a.folded <> '' OR (a.text = '' AND a.key <> '' AND p.kind IN ('candidates', 'clarify')))
 GROUP BY 1, 2, 3, 4, 5
 UNION ALL
SELECT date_trunc('month', day)::date, channel, kind, key, kind = 'picked', sum(times),
       sum(solved), sum(unsolved)
  FROM asked_counts WHERE day >= :since GROUP BY 1, 2, 3, 4, 5
""")
MARKED = text("""
SELECT month, channel, category, seen, mark, count(*) AS times FROM judged_answers
 WHERE month >= :since GROUP BY month, channel, category, seen, mark
""")


class JudgedAlready(Conflict):
    """A colleague has judged it."""

    message = N_("A colleague has judged this answer meanwhile.")


def sample(month: date) -> list[Any]:
    """Up to 50 answers of a month, drawn at random, with the marks they have."""
    return list(read().execute(SAMPLE, {"first": month, "size": SIZE}))


def judge(
    session: Session, asked_id: UUID, mark: str, *, by: UUID | None, right_key: str = ""
) -> None:
    """Keep a mark; with the entry that would have been right, if a clerk knows it."""
    asked = session.get(AskedQuestion, asked_id, with_for_update=True)
    if asked is None or mark not in MARKS:
        raise NotFound()
    root = session.get(AskedQuestion, asked.after) if not asked.text and asked.after else asked
    if session.query(JudgedAnswer).filter_by(asked_id=asked_id).first():
        raise JudgedAlready()
    session.add(
        JudgedAnswer(
            asked_id=asked_id,
            month=asked.day.replace(day=1),
            channel=asked.channel,
            category=categories().get(asked.key, ""),
            seen=root is not None and root.folded in spoken(),
            mark=mark,
            right_key=right_key if right_key in categories() else "",
            by=by,
        )
    )
    audit.record(session, "answer.judged", ("answer", asked.key), mark=mark)


def accuracy(since: date) -> list[Line]:
    """The lines of the report from a month on."""
    values, known = {"since": since}, categories()
    parts = [
        Part(
            row.month,
            row.channel,
            row.kind,
            known.get(row.key, ""),
            row.picked,
            int(row.times),
            int(row.solved),
            int(row.unsolved),
        )
        for row in read().execute(TURNS, values)
    ]
    marks = [Judged(*row) for row in read().execute(MARKED, values)]
    return report(parts, marks)


def categories() -> dict[str, str]:
    """The category of each entry."""
    return {entry.key: entry.category for entry in load_knowledge().entries}
