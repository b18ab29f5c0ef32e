"""Proves a backup by restoring it: row counts, the audit log's chain, the keys; and measures."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from launcher.backup_restore import Restored, Wish, restored
from launcher.commands import existing
from launcher.places import ROOT, Places
from portal.core.crypto import DamagedData, KeyRing
from portal.operations.backups.making import count_rows
from portal.operations.backups.sealing import BackupError, KeyFile
from portal.operations.backups.storage import Storage

RPO_LIMIT, RTO_LIMIT = 5 * 60, 30 * 60  # seconds, as the city asks


@dataclass(slots=True)
class Proof:
    """What a restore showed."""

    generation: str
    tables: int = 0
    rows: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    last_commit: datetime | None = None
    chain: str = "not checked"
    faults: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """For the row of the run."""
        told: dict[str, object] = {"tables": self.tables, "rows": self.rows, "chain": self.chain}
        return told | {"seconds": self.seconds, "faults": self.faults}

    def raise_if_faulty(self) -> None:
        """A backup that does not hold ends the command."""
        if self.faults:
            raise BackupError(f"{self.generation}: " + "; ".join(self.faults))


def prove(storage: Storage, keys: KeyFile, wish: Wish, scratch: Path | None = None) -> Proof:
    """Restores into a folder of its own, looks, and removes it again."""
    parent = scratch or Places.under().data
    parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="backup-proof-", dir=parent) as folder,
        restored(storage, keys, Path(folder) / "pg", Path(folder) / "media", wish) as found,
    ):
        proof = look(found, keys, to_mark=wish.to_mark)
        files = sum(path.is_file() for path in (Path(folder) / "media").rglob("*"))
        if files != found.manifest.media_files:
            proof.faults.append(f"{files} media files instead of {found.manifest.media_files}")
        return proof


def look(
    found: Restored, keys: KeyFile, *, to_mark: bool, settings: Mapping[str, str] = os.environ
) -> Proof:
    """Counts rows, opens a personal value, follows the chain of the audit log."""
    began = time.monotonic()
    proof = Proof(found.manifest.generation, last_commit=found.last_commit)
    with psycopg.connect(found.dsn, autocommit=True) as db:
        counted = count_rows(db)
        proof.tables, proof.rows = len(counted), sum(counted.values())
        if to_mark:
            proof.faults += _miscounted(counted, found.manifest.rows)
        elif set(found.manifest.rows) - set(counted):
            proof.faults.append(f"tables missing: {set(found.manifest.rows) - set(counted)}")
        proof.faults += _unreadable(db, keys, counted)
    if "audit_entries" in counted:
        proof.chain = _chain(found, keys, settings, proof.faults)
    proof.seconds = found.seconds | {"look": round(time.monotonic() - began, 1)}
    return proof


def _miscounted(counted: dict[str, int], expected: dict[str, list[int]]) -> list[str]:
    return [
        f"{table} has {counted.get(table)} rows instead of {least}"
        + (f" to {most}" if most != least else "")
        for table, (least, most) in expected.items()
        if not least <= counted.get(table, -1) <= most
    ]


def _unreadable(db: psycopg.Connection, keys: KeyFile, counted: dict[str, int]) -> list[str]:
    """Whether the key file's DATA_KEY is the one the data were written with."""
    if "identities" not in counted or "DATA_KEY" not in keys.secrets:
        return []
    row = db.execute("SELECT subject FROM identities LIMIT 1").fetchone()
    try:
        if row:
            KeyRing(keys.secrets["DATA_KEY"]).decrypt(bytes(row[0]), "identities.subject")
    except DamagedData:
        return ["the key file's DATA_KEY does not open personal columns"]
    return []


def _chain(found: Restored, keys: KeyFile, settings: Mapping[str, str], faults: list[str]) -> str:
    """`./mado audit verify` on the restored database, by its exit status and closing words."""
    if "audit" not in existing() or not settings.get("PUBLIC_URL"):
        return "not checked"
    own = {name: value for name, value in keys.secrets.items() if not name.startswith("BACKUP_")}
    environment = {k: v for k, v in settings.items() if k.removesuffix("_FILE") not in own}
    url = found.dsn.replace("postgresql://", "postgresql+psycopg://", 1)
    line = [sys.executable, "-P", "-m", "launcher", "audit", "verify"]
    environment |= own | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    said = (done.stdout.strip() or done.stderr.strip()[-300:]).splitlines()
    if done.returncode != 0:
        faults.append(f"audit log: {said[0] if said else 'not verified'}")
    return said[0] if said else "not verified"


def rpo(proof: Proof, disaster: datetime) -> float:
    """Seconds of work that would be lost, had the machine gone up in smoke at `disaster`."""
    if proof.last_commit is None:
        return 0.0
    return max(0.0, (disaster - proof.last_commit.astimezone(UTC)).total_seconds())
