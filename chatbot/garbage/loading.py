"""Reads the city's garbage guide from its YAML files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chatbot.garbage.days import schedule
from chatbot.garbage.items import District, GarbageClass, Guide, Item
from chatbot.knowledge.entries import LANGUAGES
from chatbot.knowledge.loading import DATA, KnowledgeError, read_yaml
from portal.catalogue.load import load_catalogue

FOLDER = DATA / "garbage"


def load_guide(folder: Path = FOLDER) -> Guide:
    """Classes, districts and items; refuses items of classes that do not exist."""
    classes = {
        key: GarbageClass(key, row["name"], row["how"], row.get("collected", True))
        for key, row in read_yaml(folder / "classes.yaml").items()
    }
    items = tuple(item for path in sorted(folder.glob("items-*.yaml")) for item in _items_of(path))
    _check(items, classes)
    return Guide(items, classes, load_districts(folder / "districts.yaml"))


def load_districts(path: Path = FOLDER / "districts.yaml") -> dict[str, District]:
    """Collection days of the catalogue's districts; refuses districts it does not have."""
    file, names = read_yaml(path), load_catalogue().districts
    if unknown := file["districts"].keys() - names.keys():
        raise KnowledgeError(f"{path.name}: no district {', '.join(sorted(unknown))}")
    return {
        key: District(
            key,
            {language: names[key].name.say(language) for language in LANGUAGES},
            {
                name: schedule(
                    days,
                    file.get("left_out", {}).get(key, {}).get(name, ()),
                    file.get("added", {}).get(key, {}).get(name, ()),
                )
                for name, days in row.items()
            },
        )
        for key, row in file["districts"].items()
    }


def _items_of(path: Path) -> Iterator[Item]:
    file = read_yaml(path)
    for class_key, rows in file.items():
        for row in rows:
            yield _item(class_key, row)


def _item(class_key: str, row: Mapping[str, Any]) -> Item:
    try:
        return Item(
            key=row["key"],
            name=row["name"],
            class_key=class_key,
            kana=row.get("kana", ""),
            note=row.get("note", ""),
            aliases=tuple(row.get("aka", ())),
            english=tuple(row.get("en", ())),
            english_note=row.get("note_en", ""),
        )
    except (KeyError, TypeError) as error:
        raise KnowledgeError(f"garbage item {row}: {error!r}") from error


def _check(items: tuple[Item, ...], classes: Mapping[str, GarbageClass]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.class_key not in classes:
            raise KnowledgeError(f"{item.key}: no class {item.class_key}")
        if item.key in seen:
            raise KnowledgeError(f"{item.key}: written twice")
        seen.add(item.key)
