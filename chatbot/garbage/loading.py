"""Reads the garbage guide that we ship from its YAML files."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from chatbot.garbage.entries import Body, FaultyEntry, Thing, empty, guide_of
from chatbot.garbage.items import District, Guide
from chatbot.knowledge.entries import LANGUAGES
from chatbot.knowledge.loading import DATA, KnowledgeError, read_yaml
from portal.catalogue.load import shipped_catalogue

FOLDER = DATA / "garbage"
SHIPPED = "shipped"


def load_guide(folder: Path = FOLDER) -> Guide:
    """The shipped guide; refuses items of classes that do not exist."""
    try:
        return guide_of(shipped_entries(folder), SHIPPED, shipped_synonyms())
    except FaultyEntry as error:
        raise KnowledgeError(str(error)) from error


@lru_cache(maxsize=1)
def shipped_guide() -> Guide:
    """The guide that we ship, read once a process."""
    return load_guide()


def load_districts(path: Path = FOLDER / "districts.yaml") -> Mapping[str, District]:
    """The shipped collection days of the catalogue's districts."""
    return load_guide(path.parent).districts


@lru_cache(maxsize=1)
def shipped_synonyms() -> tuple[tuple[str, ...], ...]:
    """Our groups of everyday words for one thing that is thrown away."""
    files = sorted(FOLDER.glob("synonyms*.yaml"))
    return tuple(tuple(map(str, group)) for file in files for group in read_yaml(file))


def shipped_entries(folder: Path = FOLDER) -> dict[Thing, dict[str, Body]]:
    """What we ship, in the shape that the city's own entries have."""
    entries = empty()
    entries[Thing.CLASS] = dict(read_yaml(folder / "classes.yaml"))
    entries[Thing.DISTRICT] = _districts(folder / "districts.yaml")
    for path in sorted(folder.glob("items-*.yaml")):
        for key, body in _items_of(path):
            if key in entries[Thing.ITEM]:
                raise KnowledgeError(f"{key}: written twice")
            entries[Thing.ITEM][key] = body
    return entries


def _districts(path: Path) -> dict[str, Body]:
    """Refuses districts that the catalogue does not have."""
    file, names = read_yaml(path), shipped_catalogue().districts
    if unknown := file["districts"].keys() - names.keys():
        raise KnowledgeError(f"{path.name}: no district {', '.join(sorted(unknown))}")
    return {
        key: {
            "name": {language: names[key].name.say(language) for language in LANGUAGES},
            "days": days,
            "left_out": _single(file, "left_out", key),
            "added": _single(file, "added", key),
        }
        for key, days in file["districts"].items()
    }


def _single(file: Mapping[str, Any], what: str, key: str) -> dict[str, list[str]]:
    """Single days by class, as text, since entries are kept as JSON."""
    rows = file.get(what, {}).get(key, {})
    return {name: [day.isoformat() for day in days] for name, days in rows.items()}


def _items_of(path: Path) -> Iterator[tuple[str, Body]]:
    for class_key, rows in read_yaml(path).items():
        for row in rows:
            if "key" not in row:
                raise KnowledgeError(f"garbage item {row}: no key")
            yield row["key"], {k: v for k, v in row.items() if k != "key"} | {"class": class_key}
