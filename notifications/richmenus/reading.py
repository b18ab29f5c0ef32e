"""What jobs and pages read of menus: approved versions, the mode now, the plan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from notifications.disaster.models import DisasterMode
from notifications.richmenus import rules
from notifications.richmenus.models import DrawnMenu, MenuPeriod, MenuState, MenuVersion, RichMenu
from portal.core.clock import now
from portal.core.db import read


@dataclass(frozen=True, slots=True)
class Plan:
    """What LINE should show now: the mode, the version in force of each menu, and who is asked."""

    mode: str
    current: dict[UUID, rules.Approved]
    offered: list[rules.Approved]
    wanted: set[UUID]

    @property
    def everybodys(self) -> rules.Approved | None:
        """The menu of who is in no segment."""
        return rules.everybodys(self.offered)

    @property
    def hash(self) -> str:
        """The same while nothing is to be done."""
        said = [self.mode, *sorted(str(each.id) for each in self.current.values())]
        return hashlib.sha256(" ".join(said).encode()).hexdigest()[:32]


def plan(moment: datetime | None = None) -> Plan:
    """From what is approved, scheduled and switched."""
    moment = moment or now()
    versions = approved()
    current = rules.in_force(versions, moment)
    mode = current_mode(moment)
    return Plan(
        mode, current, rules.offers(current.values(), mode), rules.still_wanted(versions, moment)
    )


def approved() -> list[rules.Approved]:
    """Versions that may be shown; what LINE refused may not."""
    columns = (
        MenuVersion.id, MenuVersion.menu_id, MenuVersion.number, MenuVersion.mode,
        MenuVersion.place, MenuVersion.segment.is_not(None).label("conditions"),
        MenuVersion.starts_at, MenuVersion.ends_at,
    )  # fmt: skip
    found = read().execute(
        select(*columns)
        .outerjoin(RichMenu, RichMenu.id == MenuVersion.rich_menu_id)
        .where(
            MenuVersion.approved_at.is_not(None),
            MenuVersion.withdrawn_at.is_(None),
            RichMenu.refused_at.is_(None),
        )
    )
    return [
        rules.Approved(
            row.id, row.menu_id, row.number, row.mode, row.place,
            row.id if row.conditions else None, row.starts_at, row.ends_at,
        )
        for row in found
    ]  # fmt: skip


def current_mode(moment: datetime) -> str:
    """Disaster by the portal's own mode or a clerk, maintenance by a clerk, else normal."""
    disaster = read().execute(
        select(func.count()).select_from(DisasterMode).where(DisasterMode.ended_at.is_(None))
    )
    return rules.mode_at(moment, bool(disaster.scalar()), periods())


def periods() -> list[rules.Period]:
    """Times clerks gave a mode and did not end."""
    found = read().execute(
        select(MenuPeriod.mode, MenuPeriod.starts_at, MenuPeriod.ends_at).where(
            MenuPeriod.ended_at.is_(None)
        )
    )
    return [rules.Period(*row) for row in found]


def state() -> MenuState | None:
    """What was last brought to LINE."""
    row = read().execute(select(MenuState.__table__)).one_or_none()
    return MenuState(**row._mapping) if row else None


def aliases() -> dict[UUID, str]:
    """Of the menus that can be a tab."""
    found = read().execute(
        select(DrawnMenu.id, DrawnMenu.alias).where(DrawnMenu.put_away_at.is_(None))
    )
    return {row.id: row.alias for row in found}
