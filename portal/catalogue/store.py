"""The city's catalogue as one value a process: what we ship, under the city's own live entries."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, current_app, has_app_context
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.catalogue.load import (
    Entries,
    Entry,
    Thing,
    catalogue_of,
    shipped_catalogue,
    shipped_entries,
    use_source,
)
from portal.catalogue.model import Catalogue
from portal.catalogue.models import CatalogueRevision, State
from portal.catalogue.reading import FaultyEntry
from portal.catalogue.wordings import with_words_of
from portal.core.db import read, rows

log = structlog.get_logger(__name__)

LOOK_EVERY = 5  # seconds after which another process's change is seen here
VERSION = "SELECT number FROM catalogue_version WHERE id = 1"
Live = list[tuple[Thing, str, Mapping[str, Any] | None]]


class CatalogueStore:
    """The catalogue of one application in this process."""

    def __init__(self) -> None:
        self._value = shipped_catalogue()
        self._number = 0
        self._looked = float("-inf")

    def current(self) -> Catalogue:
        """The catalogue of now; while the database is away, the last one known."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self._look()
        return self._value

    def forget(self) -> None:
        """Look again at the next use: something was changed here."""
        self._looked = float("-inf")

    def _look(self) -> None:
        self._looked = time.monotonic()
        try:
            found = rows(VERSION, {})
            number = found[0][0] if found else 0
            if number != self._number:
                self._value, self._number = catalogue_over(live_entries()), number
        except OperationalError:
            log.warning("catalogue.database_away")


def live_entries() -> Live:
    """Entries the city has put in force, withdrawn ones with an empty body."""
    found = read().execute(
        select(CatalogueRevision.thing, CatalogueRevision.key, CatalogueRevision.body).where(
            CatalogueRevision.state == State.LIVE
        )
    )
    return [(Thing(row.thing), row.key, row.body) for row in found]


def entries_over(live: Live) -> dict[Thing, dict[str, Entry]]:
    """What we ship, with the city's entries in their places or, if new, at the end."""
    shipped: Entries = shipped_entries()
    entries = {thing: dict(shipped[thing]) for thing in Thing}
    for thing, key, body in live:
        if body is None:
            entries[thing].pop(key, None)
        else:
            ours = shipped[thing].get(key)
            # What we translated stays good where the city left the Japanese as it is.
            whole = with_words_of(body, ours.body, same=True) if ours else body
            entries[thing][key] = Entry(f"{thing}: {key}", whole)
    return entries


def catalogue_over(live: Live) -> Catalogue:
    """The catalogue these entries make.

    An entry that can not be read (written for another release) must not take all others down: it
    is left as we ship it and logged.
    """
    try:
        return catalogue_of(entries_over(live))
    except FaultyEntry:
        return catalogue_of(entries_over(_readable(live)))


def _readable(live: Live) -> Live:
    """The entries that read well one after the other."""
    kept: Live = []
    # Services name items, desks and districts, so a withdrawal of one of these comes last.
    for each in sorted(live, key=lambda one: (one[2] is None, list(Thing).index(one[0]))):
        try:
            catalogue_of(entries_over([*kept, each]))
        except FaultyEntry as fault:
            log.error("catalogue.entry_left_out", thing=each[0], key=each[1], fault=str(fault))
        else:
            kept.append(each)
    return kept


def store() -> CatalogueStore:
    """This application's store."""
    found: CatalogueStore = current_app.extensions["mado.catalogue"]
    return found


def install(app: Flask) -> None:
    """Give the application its store, and `load_catalogue` its source."""
    app.extensions["mado.catalogue"] = CatalogueStore()
    use_source(_current)


def _current() -> Catalogue | None:
    return store().current() if has_app_context() else None
