"""How busy this machine is: processor, memory, disk; a row every five minutes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
from flask import current_app
from sqlalchemy import delete, func, select

from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.settings import Settings
from portal.operations.watching.records import MachineSample

EVERY = timedelta(minutes=5)
KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Load:
    """Shares in use, from 0 to 1."""

    cpu: float
    memory: float
    disk: float


def load() -> Load:
    """Now; the processor's share is that since the last question."""
    return Load(
        psutil.cpu_percent(interval=None) / 100,
        psutil.virtual_memory().percent / 100,
        1 - disk_free(),
    )


def disk_free() -> float:
    """The free share of the disk that keeps uploaded files."""
    settings: Settings = current_app.extensions["mado.settings"]
    folder = Path(settings.MEDIA_DIR).absolute()
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free / usage.total


def tick() -> None:
    """A sample when the last one is five minutes old."""
    last = read().execute(select(func.max(MachineSample.at))).scalar()
    if last is not None and last > now() - EVERY:
        return
    found = load()
    with transaction() as session:
        session.add(MachineSample(cpu=found.cpu, memory=found.memory, disk=found.disk))
        session.execute(delete(MachineSample).where(MachineSample.at < now() - KEPT))
