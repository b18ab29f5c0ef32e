"""The database goes away under a signed-in resident: clear pages, and back without restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask

from launcher.catalogues import compile_stale
from launcher.product import alembic_config
from launcher.services import EmbeddedPostgres, EmbeddedRedis
from tests.conftest import PREFERENCE, make_settings
from tests.portal.signing_in import new_resident, sign_in


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A database server of this test alone, to be stopped under the portal."""
    with EmbeddedPostgres(tmp_path / "postgres", fast=True, preference=PREFERENCE) as server:
        yield server


@pytest.fixture
def city(server: EmbeddedPostgres, redis_server: EmbeddedRedis, tmp_path: Path) -> Iterator[Flask]:
    from wsgi import create_app

    compile_stale()
    url = server.create_database("mado")
    app = create_app(make_settings(url, redis_server.url(3), tmp_path))
    with app.app_context():
        command.upgrade(alembic_config(), "head")
    yield app
    app.extensions["mado.database"].engine.dispose()
    app.extensions["mado.redis"].close()


def test_a_resident_sees_a_clear_page_and_is_still_signed_in_afterwards(
    city: Flask, server: EmbeddedPostgres
) -> None:
    browser = sign_in(city, new_resident(city))
    assert browser.get("/family").status == 200
    server.stop()
    for _ in range(3):  # the first finds a broken connection, the others none at all
        page = browser.get("/family", follow=False)
        assert page.status == 503
        assert page.heading == "いまご利用いただけません"
        assert "default-src 'none'" in page.response.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in page.response.headers
    with browser.client.get("/static/css/base.css") as style:
        assert style.status_code == 200
    server.start()
    assert browser.get("/family").status == 200
