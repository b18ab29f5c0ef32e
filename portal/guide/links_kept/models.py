"""Records of the hub: the city's own wording of each link, and every look at one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class KeptLink(Base):
    """A link as staff changed or added it; what we ship stands until it is changed."""

    __tablename__ = "kept_links"

    key: Mapped[str] = mapped_column(primary_key=True)
    group: Mapped[str]
    url: Mapped[str]
    title_ja: Mapped[str]
    title_en: Mapped[str]
    summary_ja: Mapped[str]
    summary_en: Mapped[str]
    system_browser: Mapped[bool] = mapped_column(default=False)
    hidden: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class LinkCheck(Base):
    """One look at a link. `state`: ok, slow or broken; `reason`: a short code; `ms`: how long."""

    __tablename__ = "link_checks"
    __table_args__ = (
        CheckConstraint("state IN ('ok','slow','broken')", name="state"),
        Index(None, "key", "at"),
    )

    id: Mapped[IdKey]
    key: Mapped[str]
    url: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str]
    status: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[str] = mapped_column(default="")  # the address after redirects, if another
    ms: Mapped[int] = mapped_column(default=0)
    reported_at: Mapped[datetime | None]
