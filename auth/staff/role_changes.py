"""Roles that change on a day to come: written down now, in force on that day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, delete, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.staff import accounts
from auth.staff.accounts import StaffAccount
from auth.staff.last_administrator import Span, leaves_a_gap
from portal.core import audit
from portal.core.clock import now, today
from portal.core.db import Base, transaction
from portal.core.errors import N_, Conflict

ADMINISTRATOR = "administrator"
LOCK = 0x4D535441  # advisory lock number: two administrators must not end each other at once


class LastAdministrator(Conflict):
    """The change would leave nobody who manages staff accounts."""

    message = N_("Nobody would be administrator then. Make somebody else administrator first.")


class RoleChange(Base):
    """The roles an account has from `from_day` on; the row goes when the day has come."""

    __tablename__ = "staff_role_changes"
    __table_args__ = (Index(None, "from_day"),)

    staff_id: Mapped[UUID] = mapped_column(
        ForeignKey("staff_accounts.id", ondelete="CASCADE"), primary_key=True
    )
    from_day: Mapped[date]
    roles: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)


def schedule(
    session: Session, account: StaffAccount, roles: list[str], day: date, **details: Any
) -> None:
    """From `day` on the clerk has these roles, in place of an earlier plan."""
    cancel(session, account.id)
    session.add(RoleChange(staff_id=account.id, from_day=day, roles=sorted(set(roles))))
    who = ("staff", account.id)
    audit.record(session, "staff.change_planned", who, roles=roles, day=str(day), **details)


def cancel(session: Session, staff_id: UUID) -> None:
    """Forget what was planned."""
    session.execute(delete(RoleChange).where(RoleChange.staff_id == staff_id))


def planned(session: Session) -> dict[UUID, RoleChange]:
    """What is planned, by account."""
    return {row.staff_id: row for row in session.scalars(select(RoleChange))}


def apply_due() -> int:
    """A tick: changes whose day has come are in force; returns how many."""
    with transaction() as session:
        due = session.scalars(
            select(RoleChange).where(RoleChange.from_day <= today()).with_for_update()
        ).all()
        for row in due:
            account = session.get_one(StaffAccount, row.staff_id)
            accounts.change_staff(session, account, {"roles": row.roles}, by="date")
            session.delete(row)
        return len(due)


@contextmanager
def administrators_kept(session: Session) -> Iterator[None]:
    """Changes inside may not leave a day without administrator; raises LastAdministrator."""
    session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    before = spans(session)
    yield
    session.flush()
    if leaves_a_gap(before, spans(session), today()):
        raise LastAdministrator()


def spans(session: Session) -> list[Span]:
    """When who is administrator, plans included."""
    plans = planned(session)
    rows = session.execute(
        select(StaffAccount.id, StaffAccount.roles, StaffAccount.starts_on, StaffAccount.ends_on)
    )
    found: list[Span] = []
    for row in rows:
        found += _spans_of(row.roles, row.starts_on, row.ends_on, plans.get(row.id))
    return found


def _spans_of(
    roles: list[str], first: date, last: date | None, plan: RoleChange | None
) -> Iterator[Span]:
    if plan is None:
        if ADMINISTRATOR in roles:
            yield first, last
        return
    before = date.fromordinal(plan.from_day.toordinal() - 1)
    if ADMINISTRATOR in roles:
        yield first, before if last is None else min(before, last)
    if ADMINISTRATOR in plan.roles:
        yield max(first, plan.from_day), last
