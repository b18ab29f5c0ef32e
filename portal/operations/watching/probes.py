"""Looks at the public pages as a resident would: every minute by the tick, any time by command."""

from __future__ import annotations

import time
from datetime import timedelta

import requests
from flask import current_app
from sqlalchemy import delete

from portal.core.clock import now, today
from portal.core.db import transaction
from portal.core.settings import Settings
from portal.operations.watching.records import ChangeDay, Probe

PAGES = {"home": "/", "services": "/services", "search": "/search?q=%E3%81%94%E3%81%BF"}
PATIENCE = 10.0  # seconds; what takes longer is a miss
KEPT = timedelta(days=400)
AGENT = "mado-probe"  # so that figures about residents can leave it out


def look(page: str, base: str) -> Probe:
    """Ask for one page; nothing is written."""
    began = time.perf_counter()
    found = Probe(page=page, at=now(), status=0, ok=False, ms=0)
    try:
        answer = requests.get(
            base + PAGES[page],
            timeout=PATIENCE,
            headers={"User-Agent": AGENT},
            allow_redirects=False,
        )
        found.status, found.ok = answer.status_code, answer.status_code == 200
    except requests.RequestException as error:
        found.error = type(error).__name__
    found.ms = round((time.perf_counter() - began) * 1000)
    return found


def probe() -> list[Probe]:
    """Look at all pages and keep what was seen."""
    settings: Settings = current_app.extensions["mado.settings"]
    found = [look(page, settings.PROBE_URL or settings.PUBLIC_URL) for page in PAGES]
    with transaction() as session:
        session.add_all(found)
    return found


def tick() -> None:
    """Every minute. Its rows are the record; a row about the run would say it twice."""
    probe()


def sweep() -> None:
    """Tick: looks and counts of long ago go."""
    with transaction() as session:
        session.execute(delete(Probe).where(Probe.at < now() - KEPT))
        session.execute(delete(ChangeDay).where(ChangeDay.day < today() - KEPT))
