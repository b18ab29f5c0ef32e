"""The local servers: real ones, stopped cleanly, found again after a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
import sqlalchemy

from launcher.services import (
    AlreadyRunningError,
    EmbeddedPostgres,
    EmbeddedRedis,
    NotInstalledError,
    ServiceError,
    find_postgres,
    find_redis,
    programs,
)
from launcher.services.process import command_line


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("pg"), fast=True) as server:
        yield server


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(tmp_path / "valkey") as server:
        yield server


def test_sqlalchemy_reads_japanese_trigrams(postgres: EmbeddedPostgres) -> None:
    engine = sqlalchemy.create_engine(postgres.create_database("trigrams"))
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE EXTENSION pg_trgm"))
        found = connection.scalar(sqlalchemy.text("SELECT similarity('児童手当', '児童手当の')"))
    engine.dispose()
    assert found is not None
    assert found > 0.5


def test_a_template_is_copied(postgres: EmbeddedPostgres) -> None:
    postgres.create_database("pattern")
    with psycopg.connect(postgres.dsn("pattern")) as connection:
        connection.execute("CREATE TABLE desk (name text)")
    postgres.create_database("copy", template="pattern")
    with psycopg.connect(postgres.dsn("copy")) as connection:
        assert connection.execute("SELECT count(*) FROM desk").fetchone() == (0,)
    postgres.drop_database("copy")
    assert not postgres.has_database("copy")
    assert postgres.has_database("pattern")


def test_no_tcp_port_is_opened(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.dsn("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_second_owner_is_told_who_runs_it(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(AlreadyRunningError, match=str(os.getpid())):
        EmbeddedPostgres(postgres.folder).start()
    assert postgres.alive()


def test_queue_data_survive_a_stop(valkey: EmbeddedRedis) -> None:
    with redis.Redis.from_url(valkey.url()) as client:
        client.set("ring", "fan_out")
    valkey.stop()
    assert not valkey.alive()
    valkey.start()
    with redis.Redis.from_url(valkey.url()) as client:
        assert client.get("ring") == b"fan_out"


@pytest.mark.parametrize("name", ["まど 窓口", "x" * 120])
def test_odd_and_long_paths(tmp_path: Path, name: str) -> None:
    with (
        EmbeddedPostgres(tmp_path / name / "pg", fast=True) as pg,
        EmbeddedRedis(tmp_path / name / "valkey") as valkey,
        psycopg.connect(pg.dsn("postgres")) as connection,
        redis.Redis.from_url(valkey.url()) as client,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert client.ping()


def test_other_data_than_the_program_reads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(ServiceError, match="were written by PostgreSQL 9"):
        EmbeddedPostgres(tmp_path).start()


def test_an_unknown_preference_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADO_SERVICES", "sideways")
    with pytest.raises(ServiceError, match="embedded or system"):
        EmbeddedRedis(tmp_path).start()


def test_a_bare_machine_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "DEBIAN_POSTGRES", tmp_path)
    monkeypatch.setattr(programs, "HOMEBREW", ())
    with pytest.raises(NotInstalledError, match="apt-get install postgresql"):
        find_postgres("system")


OWNER = """
import sys, time
from pathlib import Path
from launcher.services import EmbeddedPostgres, EmbeddedRedis
pg = EmbeddedPostgres(Path(sys.argv[1]) / "pg").start()
valkey = EmbeddedRedis(Path(sys.argv[1]) / "valkey").start()
print(pg.create_database("kept"), pg.pid, valkey.pid, flush=True)
time.sleep(60)
"""


def killed_owner(folder: Path) -> tuple[int, int]:
    """Starts both servers in another process, kills that without warning, names the servers."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, folder], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        _, first, second = owner.stdout.readline().split()
        owner.send_signal(signal.SIGKILL)
    return int(first), int(second)


def wait_until_gone(*pids: int) -> None:
    deadline = time.monotonic() + 20
    while any(command_line(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_owner_leaves_no_server_and_no_damage(tmp_path: Path) -> None:
    wait_until_gone(*killed_owner(tmp_path))
    with EmbeddedPostgres(tmp_path / "pg") as pg, EmbeddedRedis(tmp_path / "valkey"):
        assert pg.has_database("kept")


def test_an_orphan_is_stopped_at_the_next_start(tmp_path: Path) -> None:
    """Where the system has no death signal, the server lives on; the pid file finds it."""
    arguments = EmbeddedRedis(tmp_path)._arguments()
    orphan = subprocess.Popen([find_redis().path, *arguments], stdout=subprocess.DEVNULL)
    (tmp_path / "server.pid").write_text(str(orphan.pid))
    with EmbeddedRedis(tmp_path) as server:
        assert orphan.wait(timeout=20) in (0, -signal.SIGTERM)
        assert server.alive()


def test_a_reused_process_number_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (tmp_path / "server.pid").write_text(str(stranger.pid))
        with EmbeddedRedis(tmp_path):
            assert stranger.poll() is None
        stranger.kill()
