"""What residents said about notices as a whole: once a week by mail, in what language."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class NoticeWish(Base):
    """How the resident wants notices: once a week by mail, in what language."""

    __tablename__ = "notice_wishes"

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None]  # None: the language of the account
    digested_at: Mapped[datetime | None]  # up to when the last digest reached
