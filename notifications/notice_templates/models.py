"""Records of templates: the name clerks know, and every version it ever had."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class NoticeTemplate(Base):
    """A template. `version` is the newest; one that was put away is offered nowhere."""

    __tablename__ = "notice_templates"
    __table_args__ = (Index("uq_notice_templates_folder_name", "folder", "name", unique=True),)

    id: Mapped[IdKey]
    folder: Mapped[str]
    name: Mapped[str]
    owner: Mapped[str]  # the department that keeps it
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    put_away_at: Mapped[datetime | None]


class TemplateVersion(Base):
    """One version, never changed. The values of its words are examples."""

    __tablename__ = "notice_template_versions"
    __table_args__ = (CheckConstraint("variants ? 'ja'", name="has_japanese"),)

    template_id: Mapped[UUID] = mapped_column(ForeignKey("notice_templates.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    variants: Mapped[dict[str, Any]]
    link: Mapped[str | None]
    by: Mapped[UUID]  # a clerk
    at: Mapped[datetime] = mapped_column(default=now)
