"""What clerks do to a report, each a row that can be taken back, and what its reporter adds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chatbot.reports import rules
from chatbot.reports.models import Report, ReportAct
from chatbot.reports.rules import CLOSED, State
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, MadoError, NotFound

MOST_MAINS = 5


class NotPossible(MadoError):
    """The report can not go there from where it is."""

    message = N_("This can not be done with the report as it is.")


class WordsNeeded(MadoError):
    """Who is sent elsewhere must be told where."""

    message = N_("Please write to the reporter who is responsible, and why.")


def locked(session: Session, report_id: UUID) -> Report:
    """The report, for this transaction alone; raises NotFound."""
    found = session.get(Report, report_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def move(
    session: Session, report: Report, wanted: State, words: str, staff_id: UUID | None
) -> ReportAct:
    """Another state, with an answer to the reporter where there is something to say."""
    if not rules.may_become(State(report.state), wanted) or wanted is State.DUPLICATE:
        raise NotPossible()
    if wanted in rules.NEED_WORDS and not words:
        raise WordsNeeded()
    after = {"state": wanted.value, "closed_at": _closing(wanted), "duplicate_of": None}
    return _act(session, report, "state", after, words=words, tells=True, staff_id=staff_id)


def merge(session: Session, report: Report, into: Report, staff_id: UUID | None) -> ReportAct:
    """The report is about the same thing as another; who told of it follows that one."""
    if not rules.may_become(State(report.state), State.DUPLICATE):
        raise NotPossible()
    if rules.merges_in_a_ring(report.id, into.id, mains_of(session, into)):
        raise NotPossible()
    after = {
        "state": State.DUPLICATE.value,
        "closed_at": now().isoformat(),
        "duplicate_of": str(into.id),
    }
    return _act(session, report, "state", after, tells=True, staff_id=staff_id)


def mains_of(session: Session, report: Report) -> list[UUID]:
    """What this report was merged into, and that one, and so on."""
    found: list[UUID] = []
    here = report
    while here.duplicate_of is not None and len(found) < MOST_MAINS:
        found.append(here.duplicate_of)
        here = session.get_one(Report, here.duplicate_of)
    return found


def assign(session: Session, report: Report, desk: str, staff_id: UUID | None) -> ReportAct:
    """Another desk takes it."""
    return _act(session, report, "assign", {"desk": desk}, staff_id=staff_id)


def sort(session: Session, report: Report, category: str, staff_id: UUID | None) -> ReportAct:
    """It is something else than the reporter chose."""
    return _act(session, report, "category", {"category": category}, staff_id=staff_id)


def answer(session: Session, report: Report, words: str, staff_id: UUID | None) -> ReportAct:
    """Words to the reporter without another state."""
    return _act(session, report, "answer", {}, words=words, tells=True, staff_id=staff_id)


def note(session: Session, report: Report, words: str, staff_id: UUID | None) -> ReportAct:
    """Words among clerks."""
    return _act(session, report, "note", {}, words=words, staff_id=staff_id)


def publish(session: Session, report: Report, words: str) -> None:
    """What the open data may say of it."""
    report.public_words = words
    audit.record(session, "report.public_words", ("report", report.id), some=bool(words))


def reopen(session: Session, report: Report, words: str) -> ReportAct:
    """The reporter says that it is not mended."""
    if not rules.may_reopen(State(report.state), report.closed_at, now()):
        raise NotPossible()
    after = {"state": State.RECEIVED.value, "closed_at": None, "duplicate_of": None}
    return _act(session, report, "reopen", after, words=words)


def thank(session: Session, report: Report) -> None:
    """The reporter says thanks; once."""
    if report.state != State.DONE or report.thanked_at is not None:
        raise NotPossible()
    report.thanked_at = now()
    _act(session, report, "thanks", {})


def undo(session: Session, report: Report, act_id: UUID, staff_id: UUID | None) -> None:
    """Take the last act back; who had heard of it already hears of this, too."""
    last = last_act(session, report.id)
    if last is None or last.id != act_id or last.kind in ("reopen", "thanks"):
        raise Conflict()
    if not rules.may_undo(last.at, last.undone_at is not None, now()):
        raise NotPossible()
    _set(report, last.before)
    last.undone_at = report.changed_at = now()
    audit.record(session, "report.undone", ("report", report.id), kind=last.kind)
    if last.told_at is not None:
        _act(session, report, "state", {"state": report.state}, tells=True, staff_id=staff_id)


def last_act(session: Session, report_id: UUID) -> ReportAct | None:
    """The newest act that still stands."""
    return session.scalar(
        select(ReportAct)
        .where(ReportAct.report_id == report_id, ReportAct.undone_at.is_(None))
        .order_by(ReportAct.id.desc())
        .limit(1)
    )


def _act(
    session: Session,
    report: Report,
    kind: str,
    after: dict[str, Any],
    *,
    words: str = "",
    tells: bool = False,
    staff_id: UUID | None = None,
) -> ReportAct:
    before = {name: _plain(getattr(report, name)) for name in after}
    _set(report, after)
    report.changed_at = now()
    row = ReportAct(
        report_id=report.id,
        kind=kind,
        staff_id=staff_id,
        before=before,
        after=after,
        words=words,
        tells=tells,
    )
    session.add(row)
    session.flush()
    codes = {name: value for name, value in after.items() if name in ("state", "desk", "category")}
    audit.record(session, f"report.{kind}", ("report", report.id), **codes)
    return row


def _set(report: Report, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(report, name, _rich(name, value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _rich(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "closed_at":
        return datetime.fromisoformat(value)
    return UUID(value) if name == "duplicate_of" else value


def _closing(wanted: State) -> str | None:
    return now().isoformat() if wanted in CLOSED else None
