"""A clerk's second step: invited to set it up, set up by the clerk, reset by an administrator."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Session

from auth import authenticators, flows, limits
from auth.challenges import Outcome
from auth.errors import FlowOver
from auth.flows import Flow
from auth.passkeys import records as passkeys
from auth.passkeys.records import Owner, Passkey
from auth.staff import accounts, invitations
from auth.staff.accounts import StaffAccount
from portal.core import audit, outbox
from portal.core.clock import now, today
from portal.core.errors import N_, Conflict
from portal.core.settings import Settings


class AlreadySetUp(Conflict):
    """An invitation sets up a second step; it never replaces one."""

    message = N_("A second step is set up already. An administrator can reset it.")


def invite(session: Session, account: StaffAccount, *, language: str = "ja") -> str:
    """Mail a one-time link by which the clerk sets up a second step; returns the link."""
    settings: Settings = current_app.extensions["mado.settings"]
    token = invitations.make(session, account.id)
    link = f"{settings.STAFF_URL}/staff/invitation/{token}"
    values = {
        "link": link,
        "days": invitations.LIVES.days,
        "starts_on": account.starts_on.isoformat() if account.starts_on > today() else "",
    }
    outbox.post(session, "mail", account.email, "staff_invitation", values, language=language)
    return link


def reset(session: Session, account: StaffAccount, *, language: str = "ja") -> str:
    """Take the second step away: sessions and half-done sign-ins end; returns the new link."""
    account.totp_secret = None
    session.execute(delete(Passkey).where(Passkey.staff_id == account.id))
    session.execute(delete(Flow).where(Flow.account_id == account.id))
    audit.record(session, "staff.second_reset", ("staff", account.id))
    accounts.sign_out_everywhere(session, account.id)
    return invite(session, account, language=language)


def begin(session: Session, staff_id: UUID) -> Flow:
    """The flow of an invited clerk who sets up an app; raises AlreadySetUp or FlowOver."""
    account = invited(session, staff_id)
    return flows.begin(session, "app", account_id=account.id, totp=authenticators.new_secret())


def invited(session: Session, staff_id: UUID) -> StaffAccount:
    """The account an invitation is for, locked: not ended, and without a second step."""
    account = session.get(StaffAccount, staff_id, with_for_update=True)
    if account is None or account.state_on(today()) == "ended":
        raise FlowOver()
    if account.totp_secret is not None or passkeys.count(session, Owner("staff", account.id)):
        raise AlreadySetUp()
    return account


def set_up_app(session: Session, flow: Flow, token: str, typed: str) -> Outcome:
    """The app shows the right code: it is the clerk's second step, the invitation is used up."""
    limits.refuse_if_locked(session, flow.counted_as)
    step = authenticators.step_of(flow.totp, typed, now()) if flow.totp else None
    who = ("staff", flow.account_id)
    if step is None:
        limits.count_wrong(session, flow.counted_as)
        audit.record(session, "staff.second_refused", who, method="totp")
        return Outcome.WRONG
    if invitations.take(session, token) != flow.account_id:
        raise FlowOver()
    account = invited(session, flow.account_id)
    account.totp_secret, account.last_step = flow.totp, step
    flow.finished_at = now()
    audit.record(session, "staff.second_set_up", who, actor=who, method="totp")
    return Outcome.RIGHT


def prove_by_app(session: Session, flow: Flow, account: StaffAccount, typed: str) -> Outcome:
    """A signed-in clerk proves it again by the app's code."""
    if flow.account_id != account.id:
        raise FlowOver()
    limits.refuse_if_locked(session, flow.counted_as)
    right = accounts.spend_code(session, account, typed)
    if right:
        limits.forget(session, limits.wrong_key(flow.counted_as))
        flow.finished_at = now()
    else:
        limits.count_wrong(session, flow.counted_as)
    action = "sign_in.proven_again" if right else "sign_in.second_refused"
    audit.record(session, action, ("staff", account.id), method="totp")
    return Outcome.RIGHT if right else Outcome.WRONG
