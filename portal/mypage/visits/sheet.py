"""A visit sheet in words: its plan, who must come, what is packed; and what one can choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Relation
from portal.guide.desks import desk_words
from portal.guide.hours import Hours
from portal.mypage.picking import pick_value, read_pick
from portal.mypage.relatives import Relative
from portal.mypage.todos import todos_of
from portal.mypage.visits.models import VisitSheet
from portal.mypage.visits.plan import Comes, Errand, Plan, is_counter, plan_of
from portal.residents.days import said


@dataclass(frozen=True)
class Line:
    """A procedure of the sheet. `place` is its place among the sheet's entries."""

    place: int
    title: str
    key: str
    name: str
    comes: str
    done: bool


def errands_of(sheet: VisitSheet, relatives: list[Relative]) -> list[tuple[int, Errand]]:
    """What the entries mean today; cards and services that are gone are left out."""
    by_ref, catalogue, found = {each.ref: each for each in relatives}, load_catalogue(), []
    for place, entry in enumerate(sheet.entries):
        relative, service = by_ref.get(entry["person"]), catalogue.find(entry["service"])
        if relative is None or service is None or not is_counter(service):
            continue
        errand = Errand(
            service=service,
            person=relative.ref,
            occurrence=entry["occurrence"],
            name=relative.name,
            is_self=relative.person.relation is Relation.SELF,
            done=bool(entry.get("done")),
        )
        found.append((place, errand))
    return found


def described(sheet: VisitSheet, relatives: list[Relative], language: str) -> dict[str, Any]:
    """Everything the page of a sheet says."""
    placed = errands_of(sheet, relatives)
    places = {id(errand): place for place, errand in placed}
    plan = plan_of([errand for _, errand in placed], load_catalogue().desks, sheet.on_day)
    stops, found = [], []
    for stop in plan.stops:
        words = desk_words(stop.desk, sheet.on_day, language)
        closed = stop.hours is None and not stop.ask
        words["hours"] = gettext("Closed on this day") if closed else hours_words(stop.hours)
        words["hours"] = words["hours"] or stop.desk.hours.say(language)
        lines = [_line(places[id(each)], each, language) for each in stop.errands]
        stops.append({"desk": words, "closed": closed, "lines": lines})
        found += lines
    return {
        "day": said(sheet.on_day, language),
        "stops": stops,
        "things": [
            {
                "key": thing.item.key,
                "name": thing.item.name.say(language),
                "whom": gettext(", ").join(thing.for_whom) if len(thing.for_whom) > 1 else "",
                "packed": thing.item.key in sheet.packed,
            }
            for thing in plan.things
        ],
        "common": hours_words(plan.common) if len(plan.stops) > 1 else "",
        "problem": _problem(plan, language),
        "lines": found,
    }


def _problem(plan: Plan, language: str) -> str:
    """What is wrong with the day, and which day would do."""
    if plan.common or not plan.stops or all(stop.ask for stop in plan.stops):
        return ""
    if plan.next_day is None:
        return str(gettext("These desks are never open on the same day. Please make two sheets."))
    day = said(plan.next_day, language)
    return str(gettext("Not every desk is open on this day. All are open on %(day)s.", day=day))


def hours_words(hours: Hours | None) -> str:
    """8:30〜17:15."""
    return f"{hours.opens:%-H:%M}〜{hours.closes:%-H:%M}" if hours else ""


def _line(place: int, errand: Errand, language: str) -> Line:
    return Line(
        place=place,
        title=errand.service.title.say(language),
        key=errand.service.key,
        name=errand.name,
        comes=_comes(errand),
        done=errand.done,
    )


def _comes(errand: Errand) -> str:
    words = {
        Comes.SELF: gettext("You yourself"),
        Comes.HOUSEHOLD: gettext("You, or somebody of your household"),
        Comes.PARENT: gettext("A parent"),
        Comes.EXPECTING: gettext("The mother-to-be; ask the desk if somebody else comes"),
        Comes.THEM: gettext("%(name)s, or somebody with a written authority", name=errand.name),
    }
    return str(words[errand.comes])


def choices_of(
    relatives: list[Relative], today: date, language: str, asked: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Counter procedures of My Page as (value, words), and those asked for by an address."""
    found: dict[str, str] = {}
    for todos in todos_of(relatives, today).groups.values():
        for todo in todos:
            if is_counter(todo.service):
                value = pick_value(todo.relative.ref, todo.service.key, todo.occurrence)
                found[value] = _choice(todo.service.title.say(language), todo.relative.name)
    by_ref, catalogue = {each.ref: each for each in relatives}, load_catalogue()
    for value in asked:
        pick = read_pick(value)
        relative = by_ref.get(str(pick[0])) if pick else None
        service = catalogue.find(pick[1]) if pick else None
        if relative and service and is_counter(service):
            found.setdefault(value, _choice(service.title.say(language), relative.name))
    return list(found.items())


def _choice(title: str, name: str) -> str:
    return str(gettext("%(title)s (%(name)s)", title=title, name=name))


def values_of(sheet: VisitSheet) -> list[str]:
    """The boxes that are ticked when a sheet is changed."""
    keys = ("person", "service", "occurrence")
    return [pick_value(*(entry[key] for key in keys)) for entry in sheet.entries]
