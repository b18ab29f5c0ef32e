"""Setting up the second step of a new account: a mail address, an authenticator app, LINE."""

from __future__ import annotations

from sqlalchemy.orm import Session

from auth import authenticators, challenges, identities, limits
from auth.challenges import Outcome
from auth.desk import lists
from auth.errors import FlowOver
from auth.flows import Flow
from auth.signing_in import step_of
from auth.steps import Step
from portal.core import audit
from portal.core.clock import now


def send_email_code(session: Session, flow: Flow, email: str, network: str | None) -> None:
    """Send a code to the address a LINE user gives."""
    _insist(session, flow)
    if flow.first != "line":
        raise FlowOver()
    flow.email = email
    challenges.issue(session, flow, "set_up", "mail", email, network)


def answer_email_code(session: Session, flow: Flow, typed: str) -> Outcome:
    """Judge it. Whose address it is, is told only to who can read its mail."""
    _insist(session, flow)
    outcome = challenges.answer(session, flow, "set_up", flow.email or "", typed)
    if outcome is Outcome.RIGHT:
        if identities.resident_of(session, identities.EMAIL, flow.email or "") is not None:
            return Outcome.TAKEN
        flow.email_proven_at, flow.second = now(), "email"
        audit.record(session, "sign_in.second_set_up", ("flow", flow.id), method="email")
    return outcome


def secret_of(session: Session, flow: Flow) -> str:
    """The secret this flow offers to an authenticator app; the same until it is proven."""
    _insist(session, flow)
    flow.totp = flow.totp or authenticators.new_secret()
    return flow.totp


def answer_totp(session: Session, flow: Flow, typed: str) -> Outcome:
    """The app shows the right code: it has the secret."""
    _insist(session, flow)
    limits.refuse_if_locked(session, flow.counted_as)
    step = authenticators.step_of(flow.totp, typed, now()) if flow.totp else None
    if step is None:
        limits.count_wrong(session, flow.counted_as)
        audit.record(session, "sign_in.second_refused", ("flow", flow.id), method="totp")
        return Outcome.WRONG
    flow.totp_proven_at, flow.totp_step, flow.second = now(), step, "totp"
    audit.record(session, "sign_in.second_set_up", ("flow", flow.id), method="totp")
    return Outcome.RIGHT


def answer_list(
    session: Session, flow: Flow, activation: str, typed: str, network: str | None
) -> bool:
    """A list from the desk that waits for a sign-up: its number and its first code."""
    _insist(session, flow)
    keys = [flow.counted_as, f"desk_list:{network or flow.id}"]
    for key in keys:
        limits.refuse_if_locked(session, key)
    right = lists.claim(session, flow.id, activation, typed)
    if right:
        flow.second = "desk_list"
    else:
        for key in keys:
            limits.count_wrong(session, key)
    action = "sign_in.second_set_up" if right else "sign_in.second_refused"
    audit.record(session, action, ("flow", flow.id), method="desk_list")
    return right


def _insist(session: Session, flow: Flow) -> None:
    if step_of(session, flow) is not Step.SET_UP:
        raise FlowOver()
