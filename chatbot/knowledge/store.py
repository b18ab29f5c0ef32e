"""The city's knowledge as one value a process: what we ship, under the city's live entries."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask, current_app, has_app_context
from sqlalchemy import Connection, text
from sqlalchemy import select as choose
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chatbot.knowledge.bodies import Body, KnowledgeError, entry_of, words_of
from chatbot.knowledge.entries import Entry
from chatbot.knowledge.loading import (
    DATA,
    load_bodies,
    load_links,
    load_synonyms,
    read_yaml,
)
from chatbot.knowledge.models import OPEN, AnswerRevision, State, Thing
from portal.core.db import read

log = structlog.get_logger(__name__)

LOOK_EVERY = 5  # seconds after which another process's change is seen here
NUMBERS = text(
    "SELECT COALESCE((SELECT number FROM answer_version WHERE id = 1), 0),"
    " COALESCE((SELECT number FROM catalogue_version WHERE id = 1), 0),"  # links and desks
    " COALESCE((SELECT max(number) FROM garbage_editions), 0)"
)
Live = list[tuple[Thing, str, Body | None]]
Bodies = dict[Thing, dict[str, Body]]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything written that answers are made of, at one version."""

    entries: tuple[Entry, ...]
    synonyms: tuple[tuple[str, ...], ...]
    stop_words: frozenset[str]
    version: str

    def find(self, key: str) -> Entry | None:
        """The entry with this key."""
        return next((each for each in self.entries if each.key == key), None)


class KnowledgeStore:
    """The knowledge of one application in this process."""

    def __init__(self) -> None:
        self._value = shipped()
        self._looked = float("-inf")

    def current(self) -> Knowledge:
        """The knowledge of now; while the database is away, the last one known."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self._look()
        return self._value

    def forget(self) -> None:
        """Look again at the next use: something was changed here."""
        self._looked = float("-inf")

    def _look(self) -> None:
        self._looked = time.monotonic()
        try:
            found = version(read())
            if found != self._value.version:
                self._value = knowledge_over(live_entries(), found)
        except OperationalError:
            log.warning("knowledge.database_away")


def load_knowledge(number: int | None = None) -> Knowledge:
    """The knowledge in force; without an application (plain command line) what we ship.

    `number` puts together again what was in force at that number of `number_of`.
    """
    if not has_app_context():
        return shipped()
    if number is None:
        return store().current()
    return knowledge_over(entries_at(number), f"{_digest()}.{number}.past")


@lru_cache(maxsize=1)
def shipped() -> Knowledge:
    """What this program ships with, read once."""
    return _knowledge(bodies_over([]), f"{_digest()}.0", None)


def with_drafts() -> Knowledge:
    """What would be known if every open draft were in force: for the staff's trial."""
    drafts = _rows(AnswerRevision.state.in_(OPEN))
    ids = hashlib.sha256(repr(sorted((t, k, repr(b)) for t, k, b in drafts)).encode()).hexdigest()
    taken = {each[:2] for each in drafts}
    live = [each for each in live_entries() if each[:2] not in taken]
    return knowledge_over([*live, *drafts], f"{version(read())}.trial.{ids[:12]}")


def version(session: Session | Connection) -> str:
    """Changes whenever something that changes answers does: one cheap query."""
    numbers = session.execute(NUMBERS).one()
    return ".".join([_digest(), *(str(number) for number in numbers)])


def number_of(session: Session | Connection) -> int:
    """The number of the last change of what staff keep; for `load_knowledge(number)`."""
    found: int = session.execute(NUMBERS).one()[0]
    return found


def live_entries() -> Live:
    """Entries the city has put in force, withdrawn ones with an empty body."""
    return _rows(AnswerRevision.state == State.LIVE)


def entries_at(number: int) -> Live:
    """Entries that were in force at an earlier number."""
    ended = (AnswerRevision.last.is_(None)) | (AnswerRevision.last >= number)
    return _rows((AnswerRevision.first <= number) & ended)


def bodies_over(live: Live) -> Bodies:
    """What we ship, with the city's entries in their places or, if new, at the end."""
    bodies = {thing: dict(each) for thing, each in shipped_bodies().items()}
    for thing, key, body in live:
        if body is None:
            bodies[thing].pop(key, None)
        else:
            bodies[thing][key] = body
    return bodies


@lru_cache(maxsize=1)
def shipped_bodies() -> Mapping[Thing, Mapping[str, Body]]:
    """The plain form of everything that comes with this program."""
    stop = read_yaml(DATA / "stopwords.yaml")
    return {
        Thing.FAQ: load_bodies(),
        # A shipped group is known by its first word.
        Thing.SYNONYM: {g[0]: {"key": g[0], "words": list(g)} for g in load_synonyms()},
        Thing.STOP_WORDS: {
            name: {"key": name, "words": [str(word) for word in words]}
            for name, words in stop.items()
        },
    }


def knowledge_over(live: Live, named: str) -> Knowledge:
    """The knowledge these entries make.

    An entry that can not be read (written for another release) must not take all others down: it
    is left as we ship it and logged.
    """
    bodies = bodies_over([each for each in live if _reads(each)])
    return _knowledge(bodies, named, frozenset(load_links("ja")))


def _knowledge(bodies: Bodies, named: str, places: frozenset[str] | None) -> Knowledge:
    entries = (entry_of(body) for body in bodies[Thing.FAQ].values())
    stop = (words_of(body) for body in bodies[Thing.STOP_WORDS].values())
    return Knowledge(
        entries=tuple(_reachable(entry, places) for entry in entries),
        synonyms=tuple(words_of(body) for body in bodies[Thing.SYNONYM].values()),
        stop_words=frozenset(word for words in stop for word in words),
        version=named,
    )


def store() -> KnowledgeStore:
    """This application's store; made at the first use."""
    extensions = current_app.extensions
    if "mado.knowledge" not in extensions:
        extensions["mado.knowledge"] = KnowledgeStore()
    found: KnowledgeStore = extensions["mado.knowledge"]
    return found


def install(app: Flask) -> None:
    """Give the application its store."""
    app.extensions["mado.knowledge"] = KnowledgeStore()


def _rows(wanted: Any) -> Live:
    """Revisions in the order they were first written, so that new entries keep their places."""
    table = AnswerRevision
    query = choose(table.thing, table.key, table.body).where(wanted).order_by(table.created_at)
    return [(Thing(row.thing), row.key, row.body) for row in read().execute(query)]


def _reads(one: tuple[Thing, str, Body | None]) -> bool:
    thing, key, body = one
    try:
        if body is not None:
            (entry_of if thing is Thing.FAQ else words_of)(body)
    except KnowledgeError as fault:
        log.error("knowledge.entry_left_out", thing=thing, key=key, fault=str(fault))
        return False
    return True


def _reachable(entry: Entry, places: frozenset[str] | None) -> Entry:
    """Without links to services that are gone meanwhile."""
    if places is None:
        return entry
    links = tuple(name for name in entry.links if name in places)
    return entry if links == entry.links else replace(entry, links=links)


@lru_cache(maxsize=1)
def _digest() -> str:
    """Which texts came with this release."""
    files = sorted(DATA.rglob("*.yaml"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
