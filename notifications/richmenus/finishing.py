"""What still keeps a menu from being handed in, in words; and what is only worth a warning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext

from notifications.richmenus.areas import (
    LONGEST_BAR,
    LONGEST_LABEL,
    LONGEST_SAYING,
    MOST_AREAS,
    Area,
    lies_inside,
    overlaps,
    units,
)
from notifications.richmenus.destinations import ADDRESS, SAY, leads_outside, outside_fault
from notifications.richmenus.rules import TAB, Approved
from portal.core.clock import now


def faults(version: Any, menus: Mapping[UUID, str]) -> list[str]:
    """What is missing; `menus` are those a tab may lead to."""
    areas = [Area.read(each) for each in version.areas]
    found = []
    if not version.width:
        found.append(gettext("It has no picture yet."))
    if not areas:
        found.append(gettext("It has no areas yet."))
    if len(areas) > MOST_AREAS:
        found.append(gettext("LINE takes at most %(most)s areas.", most=MOST_AREAS))
    if not 0 < units(version.bar) <= LONGEST_BAR:
        found.append(gettext("The words of the bar: 1 to %(most)s letters.", most=LONGEST_BAR))
    if version.ends_at is not None and version.ends_at <= now():
        found.append(gettext("Its time is over already."))
    for number, area in enumerate(areas, 1):
        found += [
            gettext("Area %(number)s: %(fault)s", number=number, fault=fault)
            for fault in area_faults(area, version, menus)
        ]
    return found


def area_faults(area: Area, version: Any, menus: Mapping[UUID, str]) -> list[str]:
    """What is wrong with one area."""
    found = []
    if version.width and not lies_inside(area, version.width, version.height):
        found.append(gettext("It is not wholly inside the picture."))
    if not 0 < units(area.label) <= LONGEST_LABEL:
        found.append(gettext("Its name: 1 to %(most)s letters.", most=LONGEST_LABEL))
    fault = action_fault(area, version.menu_id, menus)
    return [*found, fault] if fault else found


def action_fault(area: Area, own: UUID, menus: Mapping[UUID, str]) -> str | None:
    """What is wrong with what a tap does."""
    if not area.to:
        return str(gettext("Please choose what a tap does."))
    if area.to == ADDRESS and (fault := outside_fault(area)):
        return str(gettext(fault))
    if area.to == SAY and not 0 < units(area.more) <= LONGEST_SAYING:
        return str(gettext("The words to say: 1 to %(most)s letters.", most=LONGEST_SAYING))
    if area.to.startswith("link:") and leads_outside(area) is None:
        return str(gettext("The links page does not have this site any more."))
    if area.to.startswith("tab:"):
        menu = UUID(area.to.removeprefix("tab:"))
        if menu == own or menu not in menus:
            return str(gettext("The tab must lead to another menu."))
    return None


def warnings(
    version: Any, current: Mapping[UUID, Approved], menus: Mapping[UUID, str]
) -> list[str]:
    """What is allowed, but rarely meant; `current` is what is in force, by menu."""
    areas = [Area.read(each) for each in version.areas]
    found = [
        gettext("Areas %(one)s and %(other)s overlap. A tap there is the lower number's.",
                one=one, other=other)
        for one, other in overlaps(areas)
    ]  # fmt: skip
    tabs = {UUID(each.to.removeprefix("tab:")) for each in areas if each.to.startswith("tab:")}
    found += [
        gettext("The tab “%(name)s” leads to a menu that is not published yet.", name=menus[tab])
        for tab in sorted(tabs - set(current), key=str)
        if tab in menus
    ]
    return found + _rivals(version, current, menus)


def _rivals(version: Any, current: Mapping[UUID, Approved], menus: Mapping[UUID, str]) -> list[str]:
    """Of two menus for everybody only one is ever shown."""
    if version.segment is not None or version.mode == TAB:
        return []
    return [
        gettext(
            "“%(name)s” is for everybody too. Only the one with the smaller order is shown.",
            name=menus[each.menu_id],
        )
        for each in current.values()
        if each.menu_id in menus and each.mode == version.mode and each.segment is None
    ]
