"""Records of known browsers, and of the links that say "this was not me"."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class Device(Base):
    """One browser of one resident on the residents' face. Its secret is kept as a keyed hash.

    Known, it is not reported as new; remembered, it stands for the second step where one only
    looks. An ended one stays, so that the account is known to have been used before.
    """

    __tablename__ = "devices"
    __table_args__ = (Index(None, "resident_id"), Index(None, "used_at"))

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    kind: Mapped[str]  # coarse, in the browser's own words: iPhone, Windows, LINE …
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    earlier_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime] = mapped_column(default=now)
    remembered_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class NotMeLink(Base):
    """A link in the message about a new device; it ends everything, once, within a week."""

    __tablename__ = "not_me_links"
    __table_args__ = (Index(None, "resident_id"), Index(None, "expires_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
