"""Records of facilities and of each import."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey

DATASETS = ("facility", "shelter")


class Facility(Base):
    """One place. `days`, `opens`, `closes`, `times_note`: as the data say; `flags`: short codes.

    `flags` of a facility say what is there for whom (ramp, toilet …), of a shelter against which
    dangers it stands (flood, tsunami …).
    """

    __tablename__ = "facilities"
    __table_args__ = (
        CheckConstraint("dataset IN ('facility','shelter')", name="dataset"),
        UniqueConstraint("dataset", "code"),
        Index(None, "dataset", "kind", postgresql_where=text("withdrawn_at IS NULL")),
    )

    id: Mapped[IdKey]
    dataset: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    kana: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    district: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[str] = mapped_column(default="")
    days: Mapped[str] = mapped_column(default="")
    opens: Mapped[str] = mapped_column(default="")
    closes: Mapped[str] = mapped_column(default="")
    times_note: Mapped[str] = mapped_column(default="")
    flags: Mapped[list[str]] = mapped_column(default=list)
    capacity: Mapped[int | None]
    url: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class FacilityImport(Base):
    """One import. `report`: counts and the refused rows with reasons."""

    __tablename__ = "facility_imports"

    id: Mapped[IdKey]
    at: Mapped[datetime] = mapped_column(default=now)
    dataset: Mapped[str]
    file: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[UUID | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
