"""Clerks by their office's OpenID issuer (Entra ID shape): bound, invited or provisioned."""

from __future__ import annotations

from sqlalchemy.orm import Session

from auth import addresses
from auth.federation import checks, mapping
from auth.federation.asking import Answer
from auth.federation.config import Issuer
from auth.federation.errors import IssuerRefused
from auth.flows import Flow
from auth.staff import accounts, federated, identities, invitations, signing_in
from auth.staff.accounts import StaffAccount
from portal.core import names
from portal.core.clock import today

LONGEST_NAME = 100


def arrive(
    session: Session,
    issuer: Issuer,
    answer: Answer,
    *,
    invitation: str | None,
    next_page: str | None,
    language: str,
) -> Flow:
    """The flow of a clerk whose first step the issuer proved; raises IssuerRefused.

    The account is found by issuer and subject alone: what the issuer says of mail or name is
    chosen by people there (nOAuth) and opens nothing.
    """
    _refuse_guest(issuer, answer)
    roles = mapping.roles(issuer.roles, answer.claims.get(issuer.roles_claim))
    account = (
        identities.find(session, issuer.issuer, answer.subject)
        or _invited(session, issuer, answer, invitation)
        or _provisioned(session, issuer, answer, roles)
    )
    if account is None or not account.active_on(today()):
        raise IssuerRefused("no_account")
    if issuer.roles:
        federated.follow_roles(session, account.id, roles)
    mfa = bool(set(issuer.mfa_amr) & set(answer.amr))
    return signing_in.arrived(session, account, "oidc", mfa=mfa, next=next_page, language=language)


def _refuse_guest(issuer: Issuer, answer: Answer) -> None:
    tenant = issuer.require.get("tid")
    if tenant is None or issuer.guests == "ignore":
        return
    if checks.is_guest(answer.claims, tenant):
        raise IssuerRefused("guest")


def _invited(
    session: Session, issuer: Issuer, answer: Answer, invitation: str | None
) -> StaffAccount | None:
    """A link an administrator handed out binds the identity that comes with it, once."""
    if invitation is None:
        return None
    account = session.get(StaffAccount, invitations.take(session, invitation))
    if account is not None:
        identities.bind(session, account.id, issuer.issuer, answer.subject)
    return account


def _provisioned(
    session: Session, issuer: Issuer, answer: Answer, roles: list[str]
) -> StaffAccount | None:
    """An account by rule: for members of the tenant (`acct` 0) to whom a role was given there."""
    member = str(answer.claims.get("acct", "")) == "0"
    if not issuer.provision or not roles or not member:
        return None
    email, name = _contact(answer)
    account = accounts.add_staff(session, email=email, name=name, roles=roles, invited=True)
    identities.bind(session, account.id, issuer.issuer, answer.subject)
    return account


def _contact(answer: Answer) -> tuple[str, str]:
    """Where the clerk is written to, and the name in the header: told, never looked up by."""
    try:
        email = addresses.normal(str(answer.claims.get("email", "")))
    except addresses.BadAddress:
        raise IssuerRefused("no_address") from None
    return email, names.cut(str(answer.claims.get("name") or email), LONGEST_NAME)
