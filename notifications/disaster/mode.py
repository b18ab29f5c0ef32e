"""Disaster mode of the portal: on or off, its banner, and who else is told of a change."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, current_app, g
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from notifications.disaster.models import DisasterMode
from portal.core import audit
from portal.core.clock import in_tokyo, now
from portal.core.db import after_commit, rows
from portal.core.i18n import current_language

log = structlog.get_logger(__name__)

LOOK_EVERY = 5  # seconds after which another process's switch is seen here
CURRENT = "SELECT variants, changed_at FROM disaster_modes WHERE ended_at IS NULL"
Listener = Callable[[Session, bool], None]


class Modes:
    """The mode as this process knows it; every page asks, the database every five seconds."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self._value: dict[str, Any] | None = None
        self._looked = float("-inf")

    def current(self) -> dict[str, Any] | None:
        """{"variants", "changed_at"}, or None; while the database is away, the last one known."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self._looked = time.monotonic()
            try:
                found = rows(CURRENT, {})
            except OperationalError:
                log.warning("disaster.database_away")
                return self._value
            self._value = {"variants": found[0][0], "changed_at": found[0][1]} if found else None
        return self._value

    def forget(self) -> None:
        """Look again at the next use."""
        self._looked = float("-inf")


def install(app: Flask) -> None:
    """The mode and its banner on the application."""
    app.extensions["mado.disaster"] = Modes()
    app.context_processor(_banner)


def on_change(app: Flask, call: Listener) -> None:
    """`call(session, active)` in the transaction of every switch: other menus follow."""
    modes(app).listeners.append(call)


def modes(app: Flask | None = None) -> Modes:
    """The application's mode."""
    found: Modes = (app or current_app).extensions["mado.disaster"]
    return found


def active() -> bool:
    """Whether the portal is in disaster mode now."""
    return modes().current() is not None


def switch_on(session: Session, by: UUID, variants: dict[str, Any]) -> None:
    """Disaster mode with these words; where it is on already, its words change."""
    mode = opened(session)
    if mode is None:
        mode = DisasterMode(variants=variants, started_by=by)
        session.add(mode)
        session.flush()
    else:
        mode.variants, mode.changed_at = variants, now()
    audit.record(session, "disaster.mode_on", ("disaster_mode", mode.id), by=str(by))
    _changed(session, True)


def switch_off(session: Session, by: UUID) -> bool:
    """Back to normal; False where it already was."""
    mode = opened(session)
    if mode is None:
        return False
    mode.ended_at, mode.ended_by = now(), by
    audit.record(session, "disaster.mode_off", ("disaster_mode", mode.id), by=str(by))
    _changed(session, False)
    return True


def opened(session: Session) -> DisasterMode | None:
    """The open mode's row, held until the transaction ends."""
    return session.scalar(
        select(DisasterMode).where(DisasterMode.ended_at.is_(None)).with_for_update()
    )


def _changed(session: Session, on: bool) -> None:
    for listener in modes().listeners:
        listener(session, on)
    after_commit(session, modes().forget)


def _banner() -> dict[str, Any]:
    """For the layout: what stands above every page of residents."""
    viewer = g.get("viewer")
    if viewer is None or viewer.face != "resident":
        return {}
    mode = modes().current()
    if mode is None:
        return {}
    said = mode["variants"].get(current_language()) or mode["variants"]["ja"]
    when = in_tokyo(mode["changed_at"]).strftime("%m-%d %H:%M")
    parts = [part for part in said["body"].split("\n\n") if part.strip()]
    return {"disaster_now": {"title": said["title"], "parts": parts, "when": when}}
