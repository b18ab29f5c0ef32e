"""What a clerk may do today, and the second clerk who agrees where rights reach people's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.staff import accounts, role_changes
from auth.staff.accounts import StaffAccount
from auth.staff.operations import BY_DEPARTMENT, Limit, clash, gained, rights
from auth.staff.role_changes import ADMINISTRATOR, administrators_kept
from auth.staff.role_records import RightProposal, RoleLimit, StaffRole
from auth.staff.roles import ROLES
from portal.core import audit
from portal.core.clock import TOKYO, now, today
from portal.core.db import transaction
from portal.core.errors import N_, Conflict, Forbidden, NotFound
from portal.core.web.sessions import SessionRow


class Apart(Conflict):
    """Operations that must not be one role's."""

    message = N_("These operations must stay apart: who manages staff neither recovers residents' "
                 "accounts nor reads the log.")  # fmt: skip


class NameTaken(Conflict):
    """Two roles of one name would be one."""

    message = N_("There is a role of this name.")


class NoLimits(Conflict):
    """Administrators must be found on every day and for every department."""

    message = N_("The administrator's role has no limits. End the account on its last day instead.")


class NoDepartments(Conflict):
    """A limit that would take everything away without saying so."""

    message = N_("A role of these operations can not be limited by department: "
                 "only reports know departments.")  # fmt: skip


def composed(session: Session) -> dict[str, frozenset[str]]:
    """Every role in use and its operations: those we begin with, and the city's own."""
    own = session.scalars(select(StaffRole).where(StaffRole.ended_at.is_(None)))
    return ROLES | {role.name: frozenset(role.operations) for role in own}


def compose(session: Session, name: str, operations: Sequence[str]) -> None:
    """A new role; raises Apart, NameTaken. It gives nobody anything until it is somebody's."""
    if clash(operations):
        raise Apart()
    if name in ROLES or session.get(StaffRole, name) is not None:
        raise NameTaken()
    session.add(StaffRole(name=name, operations=sorted(set(operations))))
    audit.record(session, "role.added", ("role", name), operations=sorted(set(operations)))


def end_role(session: Session, name: str) -> None:
    """It gives nothing any more; clerks who held it are signed out."""
    role = session.get(StaffRole, name, with_for_update=True)
    if role is None or role.ended_at is not None:
        raise NotFound()
    role.ended_at = now()
    audit.record(session, "role.ended", ("role", name))
    for account in session.scalars(select(StaffAccount).where(StaffAccount.roles.contains([name]))):
        accounts.sign_out_everywhere(session, account.id)


def limits_of(session: Session, staff_id: UUID) -> dict[str, Limit]:
    """Where and when this account's roles hold."""
    rows = session.scalars(select(RoleLimit).where(RoleLimit.staff_id == staff_id))
    return {row.role: row.limit() for row in rows}


def rights_of(session: Session, account: StaffAccount) -> frozenset[str]:
    """What goes into the clerk's session."""
    return rights(account.roles, composed(session), limits_of(session, account.id), today())


def holders(permission: str) -> dict[UUID, str]:
    """Names of the clerks who hold a permission today, by name."""
    with transaction() as session:
        found = [
            (account.name, account.id)
            for account in session.scalars(select(StaffAccount))
            if account.state_on(today()) == "active" and permission in rights_of(session, account)
        ]
    return {key: name for name, key in sorted(found)}


def held_back(
    session: Session, account: StaffAccount | None, wanted: Sequence[str]
) -> frozenset[str]:
    """Those of the wanted roles that give sensitive rights the account does not hold yet."""
    roles, before = composed(session), frozenset[str]()
    if account is not None and account.state_on(today()) != "ended":
        limits = limits_of(session, account.id)
        before = rights(account.roles, roles, limits, today())
    return frozenset(
        role for role in wanted if gained(before, roles.get(role, ())) and role in roles
    )


def propose(
    session: Session, staff_id: UUID, asked_by: UUID, values: dict[str, Any]
) -> RightProposal:
    """Wait for another clerk; an earlier wish for this account is over with it."""
    session.execute(
        delete(RightProposal).where(
            RightProposal.staff_id == staff_id, RightProposal.decided_at.is_(None)
        )
    )
    made = RightProposal(staff_id=staff_id, asked_by=asked_by, values=values)
    session.add(made)
    session.flush()
    said = {name: value for name, value in values.items() if name != "limits"}
    audit.record(session, "staff.rights_proposed", ("staff", staff_id), **said)
    return made


def waiting(session: Session) -> list[RightProposal]:
    """What waits, the oldest first."""
    found = select(RightProposal).where(RightProposal.decided_at.is_(None))
    return list(session.scalars(found.order_by(RightProposal.asked_at)))


def decide(session: Session, proposal_id: UUID, by: UUID, *, agreed: bool) -> None:
    """The second clerk's word. Who asked may only take it back; nobody agrees to their own."""
    row = session.get(RightProposal, proposal_id, with_for_update=True)
    if row is None or row.decided_at is not None:
        raise NotFound()
    if agreed and by in {row.asked_by, row.staff_id}:
        raise Forbidden(N_("Another administrator must agree, neither who asked nor who gets it."))
    row.decided_by, row.decided_at, row.agreed = by, now(), agreed
    action = "staff.rights_agreed" if agreed else "staff.rights_refused"
    audit.record(session, action, ("staff", row.staff_id), asked_by=str(row.asked_by))
    if agreed:
        _apply(session, session.get_one(StaffAccount, row.staff_id), row.values)


def set_limits(
    session: Session, account: StaffAccount, limits: Mapping[str, Limit], by: UUID
) -> bool:
    """Where and when roles hold; False: it gives sensitive rights and waits for a second clerk."""
    if limits.get(ADMINISTRATOR, Limit()) != Limit():
        raise NoLimits()
    roles = composed(session)
    for role, limit in limits.items():
        if limit.department and not BY_DEPARTMENT & roles.get(role, frozenset()):
            raise NoDepartments()
    before = rights(account.roles, roles, limits_of(session, account.id), today())
    # A role that begins later gives its rights then: they are weighed now.
    after = rights(account.roles, roles, {r: _open(one) for r, one in limits.items()}, today())
    values = {"limits": {role: _plain(limit) for role, limit in limits.items()}}
    if gained(before, after):
        propose(session, account.id, by, values)
        return False
    _apply(session, account, values)
    return True


def end_sessions_of_limited() -> int:
    """A tick: a session carries its rights, so it ends when a role's day has come or gone."""
    midnight = datetime.combine(today(), time(), TOKYO)
    with transaction() as session:
        limited = select(RoleLimit.staff_id).where(
            (RoleLimit.from_day == today()) | (RoleLimit.until_day < today())
        )
        found = session.scalars(
            select(SessionRow.subject_id)
            .where(
                SessionRow.face == "staff",
                SessionRow.subject_id.in_(limited),
                SessionRow.created_at < midnight,
            )
            .distinct()
        ).all()
        for staff_id in found:
            if staff_id is not None:
                accounts.sign_out_everywhere(session, staff_id)
                audit.record(session, "session.ended", ("staff", staff_id), by="role_limit")
        return len(found)


def _apply(session: Session, account: StaffAccount, values: Mapping[str, Any]) -> None:
    with administrators_kept(session):
        if "limits" in values:
            _write_limits(session, account, values["limits"])
        if values.get("day") and date.fromisoformat(values["day"]) > today():
            day = date.fromisoformat(values["day"])
            role_changes.schedule(session, account, list(values["roles"]), day)
        elif "roles" in values:
            role_changes.cancel(session, account.id)
            accounts.change_staff(session, account, {"roles": list(values["roles"])})


def _write_limits(session: Session, account: StaffAccount, limits: Mapping[str, Any]) -> None:
    session.execute(delete(RoleLimit).where(RoleLimit.staff_id == account.id))
    for role, (department, first, last) in limits.items():
        if department or first or last:
            days = [date.fromisoformat(day) if day else None for day in (first, last)]
            session.add(RoleLimit(staff_id=account.id, role=role, department=department,
                                  from_day=days[0], until_day=days[1]))  # fmt: skip
    audit.record(session, "staff.limits_changed", ("staff", account.id), limits=dict(limits))
    accounts.sign_out_everywhere(session, account.id)


def _plain(limit: Limit) -> list[str | None]:
    days = (limit.from_day, limit.until_day)
    return [limit.department, *(day.isoformat() if day else None for day in days)]


def _open(limit: Limit) -> Limit:
    return Limit(limit.department)
