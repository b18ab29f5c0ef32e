"""Items about what is kept: backups, accounts, rights, history, patches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from portal.core.clock import in_tokyo, now, today
from portal.operations.sla.figures import Figure, percent
from portal.operations.sla.month import Month, rows

PATCHED_WITHIN = 30  # days
LOST_AT_MOST = 86_400  # seconds
SYSTEM = Path("/var/lib/dpkg/status")  # of Debian: changes with every package
BACKUPS = """
SELECT started_at, ended_at, kind, outcome, generation, bytes FROM backup_runs
 WHERE started_at >= :begin AND started_at < :end ORDER BY started_at
"""
SHIPPED = """
SELECT day, segments, longest_gap_seconds, faults FROM backup_wal_days
 WHERE day >= :first AND day < (:end AT TIME ZONE 'Asia/Tokyo')::date + 1 ORDER BY day
"""
CHANGES = """
SELECT at, action, actor_kind, subject_id, details::text FROM audit_entries
 WHERE at >= :begin AND at < :end AND (action LIKE 'staff.%' OR action LIKE 'role%') ORDER BY at
"""
ENDED_INSIDE = """
SELECT count(*), count(s.token_hash) FROM staff_accounts a
  LEFT JOIN sessions s ON s.face = 'staff' AND s.subject_id = a.id
 WHERE a.ends_on < :today
"""
PLANS_LATE = "SELECT count(*) FROM staff_role_changes WHERE from_day < :today"
PLANNED = """
SELECT count(*) FROM audit_entries
 WHERE at >= :begin AND at < :end AND action = 'staff.change_planned'
"""
HISTORY = """
SELECT day, what, changed, logged FROM change_days
 WHERE day >= :first AND day < (:end AT TIME ZONE 'Asia/Tokyo')::date + 1 ORDER BY day, what
"""
ENTRIES = "SELECT count(*) FROM audit_entries WHERE at >= :begin AND at < :end"


def backups(month: Month) -> tuple[Figure, Figure]:
    """Items 23 and 24."""
    heads = ("from", "until", "kind", "state", "generation", "bytes")
    found = rows(BACKUPS, month)
    good = {in_tokyo(r[0]).date() for r in found if r[2] == "base" and r[3] == "done"}
    days = [month.first + timedelta(days=n) for n in range(month.days)]
    done = sum(day in good for day in days)
    if not found or not days:
        return Figure("", None, heads, found), Figure("", None, heads, found)
    made = Figure(percent(done, len(days)), done == len(days), heads, found)
    tried = [r for r in found if r[2] in {"verify", "restore", "drill"}]
    shipped = rows(SHIPPED, month)
    gap = max((int(r[2]) for r in shipped), default=None)
    met = any(r[3] == "done" for r in tried) and (gap is None or gap <= LOST_AT_MOST)
    value = f"{sum(r[3] == 'done' for r in tried)}/{len(tried)}"
    if gap is not None:
        value += f", {gap} s"
    listed = [(*r, "") for r in shipped] or tried
    return made, Figure(value, met, ("day", "segments", "gap_seconds", "faults"), listed)


def accounts(month: Month) -> Figure:
    """Item 25: whoever's time is over can do nothing."""
    changes = rows(CHANGES, month)
    [(ended, inside)] = rows(ENDED_INSIDE, month, today=today()) or [(0, 0)]
    heads = ("from", "action", "by", "subject", "details")
    value = percent(ended - inside, ended) if ended else percent(1, 1)
    return Figure(value, not inside, heads, changes)


def rights(month: Month) -> Figure:
    """Item 26: planned changes of rights have come into force on their day."""
    late = rows(PLANS_LATE, month, today=today())
    planned = rows(PLANNED, month)
    waiting = int(late[0][0]) if late else 0
    due = max(int(planned[0][0]) if planned else 0, waiting)
    value = percent(due - waiting, due) if due else percent(1, 1)
    changes = [r for r in rows(CHANGES, month) if "role" in str(r[4]) or r[1].startswith("role")]
    return Figure(value, not waiting, ("from", "action", "by", "subject", "details"), changes)


def history(month: Month) -> Figure:
    """Item 27: changes of data that wrote the log in their own transaction, of all changes.

    Counted where statements go to the driver (portal.core.changes), not where entries are made.
    """
    found, heads = rows(HISTORY, month), ("day", "what", "changed", "logged")
    [(entries,)] = rows(ENTRIES, month) or [(0,)]
    changed, logged = sum(row[2] for row in found), sum(row[3] for row in found)
    if not changed:
        return Figure(f"{entries}", None, heads, found)
    value = f"{percent(logged, changed)} ({logged}/{changed})"
    return Figure(value, logged == changed, heads, found)


def patches() -> Figure:
    """Item 29: when anything was last brought up to date here."""
    found = sorted(_installed(), key=lambda row: row[2], reverse=True)
    if not found:
        return Figure("", None)
    age = (today() - found[0][2]).days
    return Figure(f"{age}", age <= PATCHED_WITHIN, ("part", "version", "day"), found)


def _installed() -> Iterator[tuple[str, str, date]]:
    for one in distributions():
        place: Any = getattr(one, "_path", None)
        if place is not None and Path(place).exists():
            name, _, version = Path(place).stem.rpartition("-")  # reading it takes 2 ms
            yield name, version, _day(Path(place))
    if SYSTEM.exists():
        yield "dpkg", "", _day(SYSTEM)


def _day(place: Path) -> date:
    """Never later than today: a file's clock may be another machine's."""
    changed = datetime.fromtimestamp(place.stat().st_mtime, UTC)
    return in_tokyo(min(changed, now())).date()
