"""Reads the knowledge files into values and refuses files that are not whole."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from chatbot.knowledge.entries import Desk, Entry, EntryKind, Link, Text
from portal.catalogue.load import load_catalogue

DATA = Path(__file__).parent / "data"


class KnowledgeError(ValueError):
    """A knowledge file says something that can not be used; the message names file and key."""


def read_yaml(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe loader


def load_entries(folder: Path = DATA / "faq") -> tuple[Entry, ...]:
    """All entries of a folder of YAML files, in the order of file names."""
    entries = [entry for path in sorted(folder.glob("*.yaml")) for entry in _entries_of(path)]
    seen: set[str] = set()
    for entry in entries:
        if entry.key in seen:
            raise KnowledgeError(f"{entry.key}: written twice")
        seen.add(entry.key)
    return tuple(entries)


def load_links(language: str, path: Path = DATA / "links.yaml") -> dict[str, Link]:
    """Named places to go on to, labelled in the language; services are named service:KEY."""
    links = {
        name: Link(row[language], row["url"], bool(row.get("system_browser")))
        for name, row in read_yaml(path).items()
    }
    for service in load_catalogue().services:
        link = Link(service.title.say(language), f"/services/{service.key}")
        links[f"service:{service.key}"] = link
    return links


def load_desks(language: str, path: Path = DATA / "desks.yaml") -> dict[str, Desk]:
    """The catalogue's desks and those that only the bot needs, in the language."""
    desks = {
        key: Desk(key, desk.name.say(language), desk.phone, desk.hours.say(language))
        for key, desk in load_catalogue().desks.items()
    }
    for row in read_yaml(path):
        desk = Desk(row["key"], row["name"][language], row["phone"], row["hours"][language])
        desks[desk.key] = desk
    return desks


def load_synonyms(path: Path = DATA / "synonyms.yaml") -> tuple[tuple[str, ...], ...]:
    """Groups of words that mean the same for this city."""
    return tuple(tuple(str(word) for word in group) for group in read_yaml(path))


def load_garbage_synonyms() -> tuple[tuple[str, ...], ...]:
    """Groups of words for one thing that is thrown away."""
    return load_synonyms(DATA / "garbage" / "synonyms.yaml")


def load_stop_words(path: Path = DATA / "stopwords.yaml") -> frozenset[str]:
    """Normalized forms that say nothing about the matter asked, in all languages."""
    return frozenset(str(word) for words in read_yaml(path).values() for word in words)


def load_phrases(language: str, path: Path = DATA / "phrases.yaml") -> dict[str, str]:
    """The bot's own sentences in the language."""
    return {name: row[language] for name, row in read_yaml(path).items()}


def _entries_of(path: Path) -> Iterator[Entry]:
    file = read_yaml(path)
    for row in file["entries"]:
        whole = {**file.get("defaults", {}), **row}
        try:
            yield _entry(whole, str(file["category"]))
        except (KeyError, TypeError, ValueError) as error:
            raise KnowledgeError(f"{path.name}: {row.get('key')}: {error!r}") from error


def _entry(row: Mapping[str, Any], category: str) -> Entry:
    return Entry(
        key=row["key"],
        kind=EntryKind(row.get("kind", "faq")),
        category=category,
        desk=row["desk"],
        texts=_texts(row),
        links=tuple(row.get("links", ())),
        source_title=row["source"]["title"],
        source_url=f"{row['source']['url']}{row['key']}.html",
        updated=row["updated"],
        owner=row["owner"],
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
    )


def _texts(row: Mapping[str, Any]) -> dict[str, Text]:
    texts = {"ja": _text(row)}
    if "en" in row:
        texts["en"] = _text(row["en"])
    return texts


def _text(row: Mapping[str, Any]) -> Text:
    return Text(row["question"], row["answer"].strip(), tuple(row.get("aliases", ())))
