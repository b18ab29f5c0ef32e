"""Entries: the guide as keyed bodies in the shape of our files, and the guide they make."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from chatbot.garbage.days import Schedule, ScheduleError, schedule
from chatbot.garbage.items import Center, Closure, District, GarbageClass, Guide, Item

Body = Mapping[str, Any]


class Thing(StrEnum):
    """What an entry is."""

    CLASS = "class"
    ITEM = "item"
    DISTRICT = "district"
    CENTER = "center"
    SYNONYM = "synonym"


Entries = Mapping[Thing, Mapping[str, Body]]


class FaultyEntry(ValueError):
    """An entry can not be used; the message names it."""


def empty() -> dict[Thing, dict[str, Body]]:
    return {thing: {} for thing in Thing}


def guide_of(entries: Entries, version: str, synonyms: Sequence[Sequence[str]] = ()) -> Guide:
    """The guide of these entries. Raises FaultyEntry; hidden items are left out.

    `synonyms`: groups in force besides those of the entries.
    """
    classes = {key: _class(key, body) for key, body in entries[Thing.CLASS].items()}
    centers = {key: _center(key, body) for key, body in entries[Thing.CENTER].items()}
    items = tuple(_items(entries[Thing.ITEM], classes))
    districts = {
        key: _district(key, body, classes, centers) for key, body in entries[Thing.DISTRICT].items()
    }
    groups = [tuple(map(str, body["words"])) for body in entries[Thing.SYNONYM].values()]
    return Guide(items, classes, districts, centers, (*groups, *map(tuple, synonyms)), version)


def _items(bodies: Mapping[str, Body], classes: Mapping[str, GarbageClass]) -> Iterator[Item]:
    for key, body in bodies.items():
        if body.get("hidden"):
            continue
        if body.get("class") not in classes:
            raise FaultyEntry(f"{key}: no class {body.get('class')}")
        try:
            yield item_of(key, body)
        except (KeyError, TypeError) as error:
            raise FaultyEntry(f"garbage item {key}: {error!r}") from error


def item_of(key: str, body: Body) -> Item:
    """One item as its entry says."""
    return Item(
        key=key,
        name=body["name"],
        class_key=body["class"],
        kana=body.get("kana", ""),
        note=body.get("note", ""),
        aliases=tuple(body.get("aka", ())),
        english=tuple(body.get("en", ())),
        english_note=body.get("note_en", ""),
        fee=body.get("fee", ""),
        initial=body.get("initial", ""),
    )


def _class(key: str, body: Body) -> GarbageClass:
    try:
        return GarbageClass(
            key,
            body["name"],
            body.get("how", {}),
            body.get("collected", True),
            body.get("fee", {}),
            body.get("booking", {}),
            body.get("booking_url", ""),
        )
    except KeyError as error:
        raise FaultyEntry(f"garbage class {key}: {error!r}") from error


def _center(key: str, body: Body) -> Center:
    closures = tuple(
        Closure(row.get("name", ""), _day(row["first"]), _day(row["last"]))
        for row in body.get("closures", ())
    )
    return Center(key, body["name"], closures)


def _district(
    key: str, body: Body, classes: Mapping[str, GarbageClass], centers: Mapping[str, Center]
) -> District:
    center = centers.get(body.get("center", ""))
    try:
        days = {
            name: _schedule(name, text, body, center)
            for name, text in body.get("days", {}).items()
            if name in classes
        }
    except ScheduleError as error:
        raise FaultyEntry(f"district {key}: {error}") from error
    return District(key, body["name"], days, body.get("part_of", ""), body.get("center", ""))


def _schedule(name: str, text: str, body: Body, center: Center | None) -> Schedule:
    left_out, added = (
        [_day(day) for day in body.get(what, {}).get(name, ())] for what in ("left_out", "added")
    )
    if center is None:
        return schedule(text, left_out, added)
    return schedule(text, left_out, added, center.closed_on)


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
