"""Reads the knowledge files into values and refuses files that are not whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from chatbot.knowledge.bodies import Body, body_of_row, entry_of
from chatbot.knowledge.bodies import KnowledgeError as KnowledgeError
from chatbot.knowledge.entries import Desk, Entry, Link
from portal.catalogue.load import load_catalogue
from portal.core.text_marks import spoken

DATA = Path(__file__).parent / "data"


def read_yaml(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe loader


def load_entries(folder: Path = DATA / "faq") -> tuple[Entry, ...]:
    """All entries of a folder of YAML files, in the order of file names."""
    return tuple(entry_of(body) for body in load_bodies(folder).values())


def load_bodies(folder: Path = DATA / "faq") -> dict[str, Body]:
    """The plain form of all entries of a folder by key; every one of them reads."""
    bodies: dict[str, Body] = {}
    for path in sorted(folder.glob("*.yaml")):
        for body in _bodies_of(path):
            if body["key"] in bodies:
                raise KnowledgeError(f"{body['key']}: written twice")
            bodies[body["key"]] = body
    return bodies


def load_links(language: str, path: Path = DATA / "links.yaml") -> dict[str, Link]:
    """Named places to go on to, labelled in the language; services are named service:KEY."""
    links = {
        name: Link(spoken(row, language), row["url"], bool(row.get("system_browser")))
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
        desk = Desk(
            row["key"],
            spoken(row["name"], language),
            row["phone"],
            spoken(row["hours"], language),
        )
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


def _bodies_of(path: Path) -> Iterator[Body]:
    file = read_yaml(path)
    for row in file["entries"]:
        whole = {**file.get("defaults", {}), **row}
        try:
            body = body_of_row(whole, str(file["category"]))
            entry_of(body)
        except (KeyError, TypeError, ValueError) as error:
            raise KnowledgeError(f"{path.name}: {row.get('key')}: {error!r}") from error
        yield body
