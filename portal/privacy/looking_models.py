"""Clerks' looks at residents: each is a row, which the resident can read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey


class ResidentLook(Base):
    """A clerk opened a resident's data for a reason; it closes by itself at `until`.

    `staff_id` has no foreign key: the row stays as long as the resident, the account may not.
    """

    __tablename__ = "resident_looks"
    __table_args__ = (Index(None, "resident_id", "at"), Index(None, "staff_id", "until"))

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    staff_id: Mapped[UUID]
    department: Mapped[str]  # the clerk's at that time; "" where none is kept
    place: Mapped[str]  # what was opened: a key of looking.PLACES
    reason: Mapped[str]  # a key of looking.REASONS
    words: Mapped[str] = mapped_column(Personal("resident_looks.words"))
    at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
