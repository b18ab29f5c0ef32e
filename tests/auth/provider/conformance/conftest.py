"""One city a file for the conformance modules: each brings its own tool, most share a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from launcher.services import EmbeddedPostgres, EmbeddedRedis
from portal.core.db import transaction
from portal.core.ids import new_secret
from tests.auth.people import app_code
from tests.auth.provider.tools import Tool, add_resident, add_tool, came_back, sign_in
from tests.browser import Browser, Page
from tests.conftest import RESIDENT_HOST, make_settings

MOMIJI = "momiji@home.example"
HOST = f"http://{RESIDENT_HOST}"


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


def run(app: Flask, statement: str) -> None:
    """A statement, as time or chance would change the records."""
    with app.app_context(), transaction() as session:
        session.execute(text(statement))


class Resident(Browser):
    """Somebody's browser, signed in with two factors, and the app to do so again."""

    def __init__(self, app: Flask, address: str) -> None:
        super().__init__(app, HOST)
        self.app = app
        self.secret = add_resident(app, address)
        sign_in(self, app, address, self.secret)

    def prove_again(self) -> Page:
        """The second step, a little later."""
        run(self.app, "UPDATE authenticators SET last_step = 0")
        self.get("/sign-in/second-step/totp")
        return self.submit(code=app_code(self.secret))

    def was_signed_in(self, before: timedelta) -> None:
        """Time has passed since every sign-in."""
        seconds = int(before.total_seconds())
        run(
            self.app,
            "UPDATE sessions SET authenticated_at = authenticated_at - "
            f"interval '{seconds} seconds'",
        )


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
def stranger(app: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(app, HOST)


__all__ = ["MakeTool", "Resident", "came_back", "run"]
