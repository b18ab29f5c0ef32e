"""Registers the pages of this package on the application."""

from __future__ import annotations

from flask import Flask

from portal.core import audit, outbox
from portal.core.registries import registries
from portal.core.web import health
from portal.core.web.sessions import SessionRow, sweep_sessions
from portal.residents.models import Person, Resident


RECORDS = (  # known to migrations
    audit.AuditEntry,
    outbox.OutboxMessage,
    SessionRow,
    Resident,
    Person,
)


def register(app: Flask) -> None:
    """Blueprints and ticks of the ground and of My Page."""
    app.register_blueprint(health.bp)
    registries(app).ticks += [("outbox", outbox.sweep), ("sessions", sweep_sessions)]
