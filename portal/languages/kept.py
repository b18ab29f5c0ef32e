"""Corrections and unsigned words as one value a process, looked at anew every few seconds."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from portal.core import i18n
from portal.core.about_languages import UNCHECKED
from portal.core.languages import SOURCES, TRANSLATED
from portal.languages import signatures
from portal.languages.written import WORDS, written

log = structlog.get_logger(__name__)

LOOK_EVERY = 5  # seconds after which another process's change is seen here
_NEVER = datetime.min.replace(tzinfo=UTC)


class Checked:
    """What people have checked of the words of one application, in this process.

    Japanese and English pages never ask, so they pay nothing for it.
    """

    def __init__(self) -> None:
        self._version: datetime | None = _NEVER
        self._looked = float("-inf")
        self._unchecked: dict[str, bool] = {}

    def look(self, language: str) -> None:
        """Take in what has changed; while the database is away, the words stay as they were."""
        if language in SOURCES or time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        try:
            found = signatures.version()
            if found != self._version:
                self._take_in(found)
        except OperationalError:
            log.warning("languages.database_away")

    def _take_in(self, version: datetime | None) -> None:
        ours = signatures.all_corrections()
        for language in TRANSLATED:
            i18n.correct(language, ours.get(language, {}))
        self._version, self._unchecked = version, {}

    def unchecked(self, language: str) -> bool:
        """Whether there are site words in this language that nobody stands by."""
        if language in SOURCES:
            return False
        if language not in self._unchecked:
            known = signatures.active(language)
            self._unchecked[language] = any(
                (one := known.get((WORDS, each.key))) is None or one.hash != each.hash
                for each in written(WORDS, language)
                if each.text
            )
        return self._unchecked[language]

    def forget(self) -> None:
        """Look again at the next use: something was changed here."""
        self._looked = float("-inf")


def checked() -> Checked:
    """This application's."""
    found: Checked = current_app.extensions["mado.checked"]
    return found


def install(app: Flask) -> None:
    """Corrections for all who speak, and the line for residents where nobody has checked."""
    app.extensions["mado.checked"] = Checked()
    i18n.before_speaking(app, lambda language: checked().look(language))
    app.context_processor(_on_pages)


def _on_pages() -> dict[str, str]:
    language = i18n.current_language()
    if language in SOURCES:
        return {}
    try:
        unchecked = checked().unchecked(language)
    except OperationalError:
        unchecked = True
    return {"unchecked": UNCHECKED[language]} if unchecked else {}
