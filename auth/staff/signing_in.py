"""The acts of a clerk's sign-in: a mailed code or an outside issuer, then a second step."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth import challenges, flows, limits
from auth.assurance import acr_of, amr_of
from auth.challenges import Challenge, Outcome
from auth.errors import FlowOver
from auth.flows import Flow
from auth.signing_in import SignIn
from auth.staff import accounts
from auth.staff.accounts import StaffAccount
from portal.core import audit, jobs
from portal.core.clock import now, today
from portal.core.db import transaction


def send_first(session: Session, flow: Flow, email: str, network: str | None) -> None:
    """Ask for a code. Who has no account gets no mail, and can not tell: a job looks that up."""
    flow.first, flow.email = "email", email
    challenge = challenges.prepare(session, flow, "first", "mail", email, network)
    jobs.ring(session, "auth.staff.signing_in.send_code", challenge.id)


def send_again(session: Session, flow: Flow, network: str | None) -> None:
    """A new code in place of the last one."""
    if flow.email is None or flow.first_proven:
        raise FlowOver()
    send_first(session, flow, flow.email, network)


def send_code(challenge_id: str) -> None:
    """The job: make and post the code, if a clerk has this address. Harmless twice."""
    with transaction() as session:
        challenge = session.execute(
            select(Challenge)
            .where(
                Challenge.id == UUID(challenge_id),
                Challenge.code_hash.is_(None),
                Challenge.closed_at.is_(None),
            )
            .with_for_update()
        ).scalar_one_or_none()
        flow = session.get(Flow, challenge.flow_id) if challenge is not None else None
        if challenge is None or flow is None or flow.email is None:
            return
        if accounts.find_active(session, flow.email) is not None:
            challenges.fill(session, challenge, flow.email, flow.language)


def answer_first(session: Session, flow: Flow, typed: str) -> Outcome:
    """The mailed code."""
    outcome = challenges.answer(session, flow, "first", flow.email or "", typed)
    if outcome is Outcome.RIGHT:
        account = accounts.find_active(session, flow.email or "")
        if account is None:
            raise FlowOver()
        flow.email_proven_at, flow.account_id = now(), account.id
        audit.record(session, "sign_in.first_proven", ("staff", account.id), method="email")
    return outcome


def arrived(
    session: Session,
    account: StaffAccount,
    first: str,
    *,
    mfa: bool,
    next: str | None = None,
    language: str = "ja",
) -> Flow:
    """The flow after a verified answer of an outside issuer ("oidc" or "saml").

    `mfa`: the issuer says it asked for several factors; then no second step of ours follows.
    """
    if not account.active_on(today()):
        raise FlowOver()
    flow = flows.begin(
        session, "staff", account_id=account.id, first=first, next=next, language=language
    )
    flow.second = "issuer" if mfa else None
    audit.record(session, "sign_in.first_proven", ("staff", account.id), method=first, mfa=mfa)
    return flow


def answer_app(session: Session, flow: Flow, typed: str) -> Outcome:
    """The app's code, the second step."""
    account = account_of(session, flow)
    limits.refuse_if_locked(session, flow.counted_as)
    right = accounts.spend_code(session, account, typed)
    if right:
        limits.forget(session, limits.wrong_key(flow.counted_as))
        flow.second = "totp"
    else:
        limits.count_wrong(session, flow.counted_as)
    action = "sign_in.second_proven" if right else "sign_in.second_refused"
    audit.record(session, action, ("staff", account.id), method="totp")
    return Outcome.RIGHT if right else Outcome.WRONG


def finish(session: Session, flow: Flow) -> tuple[SignIn, StaffAccount]:
    """End a complete flow."""
    account = account_of(session, flow)
    if flow.second is None:
        raise FlowOver()
    flow.finished_at = now()
    first = flow.first or ""
    made = SignIn(account.id, acr_of(first, flow.second), amr_of(first, flow.second), [])
    who = ("staff", account.id)
    audit.record(session, "sign_in.completed", who, actor=who, acr=made.acr, amr=made.amr)
    return made, account


def account_of(session: Session, flow: Flow) -> StaffAccount:
    """The active account whose first step is done; raises FlowOver."""
    if flow.account_id is None or not flow.first_proven:
        raise FlowOver()
    account = session.get(StaffAccount, flow.account_id)
    if account is None or not account.active_on(today()):
        raise FlowOver()
    return account
