"""Verified records: what a card said of a resident, when; never overwritten by a newer one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import PersonalJSON
from portal.core.db import Base, IdKey

CARD = "card"


class VerifiedRecord(Base):
    """One look at the card. Kept apart from what the resident typed (persons)."""

    __tablename__ = "verified_records"
    __table_args__ = (Index(None, "resident_id", "verified_at"),)

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    source: Mapped[str]
    issuer: Mapped[str]
    acr: Mapped[str]
    claims: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("verified_records.claims"))
    verified_at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True)
class Verified:
    """The four basic items (基本4情報), each only if the card told it."""

    name: str | None = None
    birthdate: date | None = None
    sex: str | None = None  # F or M; a card can leave it out
    address: str | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """From the stored claims."""
        born = values.get("birthdate")
        return cls(
            name=values.get("name"),
            birthdate=date.fromisoformat(born) if born else None,
            sex=values.get("sex"),
            address=values.get("address"),
        )
