"""What an outside issuer may change of a clerk's account: bind it by invitation, set its roles."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from auth.federation.errors import IssuerRefused
from auth.staff import accounts, identities, invitations
from auth.staff.accounts import StaffAccount
from auth.staff.role_changes import LastAdministrator, administrators_kept
from portal.core import audit
from portal.core.clock import today


def find(session: Session, issuer: str, subject: str, invitation: str | None) -> StaffAccount:
    """The account of issuer and subject, or the one an invitation binds to them now.

    Raises IssuerRefused. What the issuer says of mail or name is never looked up by (nOAuth).
    """
    account = identities.find(session, issuer, subject)
    if account is None and invitation is not None:
        account = session.get(StaffAccount, invitations.take(session, invitation))
        if account is not None:
            identities.bind(session, account.id, issuer, subject)
    if account is None or not account.active_on(today()):
        raise IssuerRefused("no_account")
    return account


def follow_roles(session: Session, staff_id: UUID, roles: list[str]) -> None:
    """The issuer gives and takes roles; the last administrator stays one. Raises IssuerRefused."""
    if not roles:
        raise IssuerRefused("no_account")
    account = session.get_one(StaffAccount, staff_id)
    if sorted(account.roles) == sorted(roles):
        return
    try:
        with session.begin_nested(), administrators_kept(session):
            accounts.change_staff(session, account, {"roles": roles}, by="issuer")
    except LastAdministrator:
        session.refresh(account)
        audit.record(session, "staff.roles_kept", ("staff", account.id), why="last_administrator")
