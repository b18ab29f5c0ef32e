"""Rows of data patches: the script, who approved exactly it, and what it changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base, IdKey


class DataPatch(Base):
    """One patch; its script never changes, another script is another patch.

    `seen` is the hash of the rows the dry run showed: at the run they must be the same.
    """

    __tablename__ = "data_patches"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> by", name="two_people"),
        Index(None, "at"),
    )

    id: Mapped[IdKey]
    title: Mapped[str]
    script: Mapped[str] = mapped_column(Personal("data_patches.script"))
    digest: Mapped[str]  # of script and title: what is approved
    seen: Mapped[str]
    rows: Mapped[int]
    reason: Mapped[str] = mapped_column(Personal("data_patches.reason"))
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    undoes: Mapped[UUID | None] = mapped_column(ForeignKey("data_patches.id"))
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    ran_by: Mapped[UUID | None]  # none: by command
    ran_at: Mapped[datetime | None]  # once
    changes: Mapped[dict[str, Any] | None] = mapped_column(PersonalJSON("data_patches.changes"))


RECORDS = (DataPatch,)
