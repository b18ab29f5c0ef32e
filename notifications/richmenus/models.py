"""Records of rich menus: drawn ones with their versions, what is at LINE, whom it shows, taps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey


class RichMenu(Base):
    """One menu at LINE. LINE never lets a picture be replaced: other content, another menu."""

    __tablename__ = "rich_menus"

    id: Mapped[IdKey]
    content_hash: Mapped[str] = mapped_column(unique=True)  # definition, picture, addresses
    line_id: Mapped[str | None]  # LINE's richMenuId, once it was created
    uploaded_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]  # made everybody's by the command
    refused_at: Mapped[datetime | None]  # LINE does not take it: not asked again
    created_at: Mapped[datetime] = mapped_column(default=now)


class DrawnMenu(Base):
    """A menu clerks draw. Its alias stays while versions come and go, so that tabs lead to it."""

    __tablename__ = "drawn_menus"
    __table_args__ = (UniqueConstraint("name"), UniqueConstraint("alias"))

    id: Mapped[IdKey]
    name: Mapped[str]
    alias: Mapped[str]  # at LINE
    alias_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("rich_menus.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    put_away_at: Mapped[datetime | None]


class MenuVersion(Base):
    """What a menu looks like, where its areas lead, whom it is for and when.

    It is changed until it is handed in, never after; which one is shown follows from the facts.
    """

    __tablename__ = "menu_versions"
    __table_args__ = (
        UniqueConstraint("menu_id", "number"),
        UniqueConstraint("code"),
        CheckConstraint("mode IN ('normal','disaster','maintenance','tab')", name="mode"),
        CheckConstraint("picture_kind IN ('','image/png','image/jpeg')", name="picture_kind"),
        CheckConstraint("approved_by <> submitted_by", name="by_another_clerk"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[IdKey]
    menu_id: Mapped[UUID] = mapped_column(ForeignKey("drawn_menus.id"))
    number: Mapped[int]
    code: Mapped[str]  # in the addresses its areas lead to, so that taps are counted
    bar: Mapped[str]
    drawing: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    picture: Mapped[bytes] = mapped_column(LargeBinary, default=b"", deferred=True)
    picture_kind: Mapped[str] = mapped_column(default="")
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    areas: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    mode: Mapped[str] = mapped_column(default="tab")
    place: Mapped[int] = mapped_column(default=50)  # the first that fits is shown
    segment_id: Mapped[UUID | None] = mapped_column(ForeignKey("saved_segments.id"), index=True)
    segment: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # its copy
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    returned_reason: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    rich_menu_id: Mapped[UUID | None] = mapped_column(ForeignKey("rich_menus.id"), index=True)


class MenuPeriod(Base):
    """A time for which a clerk switched to the menus of a mode; `ends_at` open: until ended."""

    __tablename__ = "menu_periods"
    __table_args__ = (
        CheckConstraint("mode IN ('disaster','maintenance')", name="mode"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[IdKey]
    mode: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class MenuLink(Base):
    """A LINE account that is shown another menu than everybody's.

    Known by the account, not by the resident: who leaves, joins two accounts into one or comes
    back with another LINE account has no say in what LINE still shows there.
    """

    __tablename__ = "menu_links"

    user_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # as of identities
    line_user: Mapped[str] = mapped_column(Personal("menu_links.line_user"))
    rich_menu_id: Mapped[UUID] = mapped_column(ForeignKey("rich_menus.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)


class MenuTap(Base):
    """How often an area was tapped on a day. Nothing is known of who tapped."""

    __tablename__ = "menu_taps"
    __table_args__ = (Index(None, "day"),)

    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("menu_versions.id", ondelete="CASCADE"), primary_key=True
    )
    area: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]


class MenuState(Base):
    """One row: what was last brought to LINE, and when to try again."""

    __tablename__ = "menu_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan: Mapped[str] = mapped_column(default="")  # the plan LINE has, as a hash
    applied_at: Mapped[datetime | None]
    evaluated_on: Mapped[date | None]  # the night everybody was looked through
    default_id: Mapped[UUID | None] = mapped_column(ForeignKey("rich_menus.id"), index=True)
    failed_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]


RECORDS = (RichMenu, DrawnMenu, MenuVersion, MenuPeriod, MenuLink, MenuTap, MenuState)
