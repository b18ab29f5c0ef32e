"""Makes a generation: the cluster by pg_basebackup, the media, the log behind them, row counts."""

from __future__ import annotations

import os
import secrets
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal.core.clock import now
from portal.operations.backups import generations, rows, wal
from portal.operations.backups.generations import BASES, Manifest, Part, PartWriter
from portal.operations.backups.schedule import to_forget
from portal.operations.backups.sealing import BackupError, KeyFile
from portal.operations.backups.storage import Storage

Database = psycopg.Connection[Any]
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Plan:
    """What is backed up, where to, under which keys."""

    dsn: str
    storage: Storage
    keys: KeyFile
    media: Path
    kept: int
    continuous: bool = True  # the log goes on being shipped after this backup


@contextmanager
def connected(plan: Plan) -> Iterator[Database]:
    """The backup's connection, alone in the city; the next in line gives up at once."""
    with psycopg.connect(plan.dsn, autocommit=True, connect_timeout=10) as db:
        found = db.execute("SELECT pg_try_advisory_lock(%s)", [rows.LOCK]).fetchone()
        if not found or not found[0]:
            raise BackupError("another backup is running")
        yield db


def make(plan: Plan, db: Database, basebackup: Path, run: rows.Run) -> Manifest:
    """A whole generation; returns its manifest once that is stored."""
    started = now()
    chain = wal.chain_of(db) or wal.begin_chain(db)
    manifest = _begun(db, chain, f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}")
    manifest.started_at = started.isoformat()
    run.generation = manifest.generation
    prefix = f"{BASES}/{manifest.generation}"
    manifest.data = _cluster(plan, basebackup, f"{prefix}/data")
    manifest.media, manifest.media_files = _media(plan, f"{prefix}/media")
    manifest.rows = _counted(db, manifest.restore_point)
    rows.beat(db)
    rows.shipped(db, wal.ship(db, plan.storage, plan.keys, chain))
    manifest.ended_at = now().isoformat()
    generations.write_manifest(plan.storage, plan.keys, manifest)
    if not plan.continuous:  # else the database would keep its log for nobody, until it is full
        wal.end_chain(db, chain)
    run.bytes = manifest.bytes
    run.figures |= {"media_files": manifest.media_files, "seconds": _seconds(manifest)}
    return manifest


def prune(plan: Plan) -> list[str]:
    """Removes what is older than the kept generations, and the log that led to them."""
    found = generations.generations(plan.storage)
    gone = to_forget(found, plan.kept)
    generations.forget(plan.storage, gone)
    first: dict[str, str] = {}
    for name in found[-plan.kept :]:
        kept = generations.read_manifest(plan.storage, plan.keys, name)
        first[kept.chain] = min(kept.first_segment, first.get(kept.chain, kept.first_segment))
    generations.forget_log(
        plan.storage, lambda chain, segment: segment >= first.get(chain, "") and chain in first
    )
    return gone


def ship(plan: Plan, db: Database) -> wal.Shipped | None:
    """One round of the log; None where only a new base backup helps."""
    chain = wal.chain_of(db)
    if chain is None:
        return None
    rows.beat(db)
    try:
        done = wal.ship(db, plan.storage, plan.keys, chain)
    except Exception as fault:
        rows.not_shipped(db, fault)
        raise
    rows.shipped(db, done)
    return done


def count_rows(db: Database) -> dict[str, int]:
    """All tables in one statement, thus at one moment."""
    tables = [
        str(row[0])
        for row in db.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
        ).fetchall()
    ]
    if not tables:
        return {}
    each = [
        sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(name), sql.Identifier(name))
        for name in tables
    ]
    return dict(db.execute(sql.SQL(" UNION ALL ").join(each)).fetchall())


def _begun(db: Database, chain: str, generation: str) -> Manifest:
    told = db.execute(
        "SELECT pg_current_wal_lsn()::text, current_setting('server_version_num')::int / 10000, "
        "current_database(), current_user"
    ).fetchone()
    lsn, major, database, role = cast("tuple[str, int, str, str]", told)
    version = db.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    found = version and version[0] and db.execute("SELECT version_num FROM alembic_version")
    revision = (found.fetchone() or [""])[0] if found else ""
    first = wal.first_segment(db, lsn)
    return Manifest(generation, chain, first, generation, major, database, role, revision, "")


def _cluster(plan: Plan, basebackup: Path, prefix: str) -> list[Part]:
    """pg_basebackup's own tar, packed and sealed while it comes; never in the clear on a disk."""
    writer, squeezed = PartWriter(plan.storage, plan.keys, prefix), zlib.compressobj(1, wbits=31)
    details = conninfo_to_dict(plan.dsn)
    environment = os.environ | {"PGPASSWORD": str(details.pop("password", "") or "")}
    line = [str(basebackup), "-d", make_conninfo("", **cast("dict[str, str]", details))]
    line += ["-D", "-", "-F", "tar", "-X", "fetch", "--checkpoint=fast", "--no-password"]
    with tempfile.TemporaryFile() as words:
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=words, env=environment) as child:
            try:
                for data in iter(lambda: cast("IO[bytes]", child.stdout).read(CHUNK), b""):
                    writer.write(squeezed.compress(data))
            except BaseException:
                child.kill()
                raise
        words.seek(0)
        if child.returncode != 0:
            raise BackupError(f"pg_basebackup: {words.read().decode(errors='replace')[-600:]}")
    writer.write(squeezed.flush())
    return writer.close()


def _media(plan: Plan, prefix: str) -> tuple[list[Part], int]:
    writer = PartWriter(plan.storage, plan.keys, prefix)
    files = sorted(path for path in plan.media.rglob("*") if path.is_file())
    count = 0
    with tarfile.open(mode="w|gz", fileobj=cast("IO[bytes]", writer)) as archive:
        for path in files:
            try:
                archive.add(path, str(path.relative_to(plan.media)), recursive=False)
                count += 1
            except FileNotFoundError:  # deleted meanwhile, by its own rule
                continue
    return writer.close(), count


def _counted(db: Database, point: str) -> dict[str, list[int]]:
    """Counts around a mark in the log: restored up to the mark, each table must lie between."""
    before = count_rows(db)
    db.execute("SELECT pg_create_restore_point(%s)", [point])
    after = count_rows(db)
    return {
        name: sorted((before.get(name, 0), after.get(name, 0))) for name in before.keys() | after
    }


def _seconds(manifest: Manifest) -> float:
    began, ended = map(datetime.fromisoformat, (manifest.started_at, manifest.ended_at))
    return round((ended - began).total_seconds(), 1)
