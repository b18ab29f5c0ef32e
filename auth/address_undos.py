"""Taking a change of the mail address back: a link in the mail to the old address, for 72 hours.

Whoever held the address first wins: the old address comes back, what was added to the account
around the change goes, and nobody stays signed in (attack 22 of the identity facts).
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import endings, identities, line_grants
from auth.authenticators import Authenticator
from auth.errors import Taken
from auth.identities import EMAIL, LINE, Identity
from auth.passkeys.records import Passkey
from auth.recovery import RecoveryCode
from portal.core import audit
from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey, read
from portal.core.errors import NotFound
from portal.core.ids import new_secret
from portal.residents.models import Resident

OPEN_FOR = timedelta(hours=72)
AROUND = timedelta(hours=1)  # before the change: who took over an account may have begun otherwise
REGISTERING = timedelta(minutes=1)  # what came with the registration is never dropped


class AddressUndo(Base):
    """The old address, and the hash of the link that puts it back."""

    __tablename__ = "address_undos"
    __table_args__ = (Index(None, "resident_id"), Index(None, "at"))

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    old: Mapped[str] = mapped_column(Personal("address_undos.old"))
    at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    void_at: Mapped[datetime | None]


def offer(session: Session, account: UUID, old: str) -> str:
    """A secret for the link to the old address."""
    secret = new_secret()
    session.add(AddressUndo(resident_id=account, token_hash=_hash(secret), old=old))
    return secret


def look(session: Session, secret: str) -> AddressUndo:
    """The change this link takes back; NotFound when it is over, used or made worthless."""
    found = session.execute(
        select(AddressUndo)
        .join(Resident, Resident.id == AddressUndo.resident_id)
        .where(
            AddressUndo.token_hash == _hash(secret),
            AddressUndo.used_at.is_(None),
            AddressUndo.void_at.is_(None),
            AddressUndo.at > now() - OPEN_FOR,
            Resident.left_at.is_(None),
        )
        .with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def put_back(session: Session, secret: str) -> tuple[UUID, set[str]]:
    """The old address is the address again; the account, and every address to tell of it."""
    undo = look(session, secret)
    account = undo.resident_id
    if identities.resident_of(session, EMAIL, undo.old) not in {None, account}:
        raise Taken("This mail address is already registered. Please sign in with it.")
    undo.used_at = now()
    void(session, account, since=undo.at)
    _drop_late(session, account, undo.at)
    replaced = identities.replace(session, account, EMAIL, undo.old)
    endings.everywhere(session, account)
    audit.record(
        session, "identity.put_back", ("resident", account), actor=("visitor", None), issuer=EMAIL
    )
    return account, {undo.old} | ({replaced} if replaced else set())


def void(session: Session, account: UUID, *, since: datetime | None = None) -> None:
    """Links of changes since then are worth nothing any more: theirs is not the older right."""
    mine = [AddressUndo.resident_id == account, AddressUndo.used_at.is_(None)]
    if since is not None:
        mine.append(AddressUndo.at >= since)
    session.execute(update(AddressUndo).where(*mine).values(void_at=now()))


def sweep() -> None:
    """Forget old addresses once their links are over."""
    read().execute(delete(AddressUndo).where(AddressUndo.at < now() - OPEN_FOR))


def _drop_late(session: Session, account: UUID, changed_at: datetime) -> None:
    made_at = session.execute(
        select(Resident.created_at).where(Resident.id == account).with_for_update()
    ).scalar_one()
    since = max(changed_at - AROUND, made_at + REGISTERING)
    gone = session.execute(
        delete(Identity)
        .where(
            Identity.resident_id == account,
            Identity.issuer != EMAIL,
            Identity.verified_at >= since,
        )
        .returning(Identity.issuer, Identity.subject)
    ).all()
    for issuer, subject in gone:
        if issuer == LINE:
            line_grants.end(session, subject)
    apps = Authenticator.resident_id == account, Authenticator.created_at >= since
    session.execute(delete(Authenticator).where(*apps))
    codes = RecoveryCode.resident_id == account, RecoveryCode.created_at >= since
    session.execute(delete(RecoveryCode).where(*codes))
    keys = Passkey.resident_id == account, Passkey.created_at >= since
    session.execute(delete(Passkey).where(*keys))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
