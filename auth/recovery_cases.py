"""Recovery cases: a way in is lost; what was proven, who agreed, when it takes effect."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    exists,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import recovery
from portal.core import audit
from portal.core.clock import now
from portal.core.crypto import Personal, keyed_hash
from portal.core.db import Base, IdKey
from portal.core.errors import Conflict, Forbidden
from portal.residents.models import Resident

DECIDE_IN = timedelta(hours=2)  # the resident stands at the desk
CODE_LIVES = timedelta(hours=24)
STOPPABLE = timedelta(days=7)  # after it took effect


class Lost(StrEnum):
    """What is lost."""

    LINE = "line"
    PHONE = "phone"  # with LINE, the apps and the passkeys on it
    EMAIL = "email"
    ALL = "all"  # neither LINE nor the mail address is left


class CaseState(StrEnum):
    """How far a case is."""

    ASKED = "asked"
    APPROVED = "approved"
    WAITING = "waiting"
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"
    OVER = "over"  # nobody decided, or the code was not used, in time


class RecoveryCase(Base):
    """One loss. Times are its facts; the state is computed from them.

    Without `asked_by` it rests on the resident's own recovery code, else on two clerks.
    """

    __tablename__ = "recovery_cases"
    __table_args__ = (
        CheckConstraint("lost IN ('line','phone','email','all')", name="lost"),
        CheckConstraint("decided_by <> asked_by", name="two_clerks"),
        CheckConstraint("approved_at IS NULL OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint(
            "asked_by IS NULL OR used_at IS NULL OR approved_at IS NOT NULL", name="agreed"
        ),
        Index(None, "resident_id"),
        Index(None, "due_at", postgresql_where="done_at IS NULL AND stopped_at IS NULL"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    lost: Mapped[str]
    seen: Mapped[str | None]  # the document the asking clerk saw
    asked_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    contested: Mapped[bool] = mapped_column(default=False)  # an earlier one was stopped
    decided_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    code_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    used_at: Mapped[datetime | None]
    new_email: Mapped[str | None] = mapped_column(Personal("recovery_cases.new_email"))
    new_hashes: Mapped[list[str]] = mapped_column(default=list)  # recovery codes that wait with it
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]  # the stop holds no more

    @property
    def state(self) -> CaseState:
        """How far it is now."""
        for state, at in (
            (CaseState.STOPPED, self.stopped_at),
            (CaseState.REFUSED, self.refused_at),
            (CaseState.DONE, self.done_at),
            (CaseState.WAITING, self.due_at),
        ):
            if at is not None:
                return state
        if self.approved_at is not None:
            fresh = self.approved_at + CODE_LIVES > now()
            return CaseState.APPROVED if fresh else CaseState.OVER
        return CaseState.ASKED if self.created_at + DECIDE_IN > now() else CaseState.OVER


OPEN = frozenset({CaseState.ASKED, CaseState.APPROVED})
DUE = (
    RecoveryCase.done_at.is_(None),
    RecoveryCase.stopped_at.is_(None),
    RecoveryCase.refused_at.is_(None),
)


def ask(session: Session, resident_id: UUID, clerk: UUID, lost: Lost, seen: str) -> RecoveryCase:
    """A clerk who saw the document asks; an earlier case that was not used gives way."""
    session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update())
    mine = of(session, resident_id)
    if any(case.state is CaseState.WAITING for case in mine):
        raise Conflict("A recovery of this account is already waiting.")
    for case in mine:
        if case.state in OPEN:
            case.refused_at = now()
    case = RecoveryCase(
        resident_id=resident_id,
        lost=lost,
        seen=seen,
        asked_by=clerk,
        contested=any(_stands(case) for case in mine),
    )
    session.add(case)
    session.flush()
    audit.record(session, "recovery.asked", ("resident", resident_id), lost=lost, seen=seen)
    return case


def approve(session: Session, case: RecoveryCase, clerk: UUID) -> str:
    """Another clerk agrees; the one-time code to print, of which only a hash is kept."""
    _insist_other(case, clerk)
    code = recovery.new_code()
    case.decided_by, case.approved_at = clerk, now()
    case.code_index = code_index(code)
    audit.record(session, "recovery.approved", ("resident", case.resident_id), case=str(case.id))
    return code


def refuse(session: Session, case: RecoveryCase, clerk: UUID) -> None:
    """Not agreed, or withdrawn by who asked."""
    if case.state is not CaseState.ASKED:
        raise Conflict()
    case.refused_at = now()
    by = "asker" if case.asked_by == clerk else "other"
    audit.record(session, "recovery.refused", ("resident", case.resident_id), by=by)


def of(session: Session, resident_id: UUID) -> list[RecoveryCase]:
    """The cases of an account, the newest first."""
    found = select(RecoveryCase).where(RecoveryCase.resident_id == resident_id)
    return list(session.scalars(found.order_by(RecoveryCase.created_at.desc())))


def at_the_desk(session: Session, limit: int = 30) -> list[RecoveryCase]:
    """The newest cases clerks asked for."""
    found = select(RecoveryCase).where(RecoveryCase.asked_by.is_not(None))
    return list(session.scalars(found.order_by(RecoveryCase.created_at.desc()).limit(limit)))


def held(session: Session, case_id: UUID) -> RecoveryCase | None:
    """One case, held until the transaction ends."""
    found = select(RecoveryCase).where(RecoveryCase.id == case_id).with_for_update()
    return session.execute(found).scalar_one_or_none()


def by_code(session: Session, typed: str) -> RecoveryCase | None:
    """The approved case of this code, held; None when there is none or it is no longer good."""
    found = select(RecoveryCase).where(RecoveryCase.code_index == code_index(typed), _still_here())
    case = session.execute(found.with_for_update()).scalar_one_or_none()
    return case if case is not None and case.state is CaseState.APPROVED else None


def due(session: Session, case_id: UUID) -> RecoveryCase | None:
    """A case whose waiting is over, held; None when it was stopped, done or taken meanwhile."""
    found = select(RecoveryCase).where(RecoveryCase.id == case_id, *DUE, _still_here())
    return session.execute(found.with_for_update(skip_locked=True)).scalar_one_or_none()


def _still_here() -> ColumnElement[bool]:
    """Who has left meanwhile does not come back by this."""
    return exists().where(Resident.id == RecoveryCase.resident_id, Resident.left_at.is_(None))


def code_index(code: str) -> bytes:
    """The keyed hash of a desk code."""
    return keyed_hash(recovery.plain(code), "recovery_case")


def _stands(case: RecoveryCase) -> bool:
    return case.stopped_at is not None and case.lifted_at is None


def _insist_other(case: RecoveryCase, clerk: UUID) -> None:
    if case.state is not CaseState.ASKED:
        raise Conflict()
    if case.asked_by == clerk:
        raise Forbidden("Another clerk must agree, never the one who asked.")
