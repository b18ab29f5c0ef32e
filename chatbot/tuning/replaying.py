"""Asks logged questions of two releases and keeps what they answer differently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chatbot.answering.client import AnswerClient
from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question, Reply
from chatbot.tuning.figures import ranking
from chatbot.tuning.models import Replay, ReplayChange
from chatbot.tuning.serving import LIVE, PILOT, TRIAL, served
from chatbot.tuning.testing import NotServed
from portal.core import audit, jobs
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.core.settings import Settings

NAMES = (LIVE, TRIAL, PILOT)
MARKS = ("better", "worse", "same")
BACK_TO = timedelta(days=90)
MOST = 500  # different questions: two answers each, about four seconds
WORK = "chatbot.tuning.replaying.work"
OFTEN = text("""
SELECT mode() WITHIN GROUP (ORDER BY text) AS text,
       mode() WITHIN GROUP (ORDER BY language) AS language, count(*) AS times
  FROM asked_questions WHERE NOT trial AND text <> '' AND folded <> '' AND day >= :since
 GROUP BY folded ORDER BY times DESC, folded LIMIT :most
""")


def start(session: Session, before: str, after: str, *, by: UUID | None) -> Replay:
    """Ask for a replay of the most frequent questions of 90 days."""
    if before == after or not {before, after} <= set(NAMES):
        raise NotFound()
    made = Replay(before=before, after=after, by=by)
    session.add(made)
    session.flush()
    audit.record(session, "replay.started", ("replay", made.id), before=before, after=after)
    jobs.ring(session, WORK, made.id, queue="bulk")
    return made


def work(replay_id: str) -> None:
    """The job: harmless twice, a done replay stays."""
    with transaction() as session:
        replay = session.get(Replay, UUID(replay_id), with_for_update=True)
        if replay is None or replay.done_at is not None:
            return
        try:
            _replay(session, replay)
        except (AnswersUnavailable, NotServed) as error:
            replay.fault = type(error).__name__
        replay.done_at = now()


def mark(session: Session, change_id: UUID, said: str, *, by: UUID | None) -> ReplayChange:
    """What a person says of a changed answer."""
    found = session.get(ReplayChange, change_id, with_for_update=True)
    if found is None or said not in MARKS:
        raise NotFound()
    found.mark, found.marked_by = said, by
    audit.record(session, "replay.marked", ("replay", found.replay_id), mark=said)
    return found


def every(limit: int = 50) -> list[Replay]:
    """Replays, the newest first."""
    with Session(read()) as session:
        return list(session.scalars(select(Replay).order_by(Replay.at.desc()).limit(limit)))


def shown(replay_id: UUID) -> tuple[Replay, list[ReplayChange]]:
    """One replay and its changes, the most asked first; NotFound."""
    with Session(read()) as session:
        replay = session.get(Replay, replay_id)
        if replay is None:
            raise NotFound()
        changes = select(ReplayChange).where(ReplayChange.replay_id == replay_id)
        ordered = changes.order_by(ReplayChange.times.desc(), ReplayChange.text)
        return replay, list(session.scalars(ordered))


def differs(before: Reply, after: Reply) -> bool:
    """Whether somebody who asks would notice: another kind of answer, or other first three."""
    return before.kind != after.kind or ranking(before)[:3] != ranking(after)[:3]


def _replay(session: Session, replay: Replay) -> None:
    settings: Settings = current_app.extensions["mado.settings"]
    client, out = AnswerClient(settings.ANSWERS_SOCKET), served(session)
    asked = session.execute(OFTEN, {"since": today() - BACK_TO, "most": MOST}).all()
    for row in asked:
        before, after = (
            _of(client, row, name, out[name].id if name in out else "")
            for name in (replay.before, replay.after)
        )
        if differs(before, after):
            replay.changed += 1
            session.add(_change(replay.id, row, (before, after)))
    replay.asked = len(asked)


def _of(client: AnswerClient, row: Any, name: str, wanted: str) -> Reply:
    reply = client.turn(Question(row.text, row.language, release=name))
    if reply.release != wanted:
        raise NotServed()
    return reply


def _change(replay_id: UUID, row: Any, replies: Sequence[Reply]) -> ReplayChange:
    before, after = (
        {"kind": str(reply.kind), "keys": list(ranking(reply)[:3])} for reply in replies
    )
    return ReplayChange(
        replay_id=replay_id, text=row.text, times=row.times, before=before, after=after
    )
