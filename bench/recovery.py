"""The worst day at the size of a city: how much is lost, how long until it answers again."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

import psycopg

from bench.city import BenchCity, bench_city
from launcher import backup_acts
from launcher.backup_plan import write_key_file
from launcher.backup_restore import Wish
from launcher.places import Places
from portal.core.clock import now
from portal.operations.backups import making, wal
from portal.operations.backups.making import Plan
from portal.operations.backups.sealing import KeyFile, new_key
from portal.operations.backups.storage import Folder

EVERY = 60  # seconds between two rounds of the log here; the product's default is twice that


def report(residents: int, seconds: float) -> str:
    """A backup, `seconds` of changes with the log shipped, then everything from the copy alone."""
    with bench_city(residents) as city, tempfile.TemporaryDirectory(dir=_room()) as folder:
        return "\n".join(_lines(city, Path(folder), residents, seconds))


def _lines(city: BenchCity, folder: Path, residents: int, seconds: float) -> list[str]:
    dsn = city.environment["DATABASE_URL"].replace("+psycopg", "", 1)
    secrets = {name: city.environment[name] for name in ("DATA_KEY", "SECRET_KEY")}
    keys = KeyFile((new_key(),), secrets)
    plan = Plan(dsn, Folder(folder / "copy"), keys, folder / "media", 3)
    os.environ.update(city.environment)  # the audit log is verified by these settings
    made = list(backup_acts.run(plan, "hand", scratch=folder))
    acts, lost = _changes(plan, seconds)
    write_key_file(folder / "key", keys)
    began = time.monotonic()
    told = list(backup_acts.restore(str(folder / "copy"), folder / "key", folder / "again", Wish()))
    rto = time.monotonic() - began
    with making.connected(plan) as db:
        wal.end_chain(db, str(wal.chain_of(db)))
    return [
        f"Measured {now():%Y-%m-%d} on {os.cpu_count()} cores, {residents:,} residents, "
        f"{acts:,} changes while the log was shipped every {EVERY} s.",
        *(f"- {line}" for line in (*made, *told[:2])),
        f"- RPO {lost:.0f} s (limit 300): the disaster came just before the next round of the log; "
        "the usual round is BACKUP_WAL_SECONDS=120 and a tick of a minute, so 180 at most",
        f"- RTO {rto:.0f} s (limit 1,800): empty machine to a database that answers",
    ]


def _changes(plan: Plan, seconds: float) -> tuple[int, float]:
    """Commits all the time, ships each EVERY; (commits, age of the last shipped one at the end)."""
    stop, done = Event(), [0]
    thread = Thread(target=_commit, args=(plan.dsn, stop, done))
    thread.start()
    ends, shipped = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < ends:
        time.sleep(min(EVERY, max(0.0, ends - time.monotonic())))
        began = time.monotonic()
        backup_acts.ship(plan)
        shipped, took = began, time.monotonic() - began
    time.sleep(max(0.0, EVERY - took))  # the disaster comes just before the next round
    stop.set()
    thread.join()
    return done[0], time.monotonic() - shipped


def _commit(dsn: str, stop: Event, done: list[int]) -> None:
    with psycopg.connect(dsn, autocommit=True) as db:
        while not stop.wait(0.01):
            db.execute("UPDATE sessions SET seen_at = now() WHERE ctid = '(0,1)'")
            db.execute("UPDATE backup_wal_days SET faults = faults")
            done[0] += 2


def _room() -> Path:
    folder = Places.under().data / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
