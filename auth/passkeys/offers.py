"""Offering a passkey after a sign-in: at most once in thirty days, and only where it can work."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.passkeys.records import Passkey
from portal.core.clock import now
from portal.core.db import Base

AGAIN = timedelta(days=30)


class PasskeyOffer(Base):
    """When a resident was last offered a passkey."""

    __tablename__ = "passkey_offers"

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(default=now)


def due(session: Session, resident_id: UUID) -> bool:
    """Whether to offer now; counted as offered then, also to who just closes the page."""
    has = select(exists().where(Passkey.resident_id == resident_id))
    if session.execute(has).scalar_one():
        return False
    row = insert(PasskeyOffer).values(resident_id=resident_id, at=now())
    counted = row.on_conflict_do_update(
        index_elements=[PasskeyOffer.resident_id],
        set_={"at": now()},
        where=PasskeyOffer.at < now() - AGAIN,
    )
    return session.execute(counted.returning(PasskeyOffer.at)).scalar() is not None
