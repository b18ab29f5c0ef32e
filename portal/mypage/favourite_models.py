"""What residents marked with a star."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base


class Favourite(Base):
    """One thing of the search index, by kind and key; the thing itself may go away."""

    __tablename__ = "favourites"

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]  # as it was called then, for when it is gone
    at: Mapped[datetime] = mapped_column(default=now)
