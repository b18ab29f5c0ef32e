"""Reads the catalogue from its YAML files, refusing entries with the file and field that is wrong.

Files of a data directory: items.yaml, desks.yaml, districts.yaml and services/*.yaml.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml

from portal.catalogue.gif import BENEFICIARIES, CATEGORIES, SERVICE_TYPES
from portal.catalogue.model import (
    Catalogue,
    DatedRule,
    Desk,
    District,
    Item,
    Kind,
    Milestone,
    Service,
    Shown,
    Text,
    Who,
)
from portal.catalogue.reading import FaultyEntry, Fields
from portal.catalogue.rules import parse_rule

DATA = Path(__file__).parent / "data"
SUMMARY_LENGTH = 100  # DS-451-4 概要
TITLE_LENGTH = 40  # DS-451-4 タイトル
SEXES = ("", "F", "M")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ThingT = TypeVar("ThingT", Desk, District, Item)


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The catalogue this program ships with, read once."""
    return read_catalogue(DATA)


def read_catalogue(data: Path) -> Catalogue:
    """The catalogue of a data directory; raises FaultyEntry naming file, entry and field."""
    desks = _keyed([_desk(each) for each in _entries(data / "desks.yaml")])
    districts = _keyed([_district(each) for each in _entries(data / "districts.yaml")])
    items = _items(data / "items.yaml")
    files = sorted((data / "services").glob("*.yaml"))
    reader = _Services(desks, districts, items)
    services = [reader.read(each) for file in files for each in _entries(file)]
    _refuse_doubles([service.key for service in services], "services")
    return Catalogue(tuple(services), desks, districts, items)


def read_yaml(file: Path) -> Any:
    """The value of a YAML file; a syntax error becomes FaultyEntry with the file's name."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 safe loader
    except yaml.YAMLError as error:
        raise FaultyEntry(f"{file.name}: {error}") from None


def _entries(file: Path) -> list[Fields]:
    value = read_yaml(file)
    if not isinstance(value, list):
        raise FaultyEntry(f"{file.name}: expected a list of entries")
    return [Fields(each, _where(file, n, each)) for n, each in enumerate(value, start=1)]


def _where(file: Path, n: int, value: object) -> str:
    key = value.get("key") if isinstance(value, dict) else None
    return f"{file.name}: {key or f'entry {n}'}"


def _refuse_doubles(keys: list[str], where: str) -> None:
    doubles = sorted({key for key in keys if keys.count(key) > 1})
    if doubles:
        raise FaultyEntry(f"{where}: key used twice: {', '.join(doubles)}")


def _keyed(things: list[ThingT]) -> Mapping[str, ThingT]:
    _refuse_doubles([thing.key for thing in things], "desks, districts")
    return {thing.key: thing for thing in things}


def read_text(fields: Fields, name: str) -> Text:
    """A text with `ja` and `en`."""
    part = fields.part(name)
    text = Text(part.text("ja"), part.text("en"))
    part.finish()
    return text


def _optional_text(fields: Fields, name: str) -> Text | None:
    return read_text(fields, name) if fields.has(name) else None


def _desk(fields: Fields) -> Desk:
    desk = Desk(
        key=fields.text("key"),
        name=read_text(fields, "name"),
        place=read_text(fields, "place"),
        hours=read_text(fields, "hours"),
        phone=fields.text("phone"),
    )
    fields.finish()
    return desk


def _district(fields: Fields) -> District:
    district = District(fields.text("key"), read_text(fields, "name"))
    fields.finish()
    return district


def _items(file: Path) -> Mapping[str, Item]:
    fields = Fields(read_yaml(file), file.name)
    return {key: Item(key, read_text(fields, key)) for key in fields.names()}


class _Services:
    """Reads service entries against the desks, districts and items they name."""

    def __init__(
        self,
        desks: Mapping[str, Desk],
        districts: Mapping[str, District],
        items: Mapping[str, Item],
    ) -> None:
        self._desks, self._districts, self._items = desks, districts, items

    def read(self, fields: Fields) -> Service:
        service = Service(
            key=fields.text("key"),
            title=_short(fields, "title", TITLE_LENGTH),
            summary=_short(fields, "summary", SUMMARY_LENGTH),
            category=_word(fields, "category", CATEGORIES),
            service_type=_word(fields, "service_type", SERVICE_TYPES),
            beneficiaries=_words(fields, "beneficiaries", BENEFICIARIES),
            who=fields.choice("who", Who),
            sex=_sex(fields),
            kind=fields.choice("kind", Kind),
            shown=fields.choice("shown", Shown, Shown.YES),
            priority=fields.integer("priority", 5),
            versions=_versions(fields),
            milestones=tuple(_milestone(each) for each in fields.parts("milestones")),
            bring=tuple(self._items[key] for key in self._known(fields, "bring", self._items)),
            desk=self._desk(fields),
            online=fields.optional_text("online"),
            cost=_optional_text(fields, "cost"),
            form=fields.optional_text("form"),
            note=_optional_text(fields, "note"),
            keywords=fields.texts("keywords"),
            districts=frozenset(self._known(fields, "districts", self._districts)),
            confirmed=fields.flag("confirmed", True),
            sensitive=fields.flag("sensitive", False),
            checks=fields.texts("checks"),
            lead_days=fields.integer("lead_days", 30),
            grace_days=fields.integer("grace_days", 60),
            soon_days=fields.integer("soon_days", 14),
            show_days=fields.optional_integer("show_days"),
        )
        fields.finish()
        if service.sensitive and service.shown is not Shown.SEARCH:
            raise fields.fault("shown", "a sensitive service must be `search`")
        return service

    def _desk(self, fields: Fields) -> Desk:
        key = fields.text("desk")
        if key not in self._desks:
            raise fields.fault("desk", f"unknown desk {key!r}")
        return self._desks[key]

    def _known(self, fields: Fields, name: str, known: Mapping[str, object]) -> tuple[str, ...]:
        keys = fields.texts(name)
        unknown = [key for key in keys if key not in known]
        if unknown:
            raise fields.fault(name, f"unknown {', '.join(unknown)}")
        return keys


def _short(fields: Fields, name: str, length: int) -> Text:
    text = read_text(fields, name)
    if len(text.ja) > length:
        raise fields.fault(name, f"longer than {length} characters")
    return text


def _word(fields: Fields, name: str, words: Mapping[str, str]) -> str:
    word = fields.text(name)
    if word not in words:
        raise fields.fault(name, f"{word!r} is not a word of DS-491-1")
    return word


def _words(fields: Fields, name: str, words: Mapping[str, str]) -> tuple[str, ...]:
    values = fields.texts(name)
    unknown = [value for value in values if value not in words]
    if unknown:
        raise fields.fault(name, f"{unknown[0]!r} is not a word of DS-491-1")
    return values


def _sex(fields: Fields) -> str:
    sex = fields.optional_text("sex") or ""
    if sex not in SEXES:
        raise fields.fault("sex", f"expected F or M, got {sex!r}")
    return sex


def _versions(fields: Fields) -> tuple[DatedRule, ...]:
    law = fields.text("law", "-")
    if fields.has("rule"):
        rule = parse_rule(fields.raw("rule"), f"{fields.where}: rule")
        return (DatedRule(rule, date.min, date.max, law),)
    versions = tuple(_version(each, law) for each in fields.parts("versions"))
    if not versions:
        raise fields.fault("rule", "is missing")
    for earlier, later in pairwise(versions):
        if later.valid_from <= earlier.valid_to:
            raise fields.fault("versions", "must follow one another without overlap")
    return versions


def _version(fields: Fields, law: str) -> DatedRule:
    version = DatedRule(
        rule=parse_rule(fields.raw("rule"), f"{fields.where}.rule"),
        valid_from=fields.optional_day("valid_from") or date.min,
        valid_to=fields.optional_day("valid_to") or date.max,
        law=fields.text("law", law),
    )
    fields.finish()
    return version


def _milestone(fields: Fields) -> Milestone:
    milestone = Milestone(
        key=fields.text("key"),
        title=read_text(fields, "title"),
        rule=parse_rule(fields.raw("rule"), f"{fields.where}.rule"),
        checks=fields.texts("checks"),
    )
    fields.finish()
    return milestone
