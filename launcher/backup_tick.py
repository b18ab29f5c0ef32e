"""The worker's minute for backups: looks whether something is due, and leaves it to a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy import text

from launcher.places import ROOT
from portal.core.clock import in_tokyo, now
from portal.core.db import read
from portal.core.settings import Settings
from portal.operations.backups.schedule import base_due, overdue, wal_due

log = structlog.get_logger(__name__)
LATEST = """
SELECT max(started_at) FILTER (WHERE outcome = 'done'), max(started_at),
       (SELECT max(last_at) FROM backup_wal_days)
FROM backup_runs WHERE kind = 'base'
"""


def tick() -> None:
    """A base backup takes minutes and the tick has seconds; the process locks out a second one."""
    settings: Settings = current_app.extensions["mado.settings"]
    if not settings.BACKUP_TARGET:
        return
    done, tried, logged = read().execute(text(LATEST)).one()
    moment = in_tokyo(now())
    if done and overdue(moment, done):
        log.error("backups.overdue", last=done.isoformat())
    waits = wal_due(moment, settings.BACKUP_WAL_SECONDS, logged)
    if waits or base_due(moment, settings.BACKUP_AT, done, tried):
        start(["tick"])


def start(arguments: list[str]) -> None:
    """`./mado backup …` in a session of its own; what it says goes where the worker's words go."""
    line = [sys.executable, "-P", "-m", "launcher", "backup", *arguments]
    environment = os.environ | {"PYTHONPATH": str(Path(ROOT))}
    subprocess.Popen(line, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
