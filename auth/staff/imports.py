"""A table of clerks: read, looked at, then written in one transaction or not at all."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.addresses import BadAddress, normal
from auth.passkeys.records import Passkey
from auth.staff import accounts, enrolment, identities, role_changes
from auth.staff.accounts import StaffAccount
from auth.staff.bulk import Known, Step, plan
from auth.staff.identities import StaffIdentity
from auth.staff.issuers import known_issuers
from auth.staff.rights import composed, held_back, propose
from auth.staff.role_changes import administrators_kept
from auth.staff.tables import read_table, written_table
from portal.core import audit
from portal.core.clock import now, today
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey, read
from portal.core.errors import N_, Conflict

LIVES = timedelta(hours=1)


class WentOn(Conflict):
    """The accounts are not what they were when the table was looked at."""

    message = N_("The accounts have changed since this was shown. Please look at it once more.")


class HasFaults(Conflict):
    """A table with a fault is not written at all."""

    message = N_("The table has faults. Please mend them and choose the file again.")


class StaffImport(Base):
    """A table that waits for its confirmation; encrypted, and gone after an hour."""

    __tablename__ = "staff_imports"

    id: Mapped[IdKey]
    made_by: Mapped[UUID | None]
    table: Mapped[str] = mapped_column(Personal("staff_imports.table"))
    shown: Mapped[str]  # digest of the plan that was shown
    created_at: Mapped[datetime] = mapped_column(default=now)
    applied_at: Mapped[datetime | None]


def keep(session: Session, text: str, made_by: UUID | None) -> StaffImport:
    """Keep a table for its confirmation; nothing else is written."""
    shown = digest_of(look(session, text))
    kept = StaffImport(table=text, made_by=made_by, shown=shown)
    session.add(kept)
    session.flush()
    audit.record(session, "staff.table_read", ("staff_import", kept.id))
    return kept


def kept(session: Session, import_id: UUID, made_by: UUID | None) -> StaffImport | None:
    """The table this administrator has kept, while it is neither old nor written."""
    return session.execute(
        select(StaffImport)
        .where(
            StaffImport.id == import_id,
            StaffImport.made_by == made_by,
            StaffImport.applied_at.is_(None),
            StaffImport.created_at > now() - LIVES,
        )
        .with_for_update()
    ).scalar_one_or_none()


def look(session: Session, text: str) -> list[Step]:
    """What the table would do, row by row."""
    rows = read_table(text, _normal)
    return plan(rows, _known(session), frozenset(composed(session)), known_issuers(), today())


def apply(session: Session, kept: StaffImport) -> list[Step]:
    """Write it; raises WentOn, HasFaults, LastAdministrator, Taken."""
    steps = look(session, kept.table)
    if digest_of(steps) != kept.shown:
        raise WentOn()
    write(session, steps, by=str(kept.id), clerk=kept.made_by)
    kept.applied_at = now()
    return steps


def write(session: Session, steps: list[Step], *, by: str, clerk: UUID | None = None) -> None:
    """All steps of one transaction, one audit entry each.

    Sensitive rights that a `clerk` gives wait for another one; the command line is the operator's.
    """
    if any(step.kind == "error" for step in steps):
        raise HasFaults()
    with administrators_kept(session):
        for step in steps:
            _write(session, step, by, clerk)


def digest_of(steps: list[Step]) -> str:
    """Equal plans have equal digests."""
    return hashlib.sha256(repr(steps).encode()).hexdigest()


def export(session: Session) -> str:
    """The present list in the columns of the import."""
    found = sorted(_known(session).values(), key=lambda one: one.email)
    return written_table(found)


def sweep() -> int:
    """Delete tables that were written or forgotten; returns how many."""
    over = StaffImport.applied_at.is_not(None) | (StaffImport.created_at < now() - LIVES)
    return read().execute(delete(StaffImport).where(over)).rowcount


def _write(session: Session, step: Step, by: str, clerk: UUID | None) -> None:
    row = step.row
    if step.kind == "unchanged":
        return
    details: dict[str, Any] = {"by": "import", "table": by, "line": row.line}
    roles, values = row.roles, dict(step.values)
    known = accounts.find(session, row.email)
    held = held_back(session, known, row.roles) if clerk else frozenset()
    if step.kind == "new":
        roles = tuple(sorted(set(row.roles) - held))
        account = accounts.add_staff(
            session,
            email=row.email,
            name=row.name,
            roles=roles,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            login_name=row.login_name or None,
            invited=True,
            **details,
        )
        enrolment.invite(session, account)
    else:
        assert known is not None  # noqa: S101  (the plan was made in this transaction)
        account = known
        if held:
            values.pop("roles", None)
        elif step.roles_from is not None:
            role_changes.schedule(session, account, list(row.roles), step.roles_from, **details)
        elif "roles" in values:
            role_changes.cancel(session, account.id)
        accounts.change_staff(session, account, values, **details)
    if held and clerk:
        day = step.roles_from.isoformat() if step.roles_from else None
        propose(session, account.id, clerk, {"roles": list(row.roles), "day": day})
    if step.binds:
        identities.unbind(session, account.id, row.issuer)
        identities.bind(session, account.id, row.issuer, row.subject)
    if step.invites:
        enrolment.invite(session, account)


def _known(session: Session) -> dict[str, Known]:
    bound: dict[UUID, tuple[str, str]] = {}
    for one in session.scalars(select(StaffIdentity).order_by(StaffIdentity.issuer)):
        bound.setdefault(one.staff_id, (one.issuer, one.subject))
    plans = role_changes.planned(session)
    with_passkey = set(session.scalars(select(Passkey.staff_id).distinct()))
    found = {}
    for account in session.scalars(select(StaffAccount)):
        issuer, subject = bound.get(account.id, ("", ""))
        planned = plans.get(account.id)
        found[account.email] = Known(
            email=account.email,
            name=account.name,
            roles=tuple(account.roles),
            starts_on=account.starts_on,
            ends_on=account.ends_on,
            login_name=account.login_name or "",
            issuer=issuer,
            subject=subject,
            set_up=account.totp_secret is not None or account.id in with_passkey,
            planned_roles=tuple(planned.roles) if planned else (),
            planned_from=planned.from_day if planned else None,
        )
    return found


def _normal(typed: str) -> str | None:
    try:
        return normal(typed)
    except BadAddress:
        return None
