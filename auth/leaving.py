"""Leaving: at once nobody is signed in and nothing is sent; thirty days later all is deleted.

In between a link in the receipt brings the account back. Somebody who left and registers anew
begins with an empty account (`identities.add` releases what a left account holds).
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import ForeignKey, Index, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import address_undos, endings, identities, line_grants
from auth.flows import Flow
from auth.identities import EMAIL, LINE, Identity
from auth.line_grants import LineGrant
from auth.merging.records import AccountMerge
from auth.passkeys.records import Ceremony
from auth.provider import tool_consents
from auth.provider.models import LogoutNotice, Subject, ToolConsent
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.db import Base, IdKey, transaction
from portal.core.errors import Conflict, NotFound
from portal.core.ids import new_secret
from portal.core.registries import registries
from portal.core.settings import Settings
from portal.privacy import exports
from portal.residents.models import Resident

KEPT_FOR = timedelta(days=30)
RETURN = "/account/return/"


class Departure(Base):
    """A resident left; until `erase_at` the link brings everything back."""

    __tablename__ = "departures"
    __table_args__ = (Index(None, "erase_at"),)

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), unique=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    at: Mapped[datetime] = mapped_column(default=now)
    erase_at: Mapped[datetime]


def leave(session: Session, account: UUID) -> None:
    """The account is closed: no session, no token at a tool, no grant at LINE, no notices."""
    resident = session.get_one(Resident, account, with_for_update=True)
    if resident.left_at is not None:
        raise Conflict()
    found = identities.addresses_of(session, [account]).get(account)
    tools = ToolConsent.resident_id == account, ToolConsent.ended_at.is_(None)
    for client_id in session.scalars(select(ToolConsent.client_id).where(*tools)).all():
        tool_consents.withdraw(session, account, client_id)
    endings.everywhere(session, account)
    address_undos.void(session, account)
    exports.forget_all(session, account)
    resident.left_at = now()
    secret = new_secret()
    session.add(Departure(resident_id=account, token_hash=_hash(secret), erase_at=now() + KEPT_FOR))
    audit.record(session, "account.left", ("resident", account))
    if found is not None:
        _tell(session, found, "auth_left", resident.language, secret)
        if found.line:
            line_grants.end(session, found.line)


def look(session: Session, secret: str) -> Departure:
    """The departure this link takes back; NotFound when it is over."""
    found = session.execute(
        select(Departure)
        .where(Departure.token_hash == _hash(secret), Departure.erase_at > now())
        .with_for_update()
    ).scalar_one_or_none()
    if found is None or not _ways_in(session, found.resident_id):
        raise NotFound()
    return found


def come_back(session: Session, secret: str) -> None:
    """The account is there again, as it was; tools and other devices are signed in anew."""
    departure = look(session, secret)
    account = departure.resident_id
    resident = session.get_one(Resident, account, with_for_update=True)
    resident.left_at = None
    session.delete(departure)
    session.flush()
    audit.record(session, "account.came_back", ("resident", account), actor=("visitor", None))
    found = identities.addresses_of(session, [account]).get(account)
    if found is not None:
        _tell(session, found, "auth_came_back", resident.language)


def sweep() -> None:
    """A tick: who left thirty days ago is deleted, with everything that hangs on the account."""
    with transaction() as session:
        due = select(Departure.resident_id).where(Departure.erase_at <= now()).limit(100)
        for account in session.scalars(due).all():
            # What was joined to it lately goes with it: it was one person's.
            joined = select(AccountMerge.other_id).where(AccountMerge.into_id == account)
            gone = [account, *session.scalars(joined)]
            for one in gone:
                for prepare in registries().before_erasing:
                    prepare(session, one)
            session.flush()
            session.execute(delete(Resident).where(Resident.id.in_(gone)))
            audit.record(session, "account.erased", ("resident", account))


def forget_ways_in(session: Session, account: UUID) -> None:
    """Before an account is erased: what names it without a foreign key."""
    line = select(Identity.subject_index).where(
        Identity.resident_id == account, Identity.issuer == LINE
    )
    names = select(Subject.subject).where(Subject.resident_id == account)
    for gone in (
        delete(LineGrant).where(LineGrant.user_index.in_(line)),
        delete(LogoutNotice).where(LogoutNotice.subject.in_(names)),
        delete(Flow).where((Flow.account_id == account) | (Flow.for_account == account)),
        delete(Ceremony).where(Ceremony.subject == account),
    ):
        session.execute(gone)


def _ways_in(session: Session, account: UUID) -> bool:
    """Not when its identities have a new account meanwhile."""
    mine = select(Identity.id).where(
        Identity.resident_id == account, Identity.issuer.in_((LINE, EMAIL))
    )
    return session.execute(mine).first() is not None


def _tell(
    session: Session,
    found: identities.Addresses,
    message: str,
    language: str,
    secret: str | None = None,
) -> None:
    settings: Settings = current_app.extensions["mado.settings"]
    values = {"url": settings.PUBLIC_URL + RETURN + secret} if secret else {}
    channel, to = ("mail", found.email) if found.email else ("line", found.line)
    if to:
        outbox.post(session, channel, to, message, values, language=language)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
