"""One city a file for the conformance modules: each brings its own tool, most share a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from launcher.services import EmbeddedPostgres, EmbeddedRedis
from portal.core.ids import new_secret
from tests.auth.provider.conformance.fapi import Fapi
from tests.auth.provider.conformance.resident import HOST, Resident, run
from tests.auth.provider.tools import Tool, add_tool
from tests.browser import Browser
from tests.conftest import make_settings

MOMIJI = "momiji@home.example"


@pytest.fixture(scope="module")
def app(
    postgres: EmbeddedPostgres,
    redis_server: EmbeddedRedis,
    template_database: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """The product, on a database that the modules of one file share."""
    from wsgi import create_app

    name = f"conformance_{new_secret()[:12].lower().replace('-', '_')}"
    url = postgres.create_database(name, template=template_database)
    app = create_app(make_settings(url, redis_server.url(2), tmp_path_factory.mktemp("city")))
    app.extensions["mado.redis"].flushdb()
    yield app
    app.extensions["mado.database"].engine.dispose()
    app.extensions["mado.redis"].close()
    postgres.drop_database(name)


@pytest.fixture(autouse=True)
def _uncounted(app: Flask) -> None:
    """Modules are refused often, and not by one tool: nobody's tries are counted on."""
    app.extensions["mado.redis"].flushdb()
    run(app, "DELETE FROM sign_in_attempts")


@pytest.fixture(scope="module")
def momiji(app: Flask) -> Resident:
    """Signed in, for modules that leave it so."""
    return Resident(app, MOMIJI)


@pytest.fixture
def newcomer(app: Flask) -> Resident:
    """A resident of this module alone."""
    return Resident(app, f"{new_secret()[:10].lower()}@home.example")


MakeTool = Callable[..., Tool]


@pytest.fixture
def make(app: Flask) -> MakeTool:
    """A tool with other settings than the usual ones."""
    return lambda **values: add_tool(app, **values)


@pytest.fixture
def fapi(make: MakeTool, momiji: Resident) -> Fapi:
    """A tool of the shape of FAPI 2.0."""
    return Fapi(make(auth_method="private_key_jwt", par=True, dpop=True), momiji)


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(app, HOST)
