"""Rows that watching writes: looks from outside, minutes of requests, samples, faults, on-call."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Integer, text
from sqlalchemy.dialects.postgresql import REAL
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey


class Probe(Base):
    """One look at one public page. `status` 0: it did not answer at all."""

    __tablename__ = "probes"
    __table_args__ = (Index(None, "at"), Index(None, "page", "at"))

    id: Mapped[IdKey]
    at: Mapped[datetime] = mapped_column(default=now)
    page: Mapped[str]
    status: Mapped[int] = mapped_column(Integer)
    ms: Mapped[int] = mapped_column(Integer)
    ok: Mapped[bool]
    error: Mapped[str | None]


class AccessMinute(Base):
    """How many requests of a kind a minute had and how long they took; whose is not known.

    kind: search, page (a page was looked at), act (a form was sent)
    under_…: requests that took at most so many milliseconds, each counted once
    """

    __tablename__ = "access_minutes"
    __table_args__ = (CheckConstraint("kind IN ('search','page','act')", name="kind"),)

    minute: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    face: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)  # 5xx
    under_100: Mapped[int] = mapped_column(Integer)
    under_300: Mapped[int] = mapped_column(Integer)
    under_1000: Mapped[int] = mapped_column(Integer)
    under_3000: Mapped[int] = mapped_column(Integer)
    over_3000: Mapped[int] = mapped_column(Integer)


class FunctionDay(Base):
    """How often a function (a blueprint of routes) was used in a day."""

    __tablename__ = "function_days"

    day: Mapped[date] = mapped_column(primary_key=True)  # in Japan
    function: Mapped[str] = mapped_column(primary_key=True)
    face: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


class ChangeDay(Base):
    """How often a route, job or tick changed data in a day, and how often with an audit entry."""

    __tablename__ = "change_days"

    day: Mapped[date] = mapped_column(primary_key=True)  # in Japan
    what: Mapped[str] = mapped_column(primary_key=True)
    changed: Mapped[int] = mapped_column(Integer)
    logged: Mapped[int] = mapped_column(Integer)


class MachineSample(Base):
    """How busy the machine of the worker was: shares from 0 to 1, and bytes."""

    __tablename__ = "machine_samples"

    id: Mapped[IdKey]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    cpu: Mapped[float] = mapped_column(REAL)
    memory: Mapped[float] = mapped_column(REAL)
    disk: Mapped[float] = mapped_column(REAL)


class Alert(Base):
    """A fault somebody must hear of: open until what was wrong is right again."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("uq_alerts_open", "fault", unique=True, postgresql_where=text("over_at IS NULL")),
        Index(None, "opened_at"),
    )

    id: Mapped[IdKey]
    fault: Mapped[str]  # "job:outbox", "probe:home", "backup", "disk"
    opened_at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None]  # the last time
    told: Mapped[int] = mapped_column(Integer, default=0)
    over_at: Mapped[datetime | None]
    detail: Mapped[str] = mapped_column(default="")  # codes and figures


class OnCall(Base):
    """Who is told of faults, and when. `name` is a role of the desk, not a person's name."""

    __tablename__ = "on_call"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"), Index(None, "ends_at"))

    id: Mapped[IdKey]
    name: Mapped[str]
    mail: Mapped[str | None] = mapped_column(Personal("on_call.mail"))
    line_user: Mapped[str | None] = mapped_column(Personal("on_call.line_user"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
