"""Ships the write-ahead log: finished segments, read over the database's own connection.

A replication slot holds them until they lie on the target, so nothing is lost when we are away;
no `archive_command` has to run on the database's machine, and no key has to lie there.
"""

from __future__ import annotations

import gzip
import secrets
from dataclasses import dataclass
from typing import Any

import psycopg

from portal.operations.backups.generations import LOG
from portal.operations.backups.sealing import KeyFile
from portal.operations.backups.storage import Storage

SLOT = "mado_backup_"
Database = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Shipped:
    """What one round brought to the target."""

    chain: str
    segments: int
    bytes: int


def chain_of(db: Database) -> str | None:
    """The name of our slot, if it is there and has lost nothing."""
    found = db.execute(
        "SELECT slot_name, wal_status FROM pg_replication_slots "
        "WHERE slot_type = 'physical' AND starts_with(slot_name, %s)",
        [SLOT],
    ).fetchall()
    for name, status in found:
        if status in ("lost", "unreserved"):
            db.execute("SELECT pg_drop_replication_slot(%s)", [name])
    sound = [str(name) for name, status in found if status not in ("lost", "unreserved")]
    return sound[0] if sound else None


def begin_chain(db: Database) -> str:
    """A new slot under a new name: logs of two lives of a database never mix."""
    name = f"{SLOT}{secrets.token_hex(4)}"
    db.execute("SELECT pg_create_physical_replication_slot(%s, true)", [name])
    return name


def end_chain(db: Database, chain: str) -> None:
    """Lets the database forget what it held for us."""
    db.execute("SELECT pg_drop_replication_slot(%s)", [chain])


def ship(db: Database, storage: Storage, keys: KeyFile, chain: str) -> Shipped:
    """Closes the running segment and brings every finished one to the target."""
    db.execute("SELECT pg_switch_wal()")
    finished = _finished(db, chain)
    size = 0
    for number, name in finished:
        stored = f"{LOG}/{chain}/{name}"
        sealed = keys.seal(stored, gzip.compress(_segment(db, name), 1))
        storage.put(stored, sealed)
        size += len(sealed)
        # Only now may the database throw it away.
        end = _lsn((number + 1) * _segment_size(db))
        db.execute("SELECT pg_replication_slot_advance(%s, %s::pg_lsn)", [chain, end])
    return Shipped(chain, len(finished), size)


def first_segment(db: Database, lsn: str) -> str:
    """The segment in which `lsn` lies."""
    timeline = _current(db)[:8]
    return _name(timeline, _number(db, lsn), _segment_size(db))


def fetch_segment(storage: Storage, keys: KeyFile, chain: str, name: str) -> bytes:
    """One segment as PostgreSQL wants it."""
    stored = f"{LOG}/{chain}/{name}"
    return gzip.decompress(keys.open(stored, storage.get(stored)))


def segments(storage: Storage, chain: str, first: str) -> list[str]:
    """Names from `first` on; a hole in the row is a missing file."""
    names = [name.split("/")[2] for name in storage.names(f"{LOG}/{chain}")]
    return [name for name in names if name >= first]


def hole(names: list[str], first: str) -> str:
    """The name missing in a row that should begin with `first`, or nothing."""
    expected = int(first[8:16], 16) * 256 + int(first[16:], 16)
    for name in names:
        number = int(name[8:16], 16) * 256 + int(name[16:], 16)
        if number != expected:
            return f"{name[:8]}{expected // 256:08X}{expected % 256:08X}"
        expected += 1
    return "" if names else first


def _finished(db: Database, chain: str) -> list[tuple[int, str]]:
    held = db.execute(
        "SELECT restart_lsn::text FROM pg_replication_slots WHERE slot_name = %s", [chain]
    ).fetchone()
    size = _segment_size(db)
    start = _number(db, str(held[0])) if held else 0
    current = db.execute("SELECT pg_current_wal_lsn()::text").fetchone()
    end = _number(db, str(current[0])) if current else 0
    timeline = _current(db)[:8]
    return [(number, _name(timeline, number, size)) for number in range(start, end)]


def _segment(db: Database, name: str) -> bytes:
    found = db.execute(
        "SELECT pg_read_binary_file('pg_wal/' || %s)", [name], binary=True
    ).fetchone()
    return bytes(found[0]) if found else b""


def _current(db: Database) -> str:
    """The running segment's name (of the timeline we write)."""
    found = db.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()
    return str(found[0]) if found else ""


def _segment_size(db: Database) -> int:
    found = db.execute(
        "SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'"
    ).fetchone()
    return int(found[0]) if found else 16 * 1024 * 1024


def _number(db: Database, lsn: str) -> int:
    high, _, low = lsn.partition("/")
    return ((int(high, 16) << 32) + int(low, 16)) // _segment_size(db)


def _lsn(position: int) -> str:
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"


def _name(timeline: str, number: int, size: int) -> str:
    each = 0x1_0000_0000 // size
    return f"{timeline}{number // each:08X}{number % each:08X}"
