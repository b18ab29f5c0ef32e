"""A backup is what can be restored: from the target and the key file alone, to any moment."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from launcher import backup_acts
from launcher.backup_plan import write_key_file
from launcher.backup_restore import Wish, restored
from launcher.places import Places
from launcher.services import EmbeddedPostgres
from portal.core.db import Base
from portal.operations.backups import generations, making, wal
from portal.operations.backups.making import Plan
from portal.operations.backups.models import RECORDS
from portal.operations.backups.sealing import BackupError, KeyFile, WrongKeyError, new_key
from portal.operations.backups.storage import Folder

MEDIA = {"report/a.jpg": b"picture", "report/b.jpg": b"another"}
THINGS = 5_000


@dataclass
class City:
    """A database with something in it, and where it is backed up."""

    plan: Plan
    folder: Path

    def act(self, statement: str) -> datetime:
        """One transaction; returns a moment after it."""
        with psycopg.connect(self.plan.dsn, autocommit=True) as db:
            db.execute(statement.encode())
        time.sleep(0.02)
        return datetime.now(UTC)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    from sqlalchemy import create_engine

    folder = tmp_path_factory.mktemp("backup")
    for name, content in MEDIA.items():
        (folder / "media" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "media" / name).write_bytes(content)
    with EmbeddedPostgres(folder / "postgres", fast=True) as server:
        url = server.create_database("mado")
        engine = create_engine(url)
        Base.metadata.create_all(engine, [record.__table__ for record in RECORDS])
        engine.dispose()
        keys = KeyFile((new_key(),), {"BACKUP_TARGET": str(folder / "target")})
        storage = Folder(folder / "target")
        city = City(Plan(server.dsn("mado"), storage, keys, folder / "media", 3), folder)
        city.act(
            "CREATE TABLE things AS SELECT n, md5(n::text) AS word "
            f"FROM generate_series(1, {THINGS}) n"
        )
        city.said = list(backup_acts.run(city.plan, "hand", scratch=folder))  # type: ignore[attr-defined]
        yield city


def things(dsn: str) -> int:
    with psycopg.connect(dsn) as db:
        row = db.execute("SELECT count(*) FROM things").fetchone()
    assert row
    return int(row[0])


def test_every_run_is_restored_on_trial(city: City) -> None:
    made, proved = city.said  # type: ignore[attr-defined]
    assert "2 media files" in made
    assert "rows in 3 tables" in proved
    with psycopg.connect(city.plan.dsn) as db:
        runs = db.execute("SELECT kind, outcome, figures FROM backup_runs ORDER BY started_at")
        (base, base_end, _), (verify, verify_end, figures) = runs.fetchall()[:2]
    assert (base, base_end, verify, verify_end) == ("base", "done", "verify", "done")
    assert figures["rows"] > THINGS
