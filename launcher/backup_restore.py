"""Restores a generation into an empty folder and replays its log there, to its end or to a time."""

from __future__ import annotations

import shutil
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

import psycopg

from launcher.backup_plan import programs
from launcher.faults import ServiceError, StartFailedError
from launcher.services.postgres import ROLE, EmbeddedPostgres
from portal.operations.backups import generations, wal
from portal.operations.backups.generations import Manifest, Part, PartReader
from portal.operations.backups.sealing import BackupError, DamagedError, KeyFile
from portal.operations.backups.storage import Storage

REPLAY = "replay"
PATIENCE = 3600.0
# Socket of our own folder, which nobody else can enter.
HBA = "local all all trust\nlocal replication all trust\n"
AUTO = "postgresql.auto.conf"


@dataclass(slots=True)
class Restored:
    """A running database made from a backup, and how long each step took."""

    manifest: Manifest
    server: EmbeddedPostgres
    seconds: dict[str, float] = field(default_factory=dict)
    last_commit: datetime | None = None

    @property
    def dsn(self) -> str:
        """For psycopg."""
        own = self.server.dsn(self.manifest.database)
        return own.replace(f"//{ROLE}@", f"//{self.manifest.role}@", 1)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which generation, and up to where: its own mark, a time, or (neither) all there is."""

    generation: str | None = None
    until: datetime | None = None
    to_mark: bool = False
    passing: bool = False  # a scratch database: what is looked at and removed need not last


@contextmanager
def restored(
    storage: Storage, keys: KeyFile, folder: Path, media: Path | None, wish: Wish
) -> Iterator[Restored]:
    """The cluster under `folder`/cluster, media (unless None) under `media`; running meanwhile."""
    cluster = folder / "cluster"
    if cluster.exists() or (media and media.exists() and any(media.iterdir())):
        raise ServiceError(f"{cluster if cluster.exists() else media} is not empty: choose another")
    manifest = choose(storage, keys, wish)
    tools = programs(manifest.postgres)
    server = EmbeddedPostgres(
        folder, fast=wish.passing, preference=tools.preference, patience=PATIENCE
    )
    found = Restored(manifest, server)
    with _timed(found, "unpack"):
        _unpack(storage, keys, manifest.data, cluster)
        cluster.chmod(0o700)
        if media:
            _unpack(storage, keys, manifest.media, media)
    with _timed(found, "log"):
        last = _fetch_log(storage, keys, manifest, folder / REPLAY)
    _prepare(cluster, manifest, wish)
    try:
        with _timed(found, "replay"):
            _start(found, wish, last)
        _after_recovery(found, cluster)
        yield found
    finally:
        found.server.stop()
        shutil.rmtree(folder / REPLAY, ignore_errors=True)


def choose(storage: Storage, keys: KeyFile, wish: Wish) -> Manifest:
    """The named generation, else the newest that was whole before the wished time."""
    names = [wish.generation] if wish.generation else generations.generations(storage)[::-1]
    if not names:
        raise BackupError(f"no complete backup in {storage.place}")
    for name in names:
        manifest = generations.read_manifest(storage, keys, name)
        if wish.until is None or datetime.fromisoformat(manifest.ended_at) <= wish.until:
            return manifest
    raise BackupError(f"no backup was whole by {wish.until}; the oldest is {names[-1]}")


def check_parts(storage: Storage, keys: KeyFile, manifest: Manifest) -> list[str]:
    """Reads every part and every segment of the log; the faults, each naming its file."""
    faults = []
    for part in (*manifest.data, *manifest.media):
        try:
            generations.fetch(storage, keys, part)
        except BackupError as fault:
            faults.append(str(fault))
    names = wal.segments(storage, manifest.chain, manifest.first_segment)
    if missing := wal.hole(names, manifest.first_segment):
        faults.append(f"wal/{manifest.chain}/{missing}: is missing in {storage.place}")
    for name in names:
        try:
            wal.fetch_segment(storage, keys, manifest.chain, name)
        except BackupError as fault:
            faults.append(str(fault))
    return faults


def _unpack(storage: Storage, keys: KeyFile, parts: list[Part], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    reader = cast("IO[bytes]", PartReader(storage, keys, parts))
    if not parts:
        return
    try:
        with tarfile.open(mode="r|gz", fileobj=reader) as archive:
            for member in archive:
                _place(archive, member, folder)
    except (tarfile.TarError, EOFError) as fault:
        raise DamagedError(f"{parts[0].name} and following: {fault}") from None


def _place(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One file or folder below `folder`, ours alone (Debian 12's tarfile has no `filter`)."""
    path = folder / member.name
    if ".." in Path(member.name).parts or not path.is_relative_to(folder):
        raise DamagedError(f"the archive holds {member.name}, outside of its folder")
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return
    content = archive.extractfile(member) if member.isfile() else None
    if content is None:
        raise DamagedError(f"the archive holds {member.name}, which is no file")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as file:
        path.chmod(0o600)
        shutil.copyfileobj(content, file)


def _fetch_log(storage: Storage, keys: KeyFile, manifest: Manifest, folder: Path) -> str:
    folder.mkdir(parents=True)
    names = wal.segments(storage, manifest.chain, manifest.first_segment)
    if missing := wal.hole(names, manifest.first_segment):
        raise DamagedError(f"wal/{manifest.chain}/{missing}: is missing in {storage.place}")
    for name in names:
        (folder / name).write_bytes(wal.fetch_segment(storage, keys, manifest.chain, name))
    return names[-1]


def _prepare(cluster: Path, manifest: Manifest, wish: Wish) -> None:
    """Settings of recovery; those of the old machine are kept beside, for they name its paths."""
    for name in ("postgresql.conf", "pg_hba.conf", "pg_ident.conf", AUTO):
        file = cluster / name
        if file.exists():
            file.rename(file.with_name(f"{name}.from-backup"))
        file.write_text(HBA if name == "pg_hba.conf" else "", "utf-8")
    lines = [f'restore_command = \'cp "../{REPLAY}/%f" "%p"\'', "hot_standby = off"]
    if wish.to_mark:
        lines.append(f"recovery_target_name = '{manifest.restore_point}'")
    elif wish.until:
        lines.append(f"recovery_target_time = '{wish.until.isoformat()}'")
    lines.append("recovery_target_action = 'promote'")
    (cluster / AUTO).write_text("\n".join([*lines, ""]), "utf-8")
    (cluster / "recovery.signal").touch()


def _start(found: Restored, wish: Wish, last: str) -> None:
    try:
        found.server.start()
    except StartFailedError as fault:
        if "before configured recovery target was reached" in str(fault):
            raise BackupError(f"the log ends with {last}, before {wish.until}") from None
        raise
    with psycopg.connect(found.dsn, autocommit=True) as db:
        while _value(db, "SELECT pg_is_in_recovery()"):
            time.sleep(0.05)
        found.last_commit = _value(db, "SELECT pg_last_xact_replay_timestamp()")


def _after_recovery(found: Restored, cluster: Path) -> None:
    """Out of recovery for good; the launcher's own role is there for `./mado run`."""
    (cluster / AUTO).write_text("", "utf-8")
    with psycopg.connect(found.dsn, autocommit=True) as db:
        if not _value(db, "SELECT true FROM pg_roles WHERE rolname = %s", ROLE):
            db.execute(f"CREATE ROLE {ROLE} SUPERUSER LOGIN".encode())


def _value(db: psycopg.Connection[Any], query: str, *values: object) -> Any:
    row = db.execute(query.encode(), values or None).fetchone()
    return row[0] if row else None


@contextmanager
def _timed(found: Restored, step: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    found.seconds[step] = round(time.monotonic() - began, 1)
