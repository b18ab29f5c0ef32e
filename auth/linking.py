"""Changes to how one signs in: each with fresh proof, a notice by mail, and the audit entry."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth import (
    address_undos,
    authenticators,
    challenges,
    flows,
    identities,
    limits,
    line_grants,
    methods,
    recovery,
)
from auth.authenticators import Authenticator
from auth.challenges import Outcome
from auth.errors import CanNotRemove, FlowOver, Taken
from auth.flows import Flow
from auth.identities import EMAIL, LINE
from auth.line_login import Proven
from auth.ways import Refusal, Way, may_remove
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.settings import Settings
from portal.core.web.access import FRESH
from portal.residents.models import Resident

UNDO = "/account/address-undo/"


def propose_line(session: Session, flow: Flow, proven: Proven) -> None:
    """LINE was just proven; nothing is linked before its owner has seen both names.

    Raises Taken when another account has it: a LINE id belongs to at most one account.
    """
    account = _account(flow)
    _insist_free(session, account, proven.user_id)
    flow.line, flow.line_proven_at = proven.user_id, now()
    flow.line_name, flow.line_friend = proven.name, proven.friend


def proposed_line(flow: Flow) -> str:
    """The LINE account that waits for its owner's yes; FlowOver when the proof is old."""
    _account(flow)
    if flow.line is None or flow.line_proven_at is None or flow.line_proven_at < now() - FRESH:
        raise FlowOver()
    return flow.line


def connect_line(session: Session, flow: Flow) -> None:
    """The proposed LINE account becomes a way in; the account is told, and so are both LINEs."""
    account, user_id = _account(flow), proposed_line(flow)
    _insist_free(session, account, user_id)
    old = identities.replace(session, account, LINE, user_id)
    if old is not None and old != user_id:
        line_grants.end(session, old)
    identities.note_friendship(session, account, flow.line_friend)
    flow.finished_at = now()
    audit.record(session, "identity.added", ("resident", account), issuer=LINE)
    changed = {user_id, old} if old else {user_id}
    tell(session, account, "line", *(("line", one) for one in sorted(changed - {None})))


def _insist_free(session: Session, account: UUID, user_id: str) -> None:
    if identities.resident_of(session, LINE, user_id) not in {None, account}:
        raise Taken("This LINE account is already registered. Please sign in with LINE.")


def refusal(session: Session, account: UUID, way: Way) -> Refusal | None:
    """Why this way in can not be removed now, if so; holds the account, so two tabs take turns."""
    session.execute(select(Resident.id).where(Resident.id == account).with_for_update())
    return may_remove(methods.ways_of(session, account), way)


def remove(session: Session, account: UUID, way: Way) -> None:
    """LINE or the mail address is no way in any more; every address is told, old and new."""
    why = refusal(session, account, way)
    if why is not None:
        raise CanNotRemove(why)
    subject = identities.remove(session, account, way)
    _drop_half_done(session, account)
    audit.record(session, "identity.removed", ("resident", account), issuer=str(way))
    if way is Way.LINE:
        line_grants.end(session, subject)
        tell(session, account, "line_removed", ("line", subject))
    else:
        tell(session, account, "email_removed")
        _mail(session, account, subject, "email_removed", undo=True)


def _drop_half_done(session: Session, account: UUID) -> None:
    """Changes begun before this one, in any tab, are worth nothing now."""
    session.execute(delete(Flow).where(Flow.account_id == account))


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
    _mail(session, account, email, "email")
    if old is not None and old != email:
        _mail(session, account, old, "email", undo=True)
    return outcome


def put_back_address(session: Session, secret: str) -> UUID:
    """The link of the mail to the old address: that address is the address again."""
    account, addresses = address_undos.put_back(session, secret)
    for address in sorted(addresses):
        _mail(session, account, address, "email_back")
    return account


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


def tell(session: Session, account: UUID, method: str, *also: tuple[str, str]) -> None:
    """A receipt by mail, or in the talk of who has no mail address; and to the addresses in `also`

    (channel, address): those that just came or went.
    """
    found = identities.addresses_of(session, [account]).get(account)
    told = set(also)
    if found is not None and found.email:
        told.add(("mail", found.email))
    elif found is not None and found.line:
        told.add(("line", found.line))
    language = session.get_one(Resident, account).language
    for channel, address in sorted(told):
        values = {"method": method}
        outbox.post(session, channel, address, "auth_new_method", values, language=language)


def _mail(
    session: Session, account: UUID, address: str, method: str, *, undo: bool = False
) -> None:
    """A receipt to one address; to an old one with the link that takes the change back."""
    language = session.get_one(Resident, account).language
    values = {"method": method}
    if undo:
        settings: Settings = current_app.extensions["mado.settings"]
        values["undo_url"] = (
            settings.PUBLIC_URL + UNDO + address_undos.offer(session, account, address)
        )
        values["hours"] = str(int(address_undos.OPEN_FOR.total_seconds() // 3600))
    outbox.post(session, "mail", address, "auth_new_method", values, language=language)


def _account(flow: Flow) -> UUID:
    if flow.account_id is None:
        raise FlowOver()
    return flow.account_id
