"""Records of the city's pages: where they come from, what they are, and each run of the batch."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey

KINDS = ("feed", "sitemap", "list")


class PageSource(Base):
    """One feed, sitemap or list page. The first of `hosts` names the pages, all are the same site.

    Selectors are CSS: rows and what is in them (lists), the category (lists and read pages).
    `within`: only pages whose path begins so. `etag`, `last_modified`: of the last answer.
    """

    __tablename__ = "page_sources"
    __table_args__ = (CheckConstraint("kind IN ('feed','sitemap','list')", name="kind"),)

    id: Mapped[IdKey]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    url: Mapped[str]
    hosts: Mapped[list[str]]
    within: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    row_selector: Mapped[str] = mapped_column(default="")
    link_selector: Mapped[str] = mapped_column(default="a")
    date_selector: Mapped[str] = mapped_column(default="")
    category_selector: Mapped[str] = mapped_column(default="")
    reads_pages: Mapped[bool] = mapped_column(default=False)
    every_minutes: Mapped[int] = mapped_column(default=60)
    delay_ms: Mapped[int] = mapped_column(default=1000)
    active: Mapped[bool] = mapped_column(default=True)
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def complete(self) -> bool:
        """Whether what is not in it is not there: feeds and lists name only the newest."""
        return self.kind == "sitemap"


class CityPage(Base):
    """One page. `url`: its canonical name; `link`: as the city wrote it. Shown while not gone."""

    __tablename__ = "city_pages"
    __table_args__ = (
        Index(None, "updated_at", postgresql_where=text("gone_at IS NULL")),
        Index(None, "category", postgresql_where=text("gone_at IS NULL")),
        Index(None, "source_id", "checked_at"),
    )

    id: Mapped[IdKey]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("page_sources.id"))
    url: Mapped[str] = mapped_column(unique=True)
    link: Mapped[str]
    title: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime | None]
    fingerprint: Mapped[str]
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    misses: Mapped[int] = mapped_column(default=0)
    first_seen_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    checked_at: Mapped[datetime] = mapped_column(default=now)
    gone_at: Mapped[datetime | None]


class PageRun(Base):
    """One run over a source; unfinished while `finished_at` is empty. `fault`: a short code."""

    __tablename__ = "page_runs"
    __table_args__ = (
        Index(
            "uq_page_runs_unfinished",
            "source_id",
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(None, "source_id", "started_at"),
    )

    id: Mapped[IdKey]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("page_sources.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    listed: Mapped[int] = mapped_column(default=0)
    unchanged_list: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fault: Mapped[str] = mapped_column(default="")


class PageRunItem(Base):
    """One page to look at in a run; its work is done when `outcome` is there.

    `task`: listed, check (still there?) or absent (not in a list that should be complete).
    """

    __tablename__ = "page_run_items"
    __table_args__ = (
        UniqueConstraint("run_id", "url"),
        Index("ix_page_run_items_left", "run_id", postgresql_where=text("outcome IS NULL")),
    )

    id: Mapped[IdKey]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("page_runs.id", ondelete="CASCADE"))
    url: Mapped[str]
    task: Mapped[str]
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")


class PageCategory(Base):
    """What a category of the city's website has to do with residents' interests and services."""

    __tablename__ = "page_categories"

    name: Mapped[str] = mapped_column(primary_key=True)
    interests: Mapped[list[str]] = mapped_column(default=list)
    services: Mapped[list[str]] = mapped_column(default=list)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
