"""What residents read of a planned stop, before and during it, on every page."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g
from flask_babel import gettext
from sqlalchemy.exc import OperationalError

from portal.core.clock import in_tokyo, now
from portal.core.db import rows
from portal.core.i18n import current_language
from portal.core.text_marks import spoken

LOOK_EVERY = 30  # seconds after which another process's change is seen here
COMING = """
SELECT starts_at, ends_at, announced_from, words_ja, words_en FROM planned_stops
 WHERE ends_at > %(now)s AND cancelled_at IS NULL ORDER BY starts_at LIMIT 5
"""
Stop = tuple[datetime, datetime, datetime, str, str]


class Stops:
    """The coming ones as this process knows them."""

    def __init__(self) -> None:
        self._kept: list[Any] = []
        self._looked = float("-inf")

    def shown(self, moment: datetime) -> Stop | None:
        """The next one that is announced; while the database is away, the last one known."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self._looked = time.monotonic()
            try:
                self._kept = rows(COMING, {"now": moment})
            except OperationalError:
                return self._first(moment)
        return self._first(moment)

    def _first(self, moment: datetime) -> Stop | None:
        return next((stop for stop in self._kept if stop[2] <= moment < stop[1]), None)

    def forget(self) -> None:
        """Look again at the next page."""
        self._looked = float("-inf")


def install(app: Flask) -> None:
    """On residents' pages."""
    app.extensions["mado.stops"] = Stops()
    app.context_processor(_on_pages)


def forget() -> None:
    """After a change, in this process."""
    current_app.extensions["mado.stops"].forget()


def _on_pages() -> dict[str, Any]:
    viewer = g.get("viewer")  # none in mails
    if viewer is None or viewer.face != "resident":
        return {}
    moment = now()
    stop = current_app.extensions["mado.stops"].shown(moment)
    return {"planned_stop": said(stop, moment)} if stop else {}


def said(stop: Stop, moment: datetime) -> dict[str, str]:
    """Title and words in the page's language."""
    starts, ends, _, ja, en = stop
    begin, end = in_tokyo(starts), in_tokyo(ends)
    last = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    span = f"{begin:%Y-%m-%d %H:%M}–{last}"
    title = (
        gettext("Maintenance is under way (%(when)s)", when=span)
        if starts <= moment
        else gettext("Planned maintenance: %(when)s", when=span)
    )
    return {"title": title, "words": spoken({"ja": ja, "en": en}, current_language())}
