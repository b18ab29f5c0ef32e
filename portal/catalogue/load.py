"""Reads the catalogue from its YAML files, refusing entries with the file and field that is wrong.

Files of a data directory: items.yaml, desks.yaml, districts.yaml and services/*.yaml.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from portal.catalogue.languages import translated
from portal.catalogue.model import Catalogue, Desk, District, Item
from portal.catalogue.reading import FaultyEntry, Fields
from portal.catalogue.service_entry import ServiceReader, read_text

DATA = Path(__file__).parent / "data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Entry(NamedTuple):
    """One entry as it is written: its fields, and the place that errors name."""

    where: str
    body: Mapping[str, Any]


class Thing(StrEnum):
    """What a catalogue is made of, in the order it is read: services name the others."""

    ITEM = "item"
    DESK = "desk"
    DISTRICT = "district"
    SERVICE = "service"


Entries = Mapping[Thing, Mapping[str, Entry]]
_sources: list[Callable[[], Catalogue | None]] = []


def load_catalogue() -> Catalogue:
    """The catalogue of today: the city's where there is one, else what this program ships with.

    One value stays the same object until something in it changes, so caches may hang on it.
    """
    for source in _sources:
        found = source()
        if found is not None:
            return found
    return shipped_catalogue()


def use_source(source: Callable[[], Catalogue | None]) -> None:
    """Ask `source` first from now on; it answers None where it has nothing to say."""
    if source not in _sources:
        _sources.append(source)


@lru_cache(maxsize=1)
def shipped_catalogue() -> Catalogue:
    """The catalogue this program ships with, read once."""
    return catalogue_of(shipped_entries())


@lru_cache(maxsize=1)
def shipped_entries() -> Entries:
    """The entries this program ships with, read once."""
    return read_entries(DATA)


def read_catalogue(data: Path) -> Catalogue:
    """The catalogue of a data directory; raises FaultyEntry naming file, entry and field."""
    return catalogue_of(read_entries(data))


def read_entries(data: Path) -> Entries:
    """The entries of a data directory, each in the form it has in the city's own catalogue too."""
    names = Fields(read_yaml(data / "items.yaml"), "items.yaml")
    items = [
        Entry(f"items.yaml: {k}", {"key": k, "name": translated(data, names.raw(k), f"items.{k}")})
        for k in names.names()
    ]
    files = sorted((data / "services").glob("*.yaml"))
    found = {
        Thing.DESK: _keyed(_entries(data / "desks.yaml"), "desks"),
        Thing.DISTRICT: _keyed(_entries(data / "districts.yaml"), "districts"),
        Thing.SERVICE: _keyed([one for file in files for one in _entries(file)], "services"),
    }
    spoken = {thing: _spoken(data, f"{thing}s", entries) for thing, entries in found.items()}
    return {Thing.ITEM: _keyed(items, "items"), **spoken}


def catalogue_of(entries: Entries) -> Catalogue:
    """The catalogue that entries make; raises FaultyEntry naming entry and field."""
    read: dict[Thing, list[Fields]] = {
        thing: [Fields(each.body, each.where) for each in entries[thing].values()]
        for thing in Thing
    }
    items = {item.key: item for item in map(_item, read[Thing.ITEM])}
    desks = {desk.key: desk for desk in map(_desk, read[Thing.DESK])}
    districts = {district.key: district for district in map(_district, read[Thing.DISTRICT])}
    reader = ServiceReader(desks, districts, items)
    return Catalogue(
        tuple(reader.read(each) for each in read[Thing.SERVICE]), desks, districts, items
    )


def read_yaml(file: Path) -> Any:
    """The value of a YAML file; a syntax error becomes FaultyEntry with the file's name."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 safe loader
    except yaml.YAMLError as error:
        raise FaultyEntry(f"{file.name}: {error}") from None


def _entries(file: Path) -> list[Entry]:
    value = read_yaml(file)
    if not isinstance(value, list):
        raise FaultyEntry(f"{file.name}: expected a list of entries")
    return [
        Entry(_where(file, n, each), Fields(each, _where(file, n, each)).all())
        for n, each in enumerate(value, start=1)
    ]


def _spoken(data: Path, name: str, entries: Mapping[str, Entry]) -> Mapping[str, Entry]:
    """The entries with their texts in every language that is shipped."""
    return {
        key: Entry(each.where, translated(data, each.body, f"{name}.{key}"))
        for key, each in entries.items()
    }


def _where(file: Path, n: int, value: object) -> str:
    key = value.get("key") if isinstance(value, dict) else None
    return f"{file.name}: {key or f'entry {n}'}"


def _keyed(entries: list[Entry], where: str) -> Mapping[str, Entry]:
    keys = [Fields(each.body, each.where).text("key") for each in entries]
    doubles = sorted({key for key in keys if keys.count(key) > 1})
    if doubles:
        raise FaultyEntry(f"{where}: key used twice: {', '.join(doubles)}")
    return dict(zip(keys, entries, strict=True))


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


def _item(fields: Fields) -> Item:
    item = Item(fields.text("key"), read_text(fields, "name"))
    fields.finish()
    return item
