"""Rows of incidents: what was found, and each step as a row; the state is what the steps say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey
from portal.operations.incidents.rules import CAUSES, STEPS


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    said = ",".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({said})", name=column)


class Incident(Base):
    """One fault of the service, as the city hall hears of it; words are about machines."""

    __tablename__ = "incidents"
    __table_args__ = (_one_of("cause", CAUSES), Index(None, "detected_at"))

    id: Mapped[IdKey]
    title: Mapped[str]
    scope: Mapped[str]  # what does not work, and for whom
    cause: Mapped[str]
    detected_at: Mapped[datetime]
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id", ondelete="SET NULL"))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class IncidentStep(Base):
    """One step. `until`: the time of restoring that was agreed on."""

    __tablename__ = "incident_steps"
    __table_args__ = (_one_of("kind", STEPS), Index(None, "incident_id", "at"))

    id: Mapped[IdKey]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"))
    kind: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    words: Mapped[str]
    by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
