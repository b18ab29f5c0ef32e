"""One-time links by which a clerk's account is bound to the identity that opens it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Select, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.errors import FlowOver
from portal.core import audit
from portal.core.clock import now
from portal.core.db import Base, read
from portal.core.ids import new_secret

LIVES = timedelta(days=7)


class StaffInvitation(Base):
    """A link an administrator handed out; only its hash is kept."""

    __tablename__ = "staff_invitations"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def make(session: Session, staff_id: UUID) -> str:
    """The token of a new link; older ones of this account are worth nothing any more."""
    session.execute(delete(StaffInvitation).where(StaffInvitation.staff_id == staff_id))
    token = new_secret()
    session.add(
        StaffInvitation(token_hash=_hash(token), staff_id=staff_id, expires_at=now() + LIVES)
    )
    audit.record(session, "staff.invited", ("staff", staff_id))
    return token


def known(token: str) -> bool:
    """Whether the link still leads somewhere."""
    return read().execute(_live(token)).scalar() is not None


def account_of(token: str) -> UUID | None:
    """Whom the link is for, while it leads somewhere; nothing is used up."""
    found: UUID | None = read().execute(_live(token)).scalar()
    return found


def take(session: Session, token: str) -> UUID:
    """The account this link is for; it is used up now. Raises FlowOver."""
    taken: UUID | None = session.execute(
        update(StaffInvitation)
        .where(
            StaffInvitation.token_hash == _hash(token),
            StaffInvitation.used_at.is_(None),
            StaffInvitation.expires_at > now(),
        )
        .values(used_at=now())
        .returning(StaffInvitation.staff_id)
    ).scalar()
    if taken is None:
        raise FlowOver()
    return taken


def sweep() -> int:
    """Delete links that are over; returns how many."""
    return (
        read().execute(delete(StaffInvitation).where(StaffInvitation.expires_at < now())).rowcount
    )


def _live(token: str) -> Select[UUID]:
    return select(StaffInvitation.staff_id).where(
        StaffInvitation.token_hash == _hash(token),
        StaffInvitation.used_at.is_(None),
        StaffInvitation.expires_at > now(),
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
