"""The other machine takes over: a standby of PostgreSQL, a replica of the queue, no new setting."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg.conninfo import make_conninfo
from redis import RedisError

from launcher import failover_acts
from launcher.backup_plan import dsn_of, programs
from launcher.failover_acts import Machine
from launcher.services import EmbeddedPostgres, EmbeddedRedis, find_redis
from portal.core.queue_url import connect, sentinels
from standins.processes import free_port
from tests.conftest import make_settings

PATIENCE = 30.0


def until(true: Callable[[], bool]) -> float:
    """Waits; returns how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.05)
    return time.monotonic() - began


def test_addresses_of_sentinels() -> None:
    assert sentinels(":secret@a:1,b:2,c") == [("a", 1), ("b", 2), ("c", 26379)]


@pytest.mark.deep
def test_the_standby_takes_over_with_everything_committed(
    tmp_path: Path, redis_server: EmbeddedRedis
) -> None:
    """Primary killed, standby promoted: the same settings find it, nothing told is lost."""
    from alembic import command

    from launcher.product import alembic_config
    from portal.core.db import transaction
    from wsgi import create_app

    with EmbeddedPostgres(tmp_path / "one") as primary:
        primary.create_database("mado")
        standby = follow(primary, tmp_path / "two")
        with standby:
            hosts = "".join(f"host={each._socket}&" for each in (primary, standby))
            url = f"postgresql+psycopg://mado@/mado?{hosts}target_session_attrs=read-write"
            app = create_app(make_settings(url, redis_server.url(3), tmp_path))
            with app.app_context():
                command.upgrade(alembic_config(), "head")
                with transaction() as session:
                    session.connection().exec_driver_sql("CREATE TABLE told AS SELECT 1 AS n")
            assert page(app, "/health/ready") == 200
            until(lambda: caught_up(primary))
            refuses_without_need(failover_acts.split(dsn_of(url)), tmp_path)
            primary.stop()
            assert until(lambda: state(app) == "read only") < 10  # the standby is there to read
            two = failover_acts.split(dsn_of(url))
            told = list(failover_acts.promote(two, two[0].name, "true", 0))
            assert "stands in the operation log" in "".join(told)
            took = until(lambda: state(app) == "ok")
            assert took < 10
            assert page(app, "/") == 200
            with app.app_context(), transaction() as session:
                count = session.connection().exec_driver_sql("UPDATE told SET n = 2").rowcount
            assert count == 1
            app.extensions["mado.database"].dispose()
            app.extensions["mado.redis"].close()


def refuses_without_need(two: list[Machine], folder: Path) -> None:
    """Nobody is promoted beside a primary that lives, whoever says that it is gone."""
    roles = [one.role for one in failover_acts.look(two)]
    assert roles == ["primary", "standby"]
    first, second = two
    for machines, gone, why in (
        (two, first.name, "is the primary and answers"),
        (two, "elsewhere", "is no machine of DATABASE_URL"),
        # From here the primary cannot be reached, but the standby hears it.
        ([Machine("away", make_conninfo(first.dsn, host=str(folder))), second], "away", "hears"),
        ([Machine("away", make_conninfo(first.dsn, host=str(folder)))], "away", "no standby"),
    ):
        with pytest.raises(failover_acts.Refused, match=why):
            list(failover_acts.promote(machines, gone, None, 0))


def test_addresses_of_machines() -> None:
    found = failover_acts.split("host=a,b port=5432,5433 user=mado target_session_attrs=any")
    assert [one.name for one in found] == ["a", "b"]
    assert "port=5433" in found[1].dsn
    twice = failover_acts.split("host=a,a port=1,2", "user=mado_backup password=x")
    assert [one.name for one in twice] == ["a:1", "a:2"]
    assert "user=mado_backup" in twice[0].dsn


def follow(primary: EmbeddedPostgres, folder: Path) -> EmbeddedPostgres:
    """A streaming standby, as the playbook makes one."""
    folder.mkdir(mode=0o700)
    line = [str(programs(18).basebackup), "-d", primary.dsn("mado"), "-D", str(folder / "cluster")]
    subprocess.run([*line, "-R", "-X", "stream", "--checkpoint=fast"], check=True)
    return EmbeddedPostgres(folder)


def caught_up(primary: EmbeddedPostgres) -> bool:
    with psycopg.connect(primary.dsn("mado")) as db:
        found = db.execute(
            "SELECT bool_and(replay_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication"
        ).fetchone()
    return bool(found and found[0])


def page(app: Flask, path: str) -> int:
    return app.test_client().get(path, base_url="http://localhost:8000").status_code


def state(app: Flask) -> str:
    """What the portal tells a balancer."""
    client = app.test_client()
    answer = client.get("/health/ready", base_url="http://localhost:8000").get_json()
    return str(answer["status"])


@contextmanager
def server(folder: Path, name: str, port: int, *lines: str) -> Iterator[subprocess.Popen[bytes]]:
    """A queue server or a sentinel on a port."""
    config = folder / f"{name}.conf"
    config.write_text("\n".join([f"port {port}", "bind 127.0.0.1", f"dir {folder}", *lines, ""]))
    sentinel = ["--sentinel"] if "sentinel" in name else []
    process = subprocess.Popen(
        [str(find_redis().path), str(config), *sentinel],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.deep
def test_the_queue_moves_to_its_replica(tmp_path: Path) -> None:
    one, two, watch = free_port(), free_port(), free_port()
    login = ["requirepass secret", "masterauth secret", 'save ""']
    with ExitStack() as stack:
        first = stack.enter_context(server(tmp_path, "one", one, *login))
        stack.enter_context(server(tmp_path, "two", two, *login, f"replicaof 127.0.0.1 {one}"))
        stack.enter_context(
            server(
                tmp_path,
                "sentinel",
                watch,
                f"sentinel monitor mado 127.0.0.1 {one} 1",
                "sentinel auth-pass mado secret",
                "requirepass secret",
                "sentinel down-after-milliseconds mado 500",
                "sentinel failover-timeout mado 3000",
            )
        )
        queue = connect(f"redis+sentinel://:secret@127.0.0.1:{watch}/mado")

        def answers() -> bool:
            try:
                return bool(queue.ping())
            except RedisError:
                return False

        def replicated() -> bool:
            return answers() and queue.info("replication")["connected_slaves"] == 1

        until(replicated)
        queue.set("rung", "1")
        until(lambda: queue.wait(1, 200) >= 1)  # less than a client waits for an answer
        until(lambda: watched(watch))
        first.kill()
        assert until(answers) < PATIENCE
        assert queue.get("rung") == b"1"
        queue.close()


def watched(port: int) -> bool:
    """Whether the sentinel has heard of the replica."""
    from redis import Redis

    with Redis(port=port, password="secret") as sentinel:
        return bool(sentinel.sentinel_slaves("mado"))
