"""Staff accounts: made and ended by date, never deleted while the audit log names them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import authenticators
from auth.errors import Taken
from auth.staff.role_records import StaffRole
from auth.staff.roles import ROLES
from portal.core import audit
from portal.core.blind_indexes import BlindIndex, index_to_write
from portal.core.clock import now, today
from portal.core.crypto import Personal, blind_indexes
from portal.core.db import Base, IdKey, after_commit, read, transaction
from portal.core.web.sessions import SessionRow, end_sessions

CLOSING = (
    "roles",
    "department",
    "starts_on",
    "ends_on",
)  # sessions carry permissions: they end with a change


class StaffAccount(Base):
    """A clerk. `ends_on` is the last day; empty: open end.

    `login_name` is what tools behind our SAML sign-in call the clerk, where it is not the mail.
    """

    __tablename__ = "staff_accounts"

    id: Mapped[IdKey]
    email: Mapped[str] = mapped_column(Personal("staff_accounts.email"))
    email_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(Personal("staff_accounts.name"))
    login_name: Mapped[str | None] = mapped_column(Personal("staff_accounts.login_name"))
    login_name_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    roles: Mapped[list[str]]
    department: Mapped[str | None]  # a desk of the catalogue
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    totp_secret: Mapped[str | None] = mapped_column(Personal("staff_accounts.totp_secret"))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)

    def active_on(self, day: date) -> bool:
        """Whether the clerk may sign in on this day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def state_on(self, day: date) -> str:
        """active, coming or ended."""
        if self.ends_on is not None and self.ends_on < day:
            return "ended"
        return "active" if self.starts_on <= day else "coming"


INDEXES = (
    BlindIndex("staff_accounts", "email_index", "email", lambda mail, _row: (mail, "staff")),
    BlindIndex(
        "staff_accounts",
        "login_name_index",
        "login_name",
        lambda name, _row: (name.casefold(), "staff-login"),
    ),
)


def add_staff(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Sequence[str],
    starts_on: date | None = None,
    ends_on: date | None = None,
    login_name: str | None = None,
    department: str | None = None,
    totp_secret: str | None = None,
    invited: bool = False,
    **details: Any,
) -> StaffAccount:
    """Make an account; its authenticator secret is made here unless given. Raises Taken.

    `invited`: no secret yet, the clerk sets up an app or a passkey by an invitation. `email` is in
    the spelling of `addresses.normal`; ValueError names an unknown role. `details` go into the
    audit entry.
    """
    if roles or not invited:  # none yet: a second clerk has to agree first
        _check_roles(session, roles)
    if find(session, email) is not None:
        raise Taken("There is a staff account with this address.")
    account = StaffAccount(
        email=email,
        email_index=index_to_write(session, StaffAccount.email_index, email, "staff"),
        name=name,
        roles=sorted(set(roles)),
        department=department or None,
        starts_on=starts_on or today(),
        ends_on=ends_on,
        totp_secret=None if invited else totp_secret or authenticators.new_secret(),
    )
    _name_for_tools(session, account, login_name)
    session.add(account)
    session.flush()
    audit.record(session, "staff.added", ("staff", account.id), roles=account.roles, **details)
    return account


def change_staff(
    session: Session, account: StaffAccount, values: dict[str, Any], **details: Any
) -> list[str]:
    """Set name, roles, starts_on, ends_on, login_name; returns what became different.

    Sessions end at once where it changes what the clerk may do.
    """
    wanted = dict(values)
    if "roles" in wanted:
        _check_roles(session, wanted["roles"])
        wanted["roles"] = sorted(set(wanted["roles"]))
    different = [name for name, value in wanted.items() if getattr(account, name) != value]
    for name in different:
        if name == "login_name":
            _name_for_tools(session, account, wanted[name])
        else:
            setattr(account, name, wanted[name])
    if not different:
        return []
    session.flush()
    action = "staff.ended" if account.state_on(today()) == "ended" else "staff.changed"
    who = ("staff", account.id)
    audit.record(session, action, who, fields=different, roles=account.roles, **details)
    if set(different) & set(CLOSING):
        sign_out_everywhere(session, account.id)
    return different


def looked_over(session: Session, account: StaffAccount) -> None:
    """Somebody saved an account as it was."""
    audit.record(session, "staff.kept", ("staff", account.id))


def end_staff(session: Session, account: StaffAccount, **details: Any) -> None:
    """End an account now; its sessions end with it."""
    yesterday = today() - timedelta(days=1)
    account.starts_on, account.ends_on = min(account.starts_on, yesterday), yesterday
    audit.record(session, "staff.ended", ("staff", account.id), **details)
    sign_out_everywhere(session, account.id)


def sign_out_everywhere(session: Session, account_id: UUID) -> None:
    """End all sessions once the change is there: not before, or a sign-in slips in between."""

    def end() -> None:
        end_sessions("staff", account_id)

    after_commit(session, end)


def find(session: Session, email: str) -> StaffAccount | None:
    """The account with this address."""
    return session.execute(
        select(StaffAccount).where(StaffAccount.email_index.in_(blind_indexes(email, "staff")))
    ).scalar_one_or_none()


def find_active(session: Session, email: str) -> StaffAccount | None:
    """The account with this address, if its clerk may sign in today."""
    account = find(session, email)
    return account if account is not None and account.active_on(today()) else None


def spend_code(session: Session, account: StaffAccount, typed: str) -> bool:
    """Whether `typed` is the app's code; it is spent then."""
    if account.totp_secret is None:
        return False
    step = authenticators.step_of(account.totp_secret, typed, now())
    if step is None:
        return False
    won = session.execute(
        update(StaffAccount)
        .where(StaffAccount.id == account.id, StaffAccount.last_step < step)
        .values(last_step=step)
        .returning(StaffAccount.id)
    )
    return won.scalar() is not None


def name_of(account_id: UUID) -> tuple[str, list[str]] | None:
    """Name and roles of a signed-in clerk, for the header."""
    row = read().execute(
        select(StaffAccount.name, StaffAccount.roles).where(StaffAccount.id == account_id)
    )
    found = row.one_or_none()
    return (found.name, list(found.roles)) if found else None


def end_sessions_of_ended() -> int:
    """A tick: clerks whose last day is over are signed out; returns sessions ended."""
    over = select(StaffAccount.id).where(
        or_(StaffAccount.ends_on < today(), StaffAccount.starts_on > today())
    )
    with transaction() as session:
        ids = session.execute(
            select(SessionRow.subject_id)
            .where(SessionRow.face == "staff", SessionRow.subject_id.in_(over))
            .group_by(SessionRow.subject_id)
            .having(func.count() > 0)
        ).scalars()
        return sum(_sign_out(session, found) for found in ids if found is not None)


def _sign_out(session: Session, account_id: UUID) -> int:
    count = end_sessions("staff", account_id)
    audit.record(session, "session.ended", ("staff", account_id), by="end_date", count=count)
    return count


def _check_roles(session: Session, roles: Sequence[str]) -> None:
    unknown = set(roles) - ROLES.keys()
    if unknown:
        held = select(StaffRole.name).where(StaffRole.ended_at.is_(None))
        unknown -= set(session.scalars(held))
    if unknown or not roles:
        raise ValueError(f"unknown role: {', '.join(sorted(unknown)) or 'none given'}")


def _name_for_tools(session: Session, account: StaffAccount, login_name: str | None) -> None:
    """Two clerks of one login name would be one person in the tool."""
    found = blind_indexes(login_name.casefold(), "staff-login") if login_name else []
    if found:
        other = select(StaffAccount.id).where(
            StaffAccount.login_name_index.in_(found), StaffAccount.id != account.id
        )
        if session.execute(other).scalar() is not None:
            raise Taken("Another clerk has this login name.")
    account.login_name = login_name or None
    account.login_name_index = found[0] if found else None
