"""Merging two accounts of one person, undoing it, and making it final."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from auth import address_undos, endings, identities, line_grants
from auth.flows import Flow
from auth.identities import CARD, LINE, Addresses, Identity
from auth.merging.identities import TWO_PEOPLE
from auth.merging.records import AccountMerge
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import N_, Conflict, NotFound
from portal.core.ids import new_secret
from portal.core.merging import Preview, Steps
from portal.core.merging import undo as take_back
from portal.core.registries import registries
from portal.core.settings import Settings
from portal.residents.models import Resident

UNDO_FOR = timedelta(days=30)
UNDO = "/account/merge/undo/"


class NotMerged(Conflict):
    """These two accounts can not become one."""

    message = N_("These two accounts can not be brought together.")


class SameAccount(NotMerged):
    """Somebody signed in to the account they are signed in to."""

    message = N_("This is the account you are signed in to. Please choose the other one.")


class MergedLately(NotMerged):
    """One of them was part of a merge that can still be undone."""

    message = N_("One of the accounts was brought together with another within the last 30 days.")


def preview(session: Session, into: UUID, other: UUID) -> Preview:
    """What every part says of it; raises NotMerged where it is out of the question."""
    _insist(session, into, other)
    whole = Preview()
    for part in registries().merge_parts:
        found = part.preview(session, into, other)
        whole.lines += found.lines
        whole.questions += found.questions
        whole.refusals += found.refusals
    return whole


def merge(session: Session, flow: Flow, choices: Mapping[str, str]) -> None:
    """The account that `flow` proved joins the one that is signed in."""
    into, other = flow.for_account, flow.account_id
    if into is None or other is None or flow.second is None:
        raise NotMerged()
    _hold(session, into, other)
    _insist(session, into, other)
    if preview(session, into, other).refusals:
        raise NotMerged()
    told = list(identities.addresses_of(session, [into, other]).values())
    endings.everywhere(session, other)
    address_undos.void(session, other)
    steps = Steps(session)
    for part in registries().merge_parts:
        part.move(steps, into, other, choices)
    secret = new_secret()
    session.add(
        AccountMerge(
            into_id=into,
            other_id=other,
            token_hash=_hash(secret),
            log={"steps": steps.log},
            until=now() + UNDO_FOR,
        )
    )
    _set_left(session, other, gone=True)
    audit.record(session, "account.merged", ("resident", into), other=str(other))
    _tell(session, into, told, "auth_merged", secret)


def of(session: Session, account: UUID) -> list[AccountMerge]:
    """Merges into this account that can be undone, the newest first."""
    return list(
        session.scalars(
            select(AccountMerge)
            .where(AccountMerge.into_id == account, AccountMerge.until > now())
            .order_by(AccountMerge.at.desc())
        )
    )


def find(session: Session, secret: str) -> AccountMerge:
    """The merge a mail's link undoes; NotFound when it is over or was undone."""
    found = session.execute(
        select(AccountMerge)
        .where(AccountMerge.token_hash == _hash(secret), AccountMerge.until > now())
        .with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def undo(session: Session, merged: AccountMerge) -> None:
    """Both accounts are as they were; what was added since stays where it is."""
    into, other = merged.into_id, merged.other_id
    _hold(session, into, other)
    told = list(identities.addresses_of(session, [into]).values())
    kept = take_back(session, merged.log["steps"])
    _set_left(session, other, gone=False)
    endings.everywhere(session, into)
    session.delete(merged)
    session.flush()
    told += identities.addresses_of(session, [into, other]).values()
    who = ("resident", into)
    audit.record(session, "account.merge_undone", who, other=str(other), not_taken_back=kept)
    _tell(session, into, told, "auth_unmerged")


def sweep() -> None:
    """A tick: the time to undo is over, so the empty account and the snapshot go for good."""
    with transaction() as session:
        over = session.scalars(
            select(AccountMerge).where(AccountMerge.until <= now()).limit(100)
        ).all()
        for merged in over:
            _make_final(session, merged)


def _make_final(session: Session, merged: AccountMerge) -> None:
    left = Identity.resident_id == merged.other_id, Identity.issuer == LINE
    for user_id in session.scalars(select(Identity.subject).where(*left)):
        line_grants.end(session, user_id)
    who = ("resident", merged.into_id)
    audit.record(session, "account.merge_final", who, other=str(merged.other_id))
    session.execute(delete(Resident).where(Resident.id == merged.other_id))


def _insist(session: Session, into: UUID, other: UUID) -> None:
    if into == other:
        raise SameAccount()
    here = select(Resident.id).where(Resident.id.in_((into, other)), Resident.left_at.is_(None))
    if len(session.scalars(here).all()) != 2:
        raise NotMerged()
    both = (into, other)
    lately = select(AccountMerge.id).where(
        or_(AccountMerge.into_id.in_(both), AccountMerge.other_id.in_(both))
    )
    if session.execute(lately).first() is not None:
        raise MergedLately()
    cards = select(Identity.id).where(Identity.resident_id.in_(both), Identity.issuer == CARD)
    if len(session.execute(cards).all()) > 1:
        raise NotMerged(TWO_PEOPLE)


def _hold(session: Session, *accounts: UUID) -> None:
    """In one order, so that two merges at once wait for each other instead of for ever."""
    rows = select(Resident.id).where(Resident.id.in_(accounts)).order_by(Resident.id)
    session.execute(rows.with_for_update()).all()


def _set_left(session: Session, account: UUID, *, gone: bool) -> None:
    left = now() if gone else None
    session.execute(update(Resident).where(Resident.id == account).values(left_at=left))


def _tell(
    session: Session,
    account: UUID,
    told: Iterable[Addresses],
    message: str,
    secret: str | None = None,
) -> None:
    """Every address of both accounts, by mail where there is one, else in the LINE talk."""
    language = session.get_one(Resident, account).language
    settings: Settings = current_app.extensions["mado.settings"]
    values = {"url": settings.PUBLIC_URL + UNDO + secret} if secret else {}
    to = {("mail", one.email) if one.email else ("line", one.line or "") for one in told}
    for channel, address in sorted(to):
        if address:
            outbox.post(session, channel, address, message, values, language=language)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
