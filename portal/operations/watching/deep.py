"""The deep look: each thing the portal needs, asked for one by one, with what was found."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import current_app
from redis import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from portal.core import job_runs, jobs
from portal.core.clock import now
from portal.core.db import read
from portal.core.job_runs import JobRun
from portal.core.outbox import OutboxMessage
from portal.core.settings import Settings
from portal.operations.watching import machine
from portal.operations.watching.records import Alert
from portal.operations.watching.rules import FREE_AT_LEAST

TICK_WITHIN = timedelta(minutes=3)
WAITING_AT_MOST = timedelta(minutes=15)  # a message that is due and still here
Found = tuple[bool, str]


def database() -> Found:
    """It answers and takes writes."""
    standby = read().execute(text("SELECT pg_is_in_recovery()")).scalar()
    return not standby, "read only" if standby else "read and write"


def queue() -> Found:
    """Valkey answers."""
    jobs.redis().ping()
    return True, ""


def disk() -> Found:
    """There is room."""
    free = machine.disk_free()
    return free >= FREE_AT_LEAST, f"{free:.0%} free"


def tick() -> Found:
    """A worker and a scheduler are alive."""
    last = (
        read()
        .execute(select(func.max(JobRun.ended_at)).where(JobRun.job == job_runs.ROUND))
        .scalar()
    )
    if last is None:
        return False, "never"
    return now() - last < TICK_WITHIN, f"{(now() - last).total_seconds():.0f} s ago"


def outbox() -> Found:
    """Messages leave."""
    stuck = select(func.count()).where(
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.failed_at.is_(None),
        OutboxMessage.created_at < now() - WAITING_AT_MOST,
    )
    count = read().execute(stuck).scalar_one()
    return count == 0, f"{count} waiting"


def answers() -> Found:
    """The answering process listens."""
    settings: Settings = current_app.extensions["mado.settings"]
    with socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(1)
        wire.connect(str(Path(settings.ANSWERS_SOCKET)))
    return True, ""


def alerts() -> Found:
    """No fault is open."""
    count = read().execute(select(func.count()).where(Alert.over_at.is_(None))).scalar_one()
    return count == 0, f"{count} open"


CHECKS: dict[str, Callable[[], Found]] = {
    "database": database,
    "queue": queue,
    "disk": disk,
    "tick": tick,
    "outbox": outbox,
    "answers": answers,
    "alerts": alerts,
}


def look() -> dict[str, dict[str, object]]:
    """Every check; one that breaks says with which kind of fault."""
    return {name: _look(check) for name, check in CHECKS.items()}


def _look(check: Callable[[], Found]) -> dict[str, object]:
    try:
        ok, said = check()
    except (SQLAlchemyError, RedisError, OSError) as error:
        return {"ok": False, "found": type(error).__name__}
    return {"ok": ok, "found": said}
