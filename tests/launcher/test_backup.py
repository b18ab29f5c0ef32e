"""A backup is what can be restored: from the target and the key file alone, to any moment."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from launcher import backup_acts
from launcher.backup_plan import dsn_of, write_key_file
from launcher.backup_restore import Wish, restored
from launcher.places import Places
from launcher.services import EmbeddedPostgres
from portal.core.audit import AuditEntry
from portal.core.audit_records import AuditCut, AuditLink, AuditSeal
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
    said: list[str] = field(default_factory=list)

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
        Base.metadata.create_all(
            engine, [r.__table__ for r in (*RECORDS, AuditEntry, AuditLink, AuditSeal, AuditCut)]
        )
        engine.dispose()
        keys = KeyFile((new_key(),), {"BACKUP_TARGET": str(folder / "target")})
        storage = Folder(folder / "target")
        city = City(Plan(server.dsn("mado"), storage, keys, folder / "media", 3), folder)
        city.act(
            "CREATE TABLE things AS SELECT n, md5(n::text) AS word "
            f"FROM generate_series(1, {THINGS}) n"
        )
        city.said = list(backup_acts.run(city.plan, "hand", scratch=folder))
        yield city


def things(dsn: str) -> int:
    with psycopg.connect(dsn) as db:
        row = db.execute("SELECT count(*) FROM things").fetchone()
    assert row
    return int(row[0])


def test_every_run_is_restored_on_trial(city: City) -> None:
    made, proved = city.said
    assert "2 media files" in made
    assert "rows in 7 tables" in proved
    with psycopg.connect(city.plan.dsn) as db:
        runs = db.execute("SELECT kind, outcome, figures FROM backup_runs ORDER BY started_at")
        (base, base_end, _), (verify, verify_end, figures) = runs.fetchall()[:2]
    assert (base, base_end, verify, verify_end) == ("base", "done", "verify", "done")
    assert figures["rows"] > THINGS


def test_the_copy_and_the_key_file_alone_make_the_city_again(city: City, tmp_path: Path) -> None:
    """To a moment between two changes first, then to the last change that was shipped."""
    before = city.act("DELETE FROM things WHERE n <= 10")
    city.act("DELETE FROM things WHERE n <= 1000")
    backup_acts.ship(city.plan)
    city.act("DELETE FROM things")  # never shipped: what a disaster costs
    away = tmp_path / "another machine"
    shutil.copytree(city.folder / "target", away / "copy")
    write_key_file(away / "key", city.plan.keys)
    storage, keys = Folder(away / "copy"), KeyFile.parse((away / "key").read_text())
    with restored(storage, keys, away / "pg", None, Wish(until=before, passing=True)) as found:
        assert things(found.dsn) == THINGS - 10
    told = "\n".join(
        backup_acts.restore(str(away / "copy"), away / "key", away / "city", Wish(passing=True))
    )
    assert "./mado run" in told
    places = Places(away / "city")
    assert {n: (places.media / n).read_bytes() for n in MEDIA} == MEDIA
    with EmbeddedPostgres(places.postgres, fast=True) as again:  # as ./mado run starts it
        assert things(again.dsn("mado")) == THINGS - 1000


def test_a_time_the_log_does_not_reach_is_said(city: City, tmp_path: Path) -> None:
    wish = Wish(until=datetime(2099, 1, 1, tzinfo=UTC), passing=True)
    with (
        pytest.raises(BackupError, match="the log ends with"),
        restored(city.plan.storage, city.plan.keys, tmp_path / "pg", None, wish),
    ):
        pass


def damaged(city: City, folder: Path) -> Plan:
    """A copy of the target to do harm to."""
    shutil.copytree(city.folder / "target", folder)
    return replace(city.plan, storage=Folder(folder))


def faults(plan: Plan) -> str:
    with pytest.raises(BackupError) as caught:
        list(backup_acts.read_all(plan, None))
    return str(caught.value)


def test_flipped_bytes_missing_parts_and_wrong_keys_are_named(city: City, tmp_path: Path) -> None:
    plan = damaged(city, tmp_path / "target")
    assert list(backup_acts.read_all(plan, None))
    manifest = generations.read_manifest(plan.storage, plan.keys, generations.newest(plan.storage))
    part = tmp_path / "target" / manifest.data[0].name
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    (tmp_path / "target" / manifest.media[0].name).unlink()
    hole = wal.segments(plan.storage, manifest.chain, manifest.first_segment)[1]
    plan.storage.delete(f"wal/{manifest.chain}/{hole}")
    said = faults(plan)
    assert f"{manifest.data[0].name}: damaged" in said
    assert f"{manifest.media[0].name}: is missing" in said
    assert f"{manifest.chain}/{hole}: is missing" in said
    assert said.startswith(f"{manifest.generation}: 3 damaged")
    with (
        pytest.raises(BackupError, match=f"{manifest.data[0].name}: damaged"),
        restored(plan.storage, plan.keys, tmp_path / "pg", None, Wish(passing=True)),
    ):
        pass
    other = replace(plan, keys=KeyFile((new_key(),), {}))
    with pytest.raises(WrongKeyError, match="manifest: sealed with key"):
        list(backup_acts.read_all(other, None))


def test_several_database_machines_are_one_address() -> None:
    told = dsn_of(
        "postgresql+psycopg://mado:a%20b@/mado?host=db1:5432&host=db2:5433"
        "&target_session_attrs=read-write"
    )
    found = conninfo_to_dict(told)
    assert (found["host"], found["port"]) == ("db1,db2", "5432,5433")
    assert (found["password"], found["dbname"]) == ("a b", "mado")


def test_parts_can_not_change_places_and_older_keys_still_open() -> None:
    old = KeyFile((new_key(),), {})
    sealed = old.seal("base/a/data.00000", b"plain")
    assert b"plain" not in sealed
    secrets = {"DATA_KEY": "x y", "DKIM_KEYS": "-\nabc=\n-"}
    renewed = KeyFile.parse(KeyFile((new_key(), *old.keys), secrets).text())
    assert renewed.open("base/a/data.00000", sealed) == b"plain"
    assert renewed.secrets == secrets
    with pytest.raises(BackupError, match=r"data\.00001: damaged or exchanged"):
        renewed.open("base/a/data.00001", sealed)


@pytest.mark.deep
def test_a_drill_says_what_was_lost_and_how_long_it_took(city: City) -> None:
    backup_acts.ship(city.plan)
    said = "\n".join(backup_acts.drill(city.plan, city.folder))
    assert "RPO" in said
    assert "RTO" in said
    with psycopg.connect(city.plan.dsn) as db:
        row = db.execute("SELECT figures FROM backup_runs WHERE kind = 'drill'").fetchone()
    assert row
    assert row[0]["rpo_seconds"] < 60
    assert row[0]["rto_seconds"] > 0


def test_the_fourth_generation_lets_the_first_go_with_its_log(city: City) -> None:
    """Last in the file: it changes what the others look at."""
    first = generations.newest(city.plan.storage)
    oldest_log = city.plan.storage.names("wal")[0]
    for _ in range(3):
        list(backup_acts.run(city.plan, "schedule", verify=False))
    kept = generations.generations(city.plan.storage)
    assert len(kept) == 3
    assert first not in kept
    assert not city.plan.storage.names(f"base/{first}")
    assert oldest_log not in city.plan.storage.names("wal")
    assert list(backup_acts.read_all(city.plan, kept[0]))


@pytest.mark.deep
def test_a_lost_slot_means_a_new_base_backup(city: City) -> None:
    with making.connected(city.plan) as db:
        chain = wal.chain_of(db)
        assert chain
        wal.end_chain(db, chain)
    with pytest.raises(BackupError, match="no base backup to continue"):
        backup_acts.ship(city.plan)
    list(backup_acts.run(city.plan, "schedule", verify=False))
    assert "segments" in backup_acts.ship(city.plan)
