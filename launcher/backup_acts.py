"""What the backup commands do, told line by line."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from launcher.backup_checks import RPO_LIMIT, RTO_LIMIT, Proof, look, prove, rpo
from launcher.backup_plan import access_from, places_filled, programs, settings_of
from launcher.backup_restore import Wish, check_parts, restored
from launcher.places import Places
from portal.core.clock import in_tokyo, now
from portal.operations.backups import generations, making, rows, wal
from portal.operations.backups.making import Plan
from portal.operations.backups.schedule import base_due, wal_due
from portal.operations.backups.sealing import BackupError, KeyFile
from portal.operations.backups.storage import open_storage

if TYPE_CHECKING:
    from portal.core.settings import Settings

MB = 1_000_000


def run(plan: Plan, by: str, *, verify: bool = True, scratch: Path | None = None) -> Iterator[str]:
    """Make, prove, prune: the oldest goes only after the newest has been restored."""
    with making.connected(plan) as db:
        major = db.info.server_version // 10000
        with rows.recorded(db, "base", by) as told:
            manifest = making.make(plan, db, programs(major).basebackup, told)
        yield (
            f"{manifest.generation}: {manifest.bytes / MB:.1f} MB in "
            f"{len(manifest.data) + len(manifest.media)} parts, {manifest.media_files} media "
            f"files, {told.figures['seconds']} s, to {plan.storage.place}"
        )
        if verify:
            yield _proved(_verified(plan, db, by, manifest.generation, scratch))
        for name in making.prune(plan):
            yield f"{name}: forgotten, {plan.kept} newer ones are kept"
        rows.kept(db, manifest.generation, list(generations.generations(plan.storage)))


def ship(plan: Plan) -> str:
    """One round of the log."""
    with making.connected(plan) as db:
        done = making.ship(plan, db)
    if done is None:
        raise BackupError("there is no base backup to continue: ./mado backup run")
    return f"{done.segments} segments of the log, {done.bytes / MB:.2f} MB"


def due(plan: Plan, settings: Settings) -> Iterator[str]:
    """The tick: the log first, for that is what a disaster would cost."""
    with making.connected(plan) as db:
        done, tried, logged = rows.times(db)
        broken = wal.chain_of(db) is None
    moment = in_tokyo(now())
    if not broken and wal_due(moment, settings.BACKUP_WAL_SECONDS, logged):
        yield ship(plan)
    if base_due(moment, settings.BACKUP_AT, None if broken else done, tried):
        yield from run(plan, "schedule")


def listed(plan: Plan) -> Iterator[str]:
    """Each generation, the newest last, then the log."""
    found = [
        generations.read_manifest(plan.storage, plan.keys, name)
        for name in generations.generations(plan.storage)
    ]
    yield f"{len(found)} generations in {plan.storage.place}, {plan.kept} are kept"
    for each in found:
        total = sum(most for _, most in each.rows.values())
        log = wal.segments(plan.storage, each.chain, each.first_segment)
        yield (
            f"{each.generation}  {each.bytes / MB:8.1f} MB  {total:>12,} rows  "
            f"PostgreSQL {each.postgres}  log {log[0]} – {log[-1]}"
            if log
            else f"{each.generation}  without a log"
        )


def verify(plan: Plan, generation: str | None, scratch: Path | None) -> Iterator[str]:
    """A trial restore by hand."""
    with making.connected(plan) as db:
        yield _proved(_verified(plan, db, "hand", generation, scratch))


def read_all(plan: Plan, generation: str | None) -> Iterator[str]:
    """Every part, so that all damaged files are named at once."""
    name = generation or generations.newest(plan.storage)
    manifest = generations.read_manifest(plan.storage, plan.keys, name)
    faults = check_parts(plan.storage, plan.keys, manifest)
    if faults:
        raise BackupError("\n".join([f"{name}: {len(faults)} damaged or missing:", *faults]))
    yield f"{name}: every part and segment is as it was written"


def restore(source: str | None, key: Path, into: Path, wish: Wish) -> Iterator[str]:
    """From nothing but the target and the key file."""
    keys = KeyFile.parse(key.read_text("utf-8"))
    target = source or keys.secrets.get("BACKUP_TARGET")
    if not target:
        raise BackupError("say --from: the key file does not know where the backups are")
    storage = open_storage(target, access_from(os.environ, keys))
    places = Places.under(into)
    began = time.monotonic()
    with restored(storage, keys, places.postgres, places.media, wish) as found:
        places_filled(places, keys)
        proof = look(found, keys, to_mark=False, settings=settings_of(places))
        proof.raise_if_faulty()
        with (
            psycopg.connect(found.dsn, autocommit=True) as db,
            rows.recorded(db, "restore", "hand") as told,
        ):
            told.generation = found.manifest.generation
            told.figures |= proof.figures()
    yield _proved(proof)
    yield f"last change in it: {_moment(proof)}; {time.monotonic() - began:.0f} s in all"
    yield f"database {found.manifest.database!r} in {places.postgres}, media in {places.media}"
    yield f"start it: ./mado run --no-demo --data {places.data}"


def drill(plan: Plan, scratch: Path | None) -> Iterator[str]:
    """The disaster is now: what is on the target must do."""
    with psycopg.connect(plan.dsn, autocommit=True) as db, rows.recorded(db, "drill", "hand") as r:
        disaster, began = now(), time.monotonic()
        proof = prove(plan.storage, plan.keys, Wish(passing=True), scratch)
        rto, lost = time.monotonic() - began, rpo(proof, disaster)
        r.generation = proof.generation
        r.figures |= proof.figures() | {"rto_seconds": round(rto, 1), "rpo_seconds": round(lost, 1)}
        yield _proved(proof)
        yield f"RPO {lost:6.0f} s of {RPO_LIMIT} (last change on the target: {_moment(proof)})"
        steps = ", ".join(f"{name} {took} s" for name, took in proof.seconds.items())
        yield f"RTO {rto:6.0f} s of {RTO_LIMIT} ({steps})"
        proof.raise_if_faulty()
        if lost > RPO_LIMIT or rto > RTO_LIMIT:
            raise BackupError("the drill missed its time")


def _verified(
    plan: Plan, db: rows.Database, by: str, generation: str | None, scratch: Path | None
) -> Proof:
    with rows.recorded(db, "verify", by) as told:
        proof = prove(
            plan.storage, plan.keys, Wish(generation, to_mark=True, passing=True), scratch
        )
        told.generation, told.figures = proof.generation, proof.figures()
        proof.raise_if_faulty()
    return proof


def _proved(proof: Proof) -> str:
    took = sum(proof.seconds.values())
    return (
        f"{proof.generation}: restored in {took:.1f} s, {proof.rows:,} rows in {proof.tables} "
        f"tables; audit log: {proof.chain}"
    )


def _moment(proof: Proof) -> str:
    return f"{in_tokyo(proof.last_commit):%Y-%m-%d %H:%M:%S}" if proof.last_commit else "none"
