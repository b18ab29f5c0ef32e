"""A database whose index is built once for all tests of the box."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from launcher.services import EmbeddedPostgres, EmbeddedRedis
from portal.core.settings import Settings
from portal.search.indexing import refresh
from tests.conftest import make_settings


@pytest.fixture(scope="session")
def indexed_database(
    postgres: EmbeddedPostgres,
    redis_server: EmbeddedRedis,
    template_database: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The shipped sources, read aloud once."""
    from wsgi import create_app

    url = postgres.create_database("mado_indexed", template=template_database)
    app = create_app(make_settings(url, redis_server.url(0), tmp_path_factory.mktemp("indexed")))
    with app.app_context():
        assert refresh() > 100
    app.extensions["mado.database"].engine.dispose()
    return "mado_indexed"


@pytest.fixture
def settings(
    postgres: EmbeddedPostgres,
    redis_server: EmbeddedRedis,
    indexed_database: str,
    tmp_path: Path,
) -> Iterator[Settings]:
    """As everywhere, on a copy of the indexed database."""
    name = f"t{uuid.uuid4().hex}"
    url = postgres.create_database(name, template=indexed_database)
    yield make_settings(url, redis_server.url(1), tmp_path)
    postgres.drop_database(name)


@pytest.fixture
def empty_index(app: Flask) -> Flask:
    """The application before anything is indexed."""
    from sqlalchemy import text

    from portal.core.db import transaction

    with app.app_context(), transaction() as session:
        session.execute(
            text("TRUNCATE search_documents, search_grams, search_words, search_sources")
        )
    return app
