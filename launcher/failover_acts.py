"""Looks at the machines of DATABASE_URL and promotes the standby; each step told with its seconds.

Two primaries at once are worse than none: what one of them takes is lost. So the command believes
neither itself nor the network alone: the primary must be silent, the standby must have lost it
too, and somebody must say (or a command must see to it) that it is cut off.
"""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PRIMARY, STANDBY, SILENT = "primary", "standby", "silent"
PATIENCE = 3  # seconds for one answer
HEARD = 10.0  # seconds: the primary sends something at least that often
PROMOTED_WITHIN = 60
LOOK = """
SELECT pg_is_in_recovery(), coalesce(pg_last_wal_replay_lsn(), '0/0')::text,
       extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8,
       (SELECT extract(epoch FROM clock_timestamp() - max(last_msg_receipt_time))::float8
          FROM pg_stat_wal_receiver WHERE status = 'streaming')
"""


class Refused(Exception):
    """The standby must not take over; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of DATABASE_URL: its name there, and how to ask it alone."""

    name: str
    dsn: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a machine said; `heard`: seconds since a standby last heard from its primary."""

    machine: Machine
    role: str
    at: str = ""
    behind: float | None = None
    heard: float | None = None

    @property
    def words(self) -> str:
        told = f"{self.machine.name}: {self.role}"
        if self.role != STANDBY:
            return told
        last = "no change yet" if self.behind is None else f"last change {self.behind:.0f} s old"
        heard = "not heard" if self.heard is None else f"heard {self.heard:.0f} s ago"
        return f"{told}, at {self.at}, {last}, primary {heard}"


def machines() -> list[Machine]:
    """By DATABASE_URL, asked as the backup's role where there is one: it may promote."""
    from launcher.backup_plan import dsn_of
    from portal.core.settings import load_settings

    settings = load_settings()
    return split(dsn_of(settings.DATABASE_URL), dsn_of(settings.BACKUP_DATABASE_URL or ""))


def split(dsn: str, other: str = "") -> list[Machine]:
    """One address with several hosts as several; `other` gives user and password."""
    told = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    asked = {k: str(v) for k, v in conninfo_to_dict(other).items() if k in {"user", "password"}}
    hosts = told.pop("host", "").split(",")
    ports = told.pop("port", "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    told.pop("target_session_attrs", None)
    more = {"connect_timeout": str(PATIENCE)} | told | asked
    return [
        Machine(
            host if hosts.count(host) == 1 else f"{host}:{port}",
            make_conninfo("", **more, host=host, **({"port": port} if port else {})),
        )
        for host, port in zip(hosts, ports, strict=True)
    ]


def look(found: Sequence[Machine]) -> list[Seen]:
    """Ask each of them once."""
    return [_look(one) for one in found]


def _look(machine: Machine) -> Seen:
    try:
        with psycopg.connect(machine.dsn, autocommit=True) as db:
            db.execute(f"SET statement_timeout = {PATIENCE * 1000}")
            row = db.execute(LOOK).fetchone()
    except psycopg.Error:
        return Seen(machine, SILENT)
    standby, at, behind, heard = row or (True, "", None, None)
    return Seen(machine, STANDBY, at, behind, heard) if standby else Seen(machine, PRIMARY)


def promote(
    found: Sequence[Machine], gone: str, fence: str | None, seconds: float
) -> Iterator[str]:
    """The lost one is asked for `seconds`, cut off, and the standby that has most takes over."""
    if gone not in {one.name for one in found}:
        names = ", ".join(one.name for one in found)
        raise Refused(f"{gone} is no machine of DATABASE_URL ({names})")
    began = time.monotonic()
    chosen = _agreed(found, gone, seconds)
    yield f"{gone} has not answered for {time.monotonic() - began:.0f} s; {chosen.words}"
    if fence:
        _cut_off(fence)
        yield f"cut off: {fence}"
    started = time.monotonic()
    _promote(chosen.machine)
    yield f"{chosen.machine.name} is the primary after {time.monotonic() - started:.1f} s"
    yield _recorded(chosen, gone)
    yield f"in all {time.monotonic() - began:.1f} s. No setting changes: the address names both."
    yield "next: ./mado backup run (a new base, for the log began anew), then make"
    yield f"{gone} a standby from scratch before it is switched on again (deploy/ansible)"


def _agreed(found: Sequence[Machine], gone: str, seconds: float) -> Seen:
    """The standby that takes over; Refused as long as anything speaks for the primary."""
    until = time.monotonic() + seconds
    while True:
        seen = look(found)
        if primary := next((one for one in seen if one.role == PRIMARY), None):
            raise Refused(f"{primary.machine.name} is the primary and answers: nothing is done")
        standbys = [one for one in seen if one.role == STANDBY and one.machine.name != gone]
        if not standbys:
            raise Refused("no standby answers: restore from a backup instead")
        if time.monotonic() > until:
            break
        time.sleep(min(1.0, seconds))
    if hears := next((o for o in standbys if o.heard is not None and o.heard < HEARD), None):
        raise Refused(
            f"{hears.machine.name} still hears from the primary: it lives, and the way from here "
            "to it is broken. Mend that, or switch the primary off first"
        )
    return max(standbys, key=lambda one: _number(one.at))


def _number(at: str) -> int:
    """A place in the log ("1A/5000028") as a number."""
    high, low = at.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def _cut_off(command: str) -> None:
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"the fence failed (status {done.returncode}): {done.stderr.strip()[-200:]}")


def _promote(machine: Machine) -> None:
    try:
        with psycopg.connect(machine.dsn, autocommit=True) as db:
            done = db.execute("SELECT pg_promote(true, %s)", [PROMOTED_WITHIN]).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        raise Refused(
            "this role may not promote: GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) "
            "(the playbook does), or on that machine: pg_ctlcluster 15 main promote"
        ) from None
    if not done or not done[0]:
        raise Refused(f"{machine.name} was not promoted within {PROMOTED_WITHIN} s: see its log")


def _recorded(chosen: Seen, gone: str) -> str:
    """Writing the entry shows that the new primary takes changes."""
    from portal.core import audit

    said = audit.entry("database.promoted", gone=gone, primary=chosen.machine.name, at=chosen.at)
    with psycopg.connect(chosen.machine.dsn, autocommit=True) as db:
        db.execute(audit.INSERT, said)
    return "it takes changes: the promotion stands in the operation log"
