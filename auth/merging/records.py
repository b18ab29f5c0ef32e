"""Merges that can still be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import PersonalJSON
from portal.core.db import Base, IdKey


class AccountMerge(Base):
    """`other` became part of `into`. `log`: the steps, sealed, until they are final."""

    __tablename__ = "account_merges"
    __table_args__ = (
        CheckConstraint("into_id <> other_id", name="two_accounts"),
        Index(None, "into_id"),
        Index(None, "until"),
    )

    id: Mapped[IdKey]
    into_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    other_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), unique=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    log: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("account_merges.log"))
    at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
