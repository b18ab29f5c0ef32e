"""The page of one menu: its newest version as a phone shows it, what is missing, taps, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template

from notifications.notices.reading import clerks
from notifications.notices.views import me
from notifications.richmenus import finishing, listing, reading, self_testing
from notifications.richmenus.areas import Area
from notifications.richmenus.destinations import words
from notifications.richmenus.forms import ReturnForm
from notifications.richmenus.listing import Shown
from notifications.segments import city
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment
from portal.core.clock import today
from portal.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Taps:
    """Taps of one area."""

    number: int
    label: str
    leads_to: str
    today: int
    week: int
    weeks: int
    counted: bool


def menu_page(menu_id: UUID, form: ReturnForm) -> str:
    """One menu; `form` is for sending it back."""
    plan = reading.plan()
    versions = listing.versions(menu_id, plan)
    if not versions:
        raise NotFound()
    version, names = versions[0], listing.names(but=menu_id)
    people = {by for each in versions for by in (each.by, each.approved_by) if by}
    shown = next((each for each in versions if each.status == "shown"), None)
    return render_template(
        "notifications/richmenus/show.html",
        version=version,
        versions=versions,
        areas=[(Area.read(each), words(Area.read(each), names)) for each in version.areas],
        faults=finishing.faults(version, names) if version.submitted_at is None else [],
        warnings=finishing.warnings(version, plan.current, names),
        audience=audience(version),
        taps=taps_of(shown, names) if shown else [],
        shown=shown,
        names=clerks(people),
        form=form,
        me=me(),
        own_line=self_testing.has_phone(me()),
        statuses=listing.STATUS,
        modes=listing.MODES,
    )


def audience(version: Shown) -> str:
    """Whom a version is for, in words; "" for everybody."""
    if version.segment is None:
        return ""
    try:
        return city.sentence(Segment.read(version.segment))
    except SegmentFault as fault:
        return str(fault)


def taps_of(version: Shown, names: dict[UUID, str]) -> list[Taps]:
    """The table of a version in force; words said in the talk can not be counted."""
    counts = listing.taps([version.id])
    day, found = today(), []
    for number, raw in enumerate(version.areas):
        area: Any = Area.read(raw)
        days = counts.get((version.id, number), {})
        week = sum(n for at, n in days.items() if at > day - timedelta(days=7))
        found.append(
            Taps(
                number + 1,
                area.label,
                words(area, names),
                days.get(day, 0),
                week,
                sum(days.values()),
                area.to != "say",
            )
        )
    return found
