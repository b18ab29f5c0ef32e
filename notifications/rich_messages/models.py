"""Pictures of rich messages in every size LINE asks for, and the drawings staff fill."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class NoticePicture(Base):
    """A picture 1040 wide, never changed: what an approver saw is what is sent."""

    __tablename__ = "notice_pictures"
    __table_args__ = (Index("ix_notice_pictures_unused", "at", postgresql_where="NOT used"),)

    id: Mapped[IdKey]
    width: Mapped[int]
    height: Mapped[int]
    kind: Mapped[str]  # png or jpeg
    by: Mapped[UUID]  # a clerk
    at: Mapped[datetime] = mapped_column(default=now)
    used: Mapped[bool] = mapped_column(default=False)  # by some version of a notice


class PictureSize(Base):
    """The picture in one of the widths LINE asks for."""

    __tablename__ = "notice_picture_sizes"

    picture_id: Mapped[UUID] = mapped_column(
        ForeignKey("notice_pictures.id", ondelete="CASCADE"), primary_key=True
    )
    width: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class PictureTemplate(Base):
    """One version of a drawing with places; the newest of a name is offered."""

    __tablename__ = "picture_templates"
    __table_args__ = (
        Index("uq_picture_templates_name_version", "name", "version", unique=True),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[IdKey]
    name: Mapped[str]
    version: Mapped[int]
    svg: Mapped[str]
    by: Mapped[UUID]  # a clerk
    at: Mapped[datetime] = mapped_column(default=now)
    put_away_at: Mapped[datetime | None]
