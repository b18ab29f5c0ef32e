"""A visit as it is kept: a random id, a day, and what was done in it. Nothing leads to anybody."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class CountedVisit(Base):
    """The id is random (UUIDv4): ids of other records carry their moment."""

    __tablename__ = "counted_visits"
    __table_args__ = (
        CheckConstraint(
            "arrival IN ('search_engine','line','other_site','direct')", name="arrival"
        ),
        Index(None, "day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    day: Mapped[date]
    arrival: Mapped[str]
    pages: Mapped[int] = mapped_column(Integer)
    clicks: Mapped[int] = mapped_column(Integer)
    searched: Mapped[bool]
    reached: Mapped[bool]
    signed_in: Mapped[bool]
    started: Mapped[list[str]]
    finished: Mapped[list[str]]
