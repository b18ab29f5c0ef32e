"""Releases of the answers: draft → staff's trial → pilot → live, behind a gate of figures.

Whoever made a release can not let it out. Every step has its audit entry; going back is one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chatbot.knowledge.store import number_of
from chatbot.tuning import serving
from chatbot.tuning.figures import Figures, Shortfall, measure, read_gate, shortfalls
from chatbot.tuning.models import AnswerRelease, LearnedWeights
from chatbot.tuning.testing import questions, run
from portal.core import audit
from portal.core.clock import now
from portal.core.db import after_commit, read
from portal.core.errors import N_, Conflict, Forbidden, NotFound
from portal.core.settings import Settings

DRAFT, TRIAL, PILOT, ON, PAST, DROPPED = "draft", "trial", "pilot", "live", "past", "dropped"
GOOD_FOR = timedelta(days=1)  # what was measured longer ago proves nothing about today
IN_FORCE, FIXED, WITH_DRAFTS = "in_force", "fixed", "drafts"


class OwnRelease(Forbidden):
    """The maker can not approve."""

    message = N_("Who made a release can not let it out. Please ask a colleague.")


class MovedMeanwhile(Conflict):
    """The release stands elsewhere."""

    message = N_("This release has moved on meanwhile. Please look again.")


class HasDrafts(Conflict):
    """Drafts are for staff only."""

    message = N_("It contains drafts that nobody has approved. Approve them, then make a release.")


class GateClosed(Conflict):
    """The figures are not good enough; `shortfalls` says which (none: not measured today)."""

    message = N_("The release does not pass the gate.")

    def __init__(self, found: Sequence[Shortfall]) -> None:
        super().__init__()
        self.shortfalls = list(found)


def make(
    session: Session,
    *,
    by: UUID | None,
    note: str = "",
    knowledge: str = IN_FORCE,
    learned: UUID | None = None,
) -> AnswerRelease:
    """A new draft; fixed: to what is in force at this moment."""
    if learned is not None:
        weights = session.get(LearnedWeights, learned)
        if weights is None or weights.model is None:
            raise NotFound()
    number = (session.scalar(select(func.max(AnswerRelease.number))) or 0) + 1
    made = AnswerRelease(
        number=number,
        note=note,
        knowledge_number=number_of(session) if knowledge == FIXED else None,
        drafts=knowledge == WITH_DRAFTS,
        learned_id=learned,
        author=by,
    )
    session.add(made)
    session.flush()
    _note(session, "made", made, knowledge=knowledge)
    return made


def try_out(session: Session, release_id: UUID) -> AnswerRelease:
    """Give it to staff; the one they had goes back to the drafts."""
    found = _held(session, release_id, DRAFT)
    before = _standing(session, TRIAL)
    if before is not None:
        before.state = DRAFT
        session.flush()
    found.state = TRIAL
    _note(session, "tried_out", found)
    return found


def measured(session: Session, release_id: UUID) -> Figures:
    """Run the test questions on a release that is out, and keep the figures with it."""
    found = _held(session, release_id, TRIAL, PILOT, ON)
    figures = measure(run(questions(), serving.LIVE if found.state == ON else found.state))
    found.gate = {"at": now().isoformat(), **figures.to_dict()}
    _note(session, "measured", found, **figures.to_dict())
    return figures


def pilot(session: Session, release_id: UUID, share: int, *, by: UUID) -> AnswerRelease:
    """Let a share of conversations have it. Raises OwnRelease, HasDrafts, GateClosed."""
    found = _held(session, release_id, TRIAL, PILOT)
    _insist(found, by)
    before = _standing(session, PILOT)
    if before is not None and before.id != found.id:
        _end(before)
        session.flush()
    found.state, found.share = PILOT, share
    found.approver, found.approved_at = by, now()
    _note(session, "piloted", found, share=share)
    return found


def go_live(session: Session, release_id: UUID, *, by: UUID) -> AnswerRelease:
    """Let everybody have it. Raises OwnRelease, HasDrafts, GateClosed."""
    found = _held(session, release_id, TRIAL, PILOT)
    _insist(found, by)
    before = _standing(session, ON)
    if before is not None:
        _end(before)
        session.flush()
    found.state, found.share, found.over_at = ON, 0, None
    found.approver, found.approved_at, found.live_at = by, now(), now()
    _note(session, "live", found, gate=found.gate)
    return found


def roll_back(session: Session) -> AnswerRelease | None:
    """Take the live release back; the one before it is live again (None: what is in force)."""
    live = _standing(session, ON)
    if live is None:
        raise NotFound()
    before = session.scalar(
        select(AnswerRelease)
        .where(AnswerRelease.state == PAST, AnswerRelease.live_at < live.live_at)
        .order_by(AnswerRelease.live_at.desc())
        .limit(1)
    )
    live.state, live.over_at = DROPPED, now()  # so that going back again goes further back
    session.flush()
    if before is not None:
        before.state, before.over_at = ON, None
    _note(session, "rolled_back", live, to=before.number if before else None)
    return before


def stop(session: Session, release_id: UUID) -> AnswerRelease:
    """End a draft, a trial or a pilot."""
    found = _held(session, release_id, DRAFT, TRIAL, PILOT)
    _end(found, DROPPED)
    _note(session, "stopped", found)
    return found


def gate() -> dict[str, float]:
    """What the setting wants."""
    settings: Settings = current_app.extensions["mado.settings"]
    return read_gate(settings.ANSWERS_GATE)


def closed_by(release: AnswerRelease) -> list[Shortfall] | None:
    """What keeps a release from going out; None where it was not measured today."""
    if release.gate is None:
        return None
    kept = dict(release.gate)
    at = datetime.fromisoformat(kept.pop("at"))
    return None if at < now() - GOOD_FOR else shortfalls(Figures(**kept), gate())


def every() -> list[AnswerRelease]:
    """All releases, the newest first."""
    with Session(read()) as session:
        return list(session.scalars(select(AnswerRelease).order_by(AnswerRelease.number.desc())))


def _insist(release: AnswerRelease, by: UUID) -> None:
    if release.author == by:
        raise OwnRelease()
    if release.drafts:
        raise HasDrafts()
    closed = closed_by(release)
    if closed is None or closed:
        raise GateClosed(closed or [])


def _standing(session: Session, state: str) -> AnswerRelease | None:
    return session.scalar(
        select(AnswerRelease).where(AnswerRelease.state == state).with_for_update()
    )


def _held(session: Session, release_id: UUID, *states: str) -> AnswerRelease:
    found = session.get(AnswerRelease, release_id, with_for_update=True)
    if found is None:
        raise NotFound()
    if found.state not in states:
        raise MovedMeanwhile()
    return found


def _end(release: AnswerRelease, state: str = PAST) -> None:
    release.state, release.over_at, release.share = state, now(), 0


def _note(session: Session, act: str, release: AnswerRelease, **more: Any) -> None:
    audit.record(
        session,
        f"answer_release.{act}",
        ("answer_release", release.id),
        number=release.number,
        **more,
    )
    after_commit(session, serving.forget)
