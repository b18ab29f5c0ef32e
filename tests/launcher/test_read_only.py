"""The primary is away: pages are read from the standby, nothing typed is lost, then it goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg
import pytest
from alembic import command
from flask import Flask
from sqlalchemy import text

from launcher.product import alembic_config
from launcher.services import EmbeddedPostgres, EmbeddedRedis
from portal.core.db import database, transaction
from tests.conftest import make_settings
from tests.launcher.test_failover import caught_up, follow, until
from tests.portal.signing_in import resident_born, sign_in

pytestmark = pytest.mark.deep

PUBLIC = ("/", "/services", "/facilities", "/search?q=児童手当", "/certificates", "/news")
OWN = ("/my", "/family", "/account/profile", "/my/todos/new")
TODO, BASE = "/my/todos/new", "http://localhost:8000"
ORIGIN = {"Origin": BASE}


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "one") as server:
        server.create_database("mado")
        yield server


@pytest.fixture
def standby(primary: EmbeddedPostgres, tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with follow(primary, tmp_path / "two") as server:
        yield server


@contextmanager
def portal(url: str, redis_server: EmbeddedRedis, folder: Path, **more: str) -> Iterator[Flask]:
    from wsgi import create_app

    app = create_app(make_settings(url, redis_server.url(3), folder, **more))
    with app.app_context():
        command.upgrade(alembic_config(), "head")
    try:
        yield app
    finally:
        app.extensions["mado.database"].dispose()
        app.extensions["mado.redis"].close()


@pytest.fixture
def city(
    primary: EmbeddedPostgres,
    standby: EmbeddedPostgres,
    redis_server: EmbeddedRedis,
    tmp_path: Path,
) -> Iterator[Flask]:
    hosts = "".join(f"host={each._socket}&" for each in (primary, standby))
    url = f"postgresql+psycopg://mado@/mado?{hosts}target_session_attrs=read-write"
    with portal(url, redis_server, tmp_path) as app:
        yield app


def test_pages_stay_and_what_was_typed_is_sent_after_the_failover(
    city: Flask, primary: EmbeddedPostgres, standby: EmbeddedPostgres
) -> None:
    browser = sign_in(city, resident_born(city, date(1990, 4, 2)))
    for path in (*PUBLIC, *OWN):
        assert browser.get(path).status == 200, path
    token = token_of(browser.client.get(TODO, base_url=BASE).get_data(as_text=True))
    until(lambda: caught_up(primary))
    primary.stop()

    browser.get("/my")  # may have stood on a connection that broke under it
    for path in (*PUBLIC, *OWN):
        page = browser.get(path)
        assert page.status == 200, path
        assert "ただいま、見ることだけできます" in page.text, path
        assert "Set-Cookie" not in page.response.headers
    assert browser.get("/health/ready").response.get_json()["status"] == "read only"

    sent = {"csrf_token": token, "title": "種まきの申込み", "day": "", "person": "", "note": ""}
    refused = browser.client.post(TODO, data=sent, headers=ORIGIN, base_url=BASE)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "60"
    body = refused.get_data(as_text=True)
    assert "保存はされていません。" in body
    assert '<li class="keep-lines">種まきの申込み</li>' in body
    evil = {"Origin": "http://evil.example"}
    elsewhere = browser.client.post(TODO, data=sent, headers=evil, base_url=BASE)
    assert elsewhere.status_code == 503
    assert "種まきの申込み" not in elsewhere.get_data(as_text=True)

    with psycopg.connect(standby.dsn("mado"), autocommit=True) as db:
        db.execute("SELECT pg_promote()")
    taken = until(lambda: browser.get("/health/ready").response.get_json()["status"] == "ok")
    assert taken < 10
    kept = {"csrf_token": token_of(body), **{name: sent[name] for name in sent if name in body}}
    again = browser.client.post(TODO, data=kept, headers=ORIGIN, base_url=BASE)
    assert again.status_code == 303
    page = browser.get("/my")
    assert "種まきの申込み" in page.text
    assert "見ることだけ" not in page.text


def token_of(page: str) -> str:
    """The form's own token."""
    found = re.search(r'main.*?name="csrf_token" [^>]*value="([^"]+)"', page, re.S)
    assert found
    return found[1]


def test_visitors_read_from_the_replica_and_from_the_primary_when_it_is_gone(
    primary: EmbeddedPostgres,
    standby: EmbeddedPostgres,
    redis_server: EmbeddedRedis,
    tmp_path: Path,
) -> None:
    more = {"DATABASE_READ_URL": standby.url("mado")}
    with portal(primary.url("mado"), redis_server, tmp_path, **more) as app:
        until(lambda: caught_up(primary))
        client = app.test_client()
        for _ in range(3):
            assert client.get("/facilities", base_url=BASE).status_code == 200
        assert asked_by_portal(standby)
        standby.stop()
        for _ in range(3):
            page = client.get("/facilities", base_url=BASE)
            assert page.status_code == 200
            assert "見ることだけ" not in page.get_data(as_text=True)


def asked_by_portal(server: EmbeddedPostgres) -> int:
    """Connections whose last question was about facilities."""
    with psycopg.connect(server.dsn("mado"), autocommit=True) as db:
        asked = "SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query <> ''"
        found = [query for (query,) in db.execute(asked)]
    assert any("facilities" in query for query in found), found
    return len(found)


def test_nothing_is_written_by_the_address_for_reading(city: Flask) -> None:
    with city.app_context():
        spare = database().spare
        assert spare is not None
        with spare.autocommit.connect() as connection:
            assert connection.execute(text("SHOW default_transaction_read_only")).scalar() == "on"
        with transaction() as session:
            assert not session.connection().exec_driver_sql("SELECT pg_is_in_recovery()").scalar()
