"""Changes to how one signs in: each with fresh proof, a notice by mail, and the audit entry."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from auth import authenticators, challenges, flows, identities, limits, recovery
from auth.authenticators import Authenticator
from auth.challenges import Outcome
from auth.errors import FlowOver, Taken
from auth.flows import Flow
from auth.identities import EMAIL, LINE
from portal.core import audit, outbox
from portal.core.clock import now
from portal.residents.models import Resident


def connect_line(session: Session, flow: Flow, user_id: str, *, friend: bool | None = None) -> None:
    """LINE, just proven, becomes a way in; raises Taken when an account has it."""
    account = _account(flow)
    if identities.resident_of(session, LINE, user_id) not in {None, account}:
        raise Taken("This LINE account is already registered. Please sign in with LINE.")
    identities.replace(session, account, LINE, user_id)
    identities.note_friendship(session, account, friend)
    flow.finished_at = now()
    audit.record(session, "identity.added", ("resident", account), issuer=LINE)
    tell(session, account, "line")


def send_change_code(session: Session, flow: Flow, email: str, network: str | None) -> None:
    """Send a code to the address that shall be the new one."""
    flow.email = email
    challenges.issue(session, flow, "change", "mail", email, network)


def answer_change_code(session: Session, flow: Flow, typed: str) -> Outcome:
    """The new address is proven: it takes the old one's place; both are told."""
    account, email = _account(flow), flow.email or ""
    outcome = challenges.answer(session, flow, "change", email, typed)
    if outcome is not Outcome.RIGHT:
        return outcome
    if identities.resident_of(session, EMAIL, email) not in {None, account}:
        return Outcome.TAKEN
    old = identities.replace(session, account, EMAIL, email)
    flow.finished_at = now()
    flows.drop_others(session, account, keep=flow.id)
    audit.record(
        session,
        "identity.replaced" if old else "identity.added",
        ("resident", account),
        issuer=EMAIL,
    )
    for address in {email, old} - {None}:
        _mail(session, account, str(address), "email")
    return outcome


def offer_app(session: Session, flow: Flow) -> str:
    """The secret offered to a further authenticator app."""
    flow.totp = flow.totp or authenticators.new_secret()
    return flow.totp


def answer_app(session: Session, flow: Flow, typed: str) -> Outcome:
    """The app shows the right code and becomes a second step; the account is told."""
    account = _account(flow)
    limits.refuse_if_locked(session, flow.counted_as)
    step = authenticators.step_of(flow.totp, typed, now()) if flow.totp else None
    if flow.totp is None or step is None:
        limits.count_wrong(session, flow.counted_as)
        audit.record(session, "authenticator.refused", ("resident", account))
        return Outcome.WRONG
    session.add(Authenticator(resident_id=account, secret=flow.totp, last_step=step))
    flow.finished_at = now()
    audit.record(session, "authenticator.added", ("resident", account))
    tell(session, account, "totp")
    return Outcome.RIGHT


def new_recovery_codes(session: Session, account: UUID) -> list[str]:
    """Ten new codes in place of the old ones; the account is told."""
    codes = recovery.make(session, account)
    audit.record(session, "recovery_codes.made", ("resident", account))
    tell(session, account, "recovery")
    return codes


def tell(session: Session, account: UUID, method: str) -> None:
    """A receipt by mail, or in the talk of who has no mail address."""
    found = identities.addresses_of(session, [account]).get(account)
    if found is not None and found.email:
        _mail(session, account, found.email, method)
    elif found is not None and found.line:
        language = session.get_one(Resident, account).language
        outbox.post(
            session, "line", found.line, "auth_new_method", {"method": method}, language=language
        )


def _mail(session: Session, account: UUID, address: str, method: str) -> None:
    language = session.get_one(Resident, account).language
    outbox.post(session, "mail", address, "auth_new_method", {"method": method}, language=language)


def _account(flow: Flow) -> UUID:
    if flow.account_id is None:
        raise FlowOver()
    return flow.account_id
