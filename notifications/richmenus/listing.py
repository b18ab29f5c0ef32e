"""Menus as the clerks' pages read them: with versions, how each stands, taps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from notifications.richmenus.models import DrawnMenu, MenuPeriod, MenuTap, MenuVersion, RichMenu
from notifications.richmenus.reading import Plan
from notifications.segments.saved import SavedSegment
from portal.core.clock import now, today
from portal.core.db import read
from portal.core.errors import N_

STATUS = {  # words and badge
    "draft": (N_("Draft"), "note"),
    "returned": (N_("Sent back"), "soon"),
    "waiting": (N_("Waiting for approval"), "soon"),
    "shown": (N_("In force"), "good"),
    "coming": (N_("Approved, comes later"), "note"),
    "past": (N_("No longer in force"), "calm"),
    "withdrawn": (N_("Withdrawn"), "calm"),
    "refused": (N_("LINE refused it"), "bad"),
}
MODES = {
    "normal": N_("Normal days"),
    "disaster": N_("Disaster"),
    "maintenance": N_("Maintenance"),
    "tab": N_("Only by a tab of another menu"),
}
DAYS = 28


@dataclass(frozen=True, slots=True)
class Shown:
    """A version on a page; `row` is everything but the picture."""

    row: Any
    status: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


_COLUMNS = [each for each in MenuVersion.__table__.c if each.name not in {"picture"}]


def menus(plan: Plan) -> dict[UUID, list[Shown]]:
    """Every menu that is not put away, its versions newest first, by name."""
    found: dict[UUID, list[Shown]] = {}
    for row in read().execute(_versions().where(DrawnMenu.put_away_at.is_(None))):
        found.setdefault(row.menu_id, []).append(Shown(row, status(row, plan)))
    return found


def versions(menu_id: UUID, plan: Plan) -> list[Shown]:
    """All of one menu, the newest first."""
    found = read().execute(_versions().where(MenuVersion.menu_id == menu_id))
    return [Shown(row, status(row, plan)) for row in found]


def names(*, but: UUID | None = None) -> dict[UUID, str]:
    """Menus a tab may lead to."""
    found = read().execute(
        select(DrawnMenu.id, DrawnMenu.name)
        .where(DrawnMenu.put_away_at.is_(None), DrawnMenu.id.is_distinct_from(but))
        .order_by(DrawnMenu.name)
    )
    return {row.id: row.name for row in found}


def picture(version_id: UUID) -> tuple[bytes, str] | None:
    """A version's picture and its kind."""
    row = read().execute(
        select(MenuVersion.picture, MenuVersion.picture_kind).where(
            MenuVersion.id == version_id, MenuVersion.picture_kind != ""
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else (bytes(row.picture), row.picture_kind)


def _versions() -> Any:
    return (
        select(
            *_COLUMNS,
            DrawnMenu.name,
            DrawnMenu.put_away_at,
            RichMenu.refused_at,
            SavedSegment.name.label("segment_name"),
        )
        .select_from(MenuVersion)
        .join(DrawnMenu, DrawnMenu.id == MenuVersion.menu_id)
        .outerjoin(RichMenu, RichMenu.id == MenuVersion.rich_menu_id)
        .outerjoin(SavedSegment, SavedSegment.id == MenuVersion.segment_id)
        .order_by(DrawnMenu.name, MenuVersion.number.desc())
    )


def status(row: Any, plan: Plan) -> str:
    """How a version stands, from the facts."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.submitted_at is None:
        return "returned" if row.returned_reason else "draft"
    if row.approved_at is None:
        return "waiting"
    if row.refused_at is not None:
        return "refused"
    if any(each.id == row.id for each in plan.current.values()):
        return "shown"
    return "coming" if row.id in plan.wanted else "past"


def taps(version_ids: list[UUID], days: int = DAYS) -> dict[tuple[UUID, int], dict[date, int]]:
    """Taps by version and area, each day of the last four weeks that has some."""
    found: dict[tuple[UUID, int], dict[date, int]] = {}
    rows = read().execute(
        select(MenuTap.version_id, MenuTap.area, MenuTap.day, MenuTap.count).where(
            MenuTap.version_id.in_(version_ids), MenuTap.day > today() - timedelta(days=days)
        )
    )
    for version_id, area, day, count in rows:
        found.setdefault((version_id, area), {})[day] = count
    return found


def all_taps(days: int = 7) -> dict[UUID, int]:
    """Taps of each menu in the last days."""
    rows = read().execute(
        select(MenuVersion.menu_id, func.sum(MenuTap.count))
        .join(MenuTap, MenuTap.version_id == MenuVersion.id)
        .where(MenuTap.day > today() - timedelta(days=days))
        .group_by(MenuVersion.menu_id)
    )
    return {menu_id: int(count) for menu_id, count in rows}


def periods() -> list[Any]:
    """Times of modes that are on or to come, and the last ones, newest first."""
    found = read().execute(
        select(MenuPeriod.__table__).order_by(MenuPeriod.starts_at.desc()).limit(20)
    )
    return list(found)


def is_over(period: Any, moment: datetime | None = None) -> bool:
    """Whether a period was ended or has passed."""
    moment = moment or now()
    return period.ended_at is not None or (period.ends_at is not None and period.ends_at <= moment)
