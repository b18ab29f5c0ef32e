"""What files say, put over the guide that stands: new entries, and how they differ."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chatbot.garbage.entries import Body, Entries, Thing
from chatbot.garbage.files.columns import Form
from chatbot.garbage.files.reading import Said, SaidDistrict, SaidItem
from chatbot.garbage.reading import surface_key

# What clerks add to an item and a list from outside does not have.
OURS = ("aka", "en", "note_en", "hidden")
NOT_COLLECTED = re.compile(
    r"収集(?:し|でき)?な|受け?入れ(?:でき)?な|収集不可|処理でき|処理困難|引取り?不可"
)


@dataclass(frozen=True, slots=True)
class Change:
    """How one kind of thing changes: keys added, changed, removed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Taken:
    """The entries that would stand, by thing (only things the files speak of), and remarks.

    `remarks`: (code, value) of what a clerk should look at, though nothing was rejected.
    """

    entries: Mapping[Thing, Mapping[str, Body]]
    remarks: list[tuple[str, str]] = field(default_factory=list)


def take(said: Said, standing: Entries, catalogue: Mapping[str, str]) -> Taken:
    """`catalogue`: names of the catalogue's districts by key."""
    classes = _Classes(standing[Thing.CLASS])
    found: dict[Thing, dict[str, Body]] = {}
    for name, how in said.classes.items():
        classes.describe(name, how)
    if Form.ITEMS in said.forms:
        found[Thing.ITEM] = _items(said.items, standing[Thing.ITEM], classes)
    if Form.CLOSURES in said.forms:
        found[Thing.CENTER] = _centers(said)
    if Form.DAYS in said.forms:
        found[Thing.DISTRICT] = _districts(said, standing, classes, catalogue)
    whole = {thing: found.get(thing, standing[thing]) for thing in Thing}
    used = _used(whole)
    found[Thing.CLASS] = {
        key: body
        for key, body in classes.bodies.items()
        if key in used or body["name"]["ja"] in said.classes
    }
    return Taken(found, _remarks(found[Thing.CLASS], whole, said))


def changes(taken: Entries, standing: Entries) -> dict[Thing, Change]:
    """What is added, changed and removed, by thing."""
    return {thing: _change(bodies, standing[thing]) for thing, bodies in taken.items()}


def _change(new: Mapping[str, Body], old: Mapping[str, Body]) -> Change:
    return Change(
        tuple(key for key in new if key not in old),
        tuple(key for key in new if key in old and new[key] != old[key]),
        tuple(key for key in old if key not in new),
    )


class _Classes:
    """Classes by name: those that stand, and new ones as they are named."""

    def __init__(self, standing: Mapping[str, Body]) -> None:
        self.bodies: dict[str, Body] = dict(standing)
        self._keys = {surface_key(b["name"]["ja"]): key for key, b in standing.items()}

    def key(self, name: str) -> str:
        plain = surface_key(name)
        if plain not in self._keys:
            key = self._keys[plain] = made_key("c", name)
            self.bodies[key] = {
                "name": {"ja": name},
                "how": {},
                "collected": not NOT_COLLECTED.search(name),
            }
        return self._keys[plain]

    def describe(self, name: str, how: str) -> None:
        key = self.key(name)
        if how:
            texts = {**self.bodies[key].get("how", {}), "ja": how}
            self.bodies[key] = {**self.bodies[key], "how": texts}


def _items(
    said: Iterable[SaidItem], standing: Mapping[str, Body], classes: _Classes
) -> dict[str, Body]:
    """Items keep their key, and what clerks added, as long as they keep their name."""
    keys: dict[str, list[str]] = {}
    for key, body in standing.items():
        keys.setdefault(surface_key(body["name"]), []).append(key)
    found: dict[str, Body] = {}
    for each in said:
        known = keys.get(surface_key(each.name))
        key = known.pop(0) if known else _free_key(each, found, standing)
        found[key] = _item(each, classes.key(each.class_name), standing.get(key, {}))
    return found


def _free_key(each: SaidItem, found: Mapping[str, Body], standing: Mapping[str, Body]) -> str:
    """From the name alone, so that the address of an item stays the same at every import."""
    number = 1
    while True:
        key = made_key("i", each.name if number == 1 else f"{each.name} {number}")
        if key not in found and key not in standing:
            return key
        number += 1


def _item(each: SaidItem, class_key: str, before: Body) -> Body:
    body: dict[str, Any] = {"name": each.name, "class": class_key}
    body |= {name: before[name] for name in OURS if name in before}
    kana = each.kana or before.get("kana", "")
    texts = {"kana": kana, "note": each.note, "fee": each.fee, "initial": each.initial}
    body |= {name: text for name, text in texts.items() if text}
    if each.english and "en" not in body:
        body["en"] = [each.english]
    return body


def _centers(said: Said) -> dict[str, Body]:
    found: dict[str, Body] = {}
    for each in said.closures:
        key = made_key("p", each.center)
        row = {"name": each.name, "first": str(each.first), "last": str(each.last)}
        closures = [*found.get(key, {}).get("closures", ()), row]
        found[key] = {"name": each.center, "closures": closures}
    return found


def _districts(
    said: Said, standing: Entries, classes: _Classes, catalogue: Mapping[str, str]
) -> dict[str, Body]:
    ours = {district_name(name): key for key, name in catalogue.items()}
    known = {surface_key(body["name"]["ja"]): key for key, body in standing[Thing.DISTRICT].items()}
    found: dict[str, Body] = {}
    for each in said.districts:
        key = ours.get(district_name(each.name)) or known.get(surface_key(each.name))
        key = key or made_key("d", each.name)
        before = standing[Thing.DISTRICT].get(key, {})
        found[key] = _district(each, classes, before, said)
    return found


def _district(each: SaidDistrict, classes: _Classes, before: Body, said: Said) -> Body:
    days = {classes.key(name): written for name, written in each.days.items()}
    body: dict[str, object] = {
        "name": {**before.get("name", {}), "ja": each.name},
        "days": {key: written.text for key, written in days.items()},
        "left_out": before.get("left_out", {}),
        "added": {key: list(map(str, written.days)) for key, written in days.items()},
    }
    if each.center:
        body["center"] = made_key("p", each.center)
    if before.get("part_of"):
        body["part_of"] = before["part_of"]
    return body


def district_name(name: str) -> str:
    """港地区 and 港 are one."""
    return surface_key(name).removesuffix("地区").removesuffix("区域")


def made_key(kind: str, name: str) -> str:
    """A key that comes from the name alone."""
    digest = hashlib.sha256(surface_key(name).encode()).hexdigest()
    return f"{kind}{digest[:10]}"


def _used(whole: Entries) -> set[str]:
    items = {body["class"] for body in whole[Thing.ITEM].values()}
    return items | {key for body in whole[Thing.DISTRICT].values() for key in body["days"]}


def _remarks(classes: Mapping[str, Body], whole: Entries, said: Said) -> list[tuple[str, str]]:
    """Swapped columns, classes of which nothing is said, plants that are missing."""
    remarks = [("swapped", name) for name in said.swapped]
    silent = [body["name"]["ja"] for body in classes.values() if not body.get("how")]
    if silent:
        remarks.append(("no_how", "、".join(silent)))
    collected = {key for body in whole[Thing.DISTRICT].values() for key in body["days"]}
    dayless = [
        body["name"]["ja"]
        for key, body in classes.items()
        if body.get("collected", True) and key not in collected
    ]
    if dayless:
        remarks.append(("no_days", "、".join(dayless)))
    centers = {body.get("center") for body in whole[Thing.DISTRICT].values()} - {None, ""}
    if centers - whole[Thing.CENTER].keys():
        remarks.append(("no_center", ""))
    return remarks
