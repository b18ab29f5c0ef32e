"""Puts a changed cell of a table into the body of a service; what it cannot hold it says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from portal.catalogue.exporting_columns import FREE, SEPARATOR, About
from portal.catalogue.gif import BENEFICIARIES, CATEGORIES, SERVICE_TYPES
from portal.catalogue.model import Catalogue, Service

Body = dict[str, Any]
MOST_PRIORITY = 10


class Unfit(ValueError):
    """A cell that can not be taken over; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """The service as it stands (None: a new one), and what its cells may name."""

    service: Service | None
    about: About

    @property
    def catalogue(self) -> Catalogue:
        """Desks, items and districts that exist."""
        return self.about.catalogue


Put = Callable[[Body, str, Target], None]


def _title(body: Body, cell: str, _target: Target) -> None:
    _japanese(body, "title", cell)


def _summary(body: Body, cell: str, target: Target) -> None:
    _japanese(body, "summary", cell)


def _content(body: Body, cell: str, _target: Target) -> None:
    if cell and cell != body.get("summary", {}).get("ja"):
        _japanese(body, "note", cell)
    else:
        body.pop("note", None)


def _japanese(body: Body, name: str, cell: str) -> None:
    """The Japanese text; the English one stays, or repeats it until somebody has translated it."""
    body[name] = {"en": cell, **(body.get(name) or {}), "ja": cell}


def _law(body: Body, cell: str, _target: Target) -> None:
    if not cell:
        raise Unfit("a legal basis can only be taken away in the editor")
    versions = body.get("versions")
    if versions and "law" in versions[-1]:
        body["versions"] = [*versions[:-1], {**versions[-1], "law": cell}]
    else:
        body["law"] = cell


def _cost(body: Body, cell: str, _target: Target) -> None:
    if not cell:
        body.pop("cost", None)
    elif not cell.isdecimal():
        raise Unfit("expected whole yen")
    elif int(cell) == 0:
        body["cost"] = {"ja": FREE, "en": "Free"}
    else:
        body["cost"] = {"ja": f"{int(cell):,}円", "en": f"{int(cell):,} yen"}


def _online(body: Body, cell: str, target: Target) -> None:
    keys = {url: key for key, url in target.about.links.items()}
    if cell and cell not in keys and not cell.startswith("https://"):
        raise Unfit("expected an address with https://")
    body["online"] = keys.get(cell, cell) or None


def _priority(body: Body, cell: str, _target: Target) -> None:
    if not cell.isdecimal() or not 1 <= int(cell) <= MOST_PRIORITY:
        raise Unfit("expected a number from 1 to 10")
    body["priority"] = int(cell)


def _keywords(body: Body, cell: str, _target: Target) -> None:
    body["keywords"] = split(cell)


def _desk(body: Body, cell: str, target: Target) -> None:
    keys = [key for key, desk in target.catalogue.desks.items() if desk.name.ja == cell]
    if not keys:
        raise Unfit("no desk of this name")
    body["desk"] = keys[0]


def _bring(body: Body, cell: str, target: Target) -> None:
    names = {each.name.ja: key for key, each in target.catalogue.items.items()}
    body["bring"] = _keys(split(cell), names, "no thing to bring of this name")


def _districts(body: Body, cell: str, target: Target) -> None:
    names = {each.name.ja: key for key, each in target.catalogue.districts.items()}
    body["districts"] = _keys(split(cell), names, "no district of this name")


def _keys(values: list[str], names: Mapping[str, str], problem: str) -> list[str]:
    unknown = [value for value in values if value not in names]
    if unknown:
        raise Unfit(f"{problem}: {unknown[0]}")
    return [names[value] for value in values]


def _word(name: str, words: Collection[str]) -> Put:
    def put(body: Body, cell: str, _target: Target) -> None:
        if cell not in words:
            raise Unfit("not a word of DS-491-1")
        body[name] = cell

    return put


def _beneficiaries(body: Body, cell: str, _target: Target) -> None:
    if unknown := [word for word in split(cell) if word not in BENEFICIARIES]:
        raise Unfit(f"not a word of DS-491-1: {unknown[0]}")
    body["beneficiaries"] = split(cell)


def split(cell: str) -> list[str]:
    """The values of a cell."""
    return [value.strip() for value in cell.split(SEPARATOR) if value.strip()]


# In this order: the content is compared with the summary. All other columns are worked out from
# these, from the rule or from the desk, and are changed there.
PUTS: Mapping[str, Put] = {
    "title": _title,
    "summary": _summary,
    "content": _content,
    "law": _law,
    "cost": _cost,
    "category": _word("category", CATEGORIES),
    "service_type": _word("service_type", SERVICE_TYPES),
    "beneficiaries": _beneficiaries,
    "districts": _districts,
    "bring": _bring,
    "desk": _desk,
    "online": _online,
    "keywords": _keywords,
    "priority": _priority,
}
