"""The garbage guide as one value a process: the city's live edition, or else what we ship."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import structlog
from flask import Flask, current_app, has_app_context
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chatbot.garbage.entries import Body, Entries, FaultyEntry, Thing, empty, guide_of
from chatbot.garbage.items import Guide
from chatbot.garbage.loading import SHIPPED, shipped_guide, shipped_synonyms
from portal.core.db import plain, rows

log = structlog.get_logger(__name__)

LOOK_EVERY = 5  # seconds after which another process's change is seen here
NUMBER = "SELECT max(number) FROM garbage_editions"
LIVE = "SELECT thing, key, body FROM garbage_entries WHERE until IS NULL ORDER BY thing, place, key"
EXTENSION = "mado.garbage"


class GuideStore:
    """The guide of one application in this process."""

    def __init__(self) -> None:
        self._value = shipped_guide()
        self._number: int | None = None
        self._looked = float("-inf")

    def current(self) -> Guide:
        """The guide of now; while the database is away, the last one known."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self._look()
        return self._value

    def forget(self) -> None:
        """Look again at the next use: something was changed here."""
        self._looked = float("-inf")

    def _look(self) -> None:
        self._looked = time.monotonic()
        try:
            number = rows(NUMBER, {})[0][0]
            if number != self._number:
                self._value, self._number = self._read(number), number
        except OperationalError:
            log.warning("garbage.database_away")

    def _read(self, number: int | None) -> Guide:
        if number is None:
            return shipped_guide()
        try:
            return guide_of(entries_of(rows(LIVE, {})), str(number), shipped_synonyms())
        except FaultyEntry as fault:
            # Written for another release: an old guide is better than none.
            log.error("garbage.edition_left_out", number=number, fault=str(fault))
            return self._value


def load_guide() -> Guide:
    """The city's garbage guide; without a database, the one we ship."""
    if not has_app_context() or EXTENSION not in current_app.extensions:
        return shipped_guide()
    return store().current()


def version(session: Session) -> str:
    """Changes whenever the guide does; one cheap query."""
    row = plain(session, NUMBER, {}).fetchone()
    return SHIPPED if row is None or row[0] is None else str(row[0])


def store() -> GuideStore:
    """This application's store."""
    found: GuideStore = current_app.extensions[EXTENSION]
    return found


def forget() -> None:
    """This process looks again at once; others within seconds."""
    if EXTENSION in current_app.extensions:
        store().forget()


def install(app: Flask) -> None:
    """Give the application its store."""
    app.extensions[EXTENSION] = GuideStore()


def entries_of(found: Iterable[tuple[Any, ...]]) -> Entries:
    """Entries of rows (thing, key, body)."""
    entries: dict[Thing, dict[str, Body]] = empty()
    for thing, key, body in found:
        entries[Thing(thing)][key] = body
    return entries
