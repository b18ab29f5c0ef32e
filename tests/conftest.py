"""Real PostgreSQL and Valkey for every test: servers once a run, a fresh database a test."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser as ChromiumBrowser
from playwright.sync_api import sync_playwright
from sqlalchemy import event
from werkzeug.routing import Rule

from launcher.browser import find_chromium
from launcher.catalogues import compile_stale
from launcher.services import EmbeddedPostgres, EmbeddedRedis
from notifications.disaster.mode import CURRENT as DISASTER_MODE
from portal.catalogue.store import VERSION as CATALOGUE_VERSION
from portal.core.settings import Settings
from portal.operations.maintenance.banner import COMING as PLANNED_STOPS
from tests.audited import watched
from tests.browser import Browser
from tests.second_servers import Notes, chosen, read_notes

PREFERENCE: Any = os.environ.get("MADO_TEST_SERVICES", "embedded")
NOTES = os.environ.get("MADO_TEST_NOTES", "")  # a whole run writes them, the second reads them
SERVERS = {"postgres", "redis_server"}
MEMORY, ROOM = Path("/dev/shm"), 3 * 1024**3
RESIDENT_HOST, STAFF_HOST = "localhost:8000", "staff.localhost:8000"


def pytest_configure(config: pytest.Config) -> None:
    """Pages speak Japanese also when pytest is called without ./mado."""
    compile_stale()
    # pytest-cov's own: measuring slows Python two- to fourfold, and what a walk through everything
    # runs is run by the tests of each part as well
    config.addinivalue_line("markers", "no_cover: coverage is not measured during this test")
    if NOTES and PREFERENCE != "system":
        notes = Notes(Path(NOTES), os.environ.get("PYTEST_XDIST_WORKER", "alone"))
        notes.listen()
        config.pluginmanager.register(notes, "mado-notes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The run on other servers is for tests that use servers: all others would say the same."""
    if PREFERENCE != "system":
        return
    names = {item.nodeid for item in items if uses_servers(item)}
    if NOTES:
        names = chosen(read_notes(Path(NOTES)), sorted(names))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in names])
    items[:] = [item for item in items if item.nodeid in names]


def uses_servers(item: pytest.Item) -> bool:
    """Whether a test asks for a server, or starts one as the launcher does."""
    wanted = SERVERS & set(getattr(item, "fixturenames", ()))
    return bool(wanted) or item.nodeid.startswith("tests/launcher/")


@pytest.fixture(scope="session")
def chromium() -> Iterator[ChromiumBrowser]:
    """The one real browser of a run: Playwright can be started once a process."""
    program = find_chromium()
    assert program, "no Chromium: ./mado test says how to get one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with (
        folder_in_memory(tmp_path_factory.mktemp("postgres")) as folder,
        EmbeddedPostgres(folder / "cluster", fast=True, preference=PREFERENCE) as server,
    ):
        yield server


@contextmanager
def folder_in_memory(otherwise: Path) -> Iterator[Path]:
    """A folder in memory where there is room: each test copies a database of 1,500 files."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield otherwise
        return
    with tempfile.TemporaryDirectory(prefix="mado-tests-", dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    folder = tmp_path_factory.mktemp("redis")
    with EmbeddedRedis(folder, fast=True, preference=PREFERENCE) as server:
        yield server


def make_settings(database_url: str, redis_url: str, folder: Path, **more: Any) -> Settings:
    """Settings of a portal under test; nothing outside is listening at the LINE and mail URLs."""
    values: dict[str, Any] = {
        "PUBLIC_URL": f"http://{RESIDENT_HOST}",
        "STAFF_URL": f"http://{STAFF_HOST}",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "a secret key for tests, long enough",
        "DATA_KEY": base64.b64encode(b"k" * 32).decode(),
        "MAIL_URL": "smtp://127.0.0.1:9",
        "LINE_AUTHORIZE_URL": "http://localhost:9",
        "LINE_API_URL": "http://localhost:9",
        "LINE_DATA_URL": "http://localhost:9",
        "LINE_LOGIN_CHANNEL_ID": "1000000001",
        "LINE_LOGIN_CHANNEL_SECRET": "login-channel-secret-for-tests-01",
        "LINE_MESSAGING_CHANNEL_ID": "1000000002",
        "LINE_MESSAGING_CHANNEL_SECRET": "messaging-channel-secret-tests-1",
        "LINE_BOT_USER_ID": "U" + "b" * 32,
        "LINE_BOT_BASIC_ID": "@mado",
        "ANSWERS_SOCKET": str(folder / "answers.sock"),
        "MEDIA_DIR": str(folder / "media"),
        "NOTICES_QUIET": "",  # else a test run at night waits for the morning
        "NOTICES_WEEKLY_CAP": 0,
        "LOG_LEVEL": "WARNING",
    }
    return Settings(**(values | more))


@pytest.fixture(scope="session")
def template_database(
    postgres: EmbeddedPostgres,
    redis_server: EmbeddedRedis,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """A database brought to the newest migration once; every test gets a copy of it."""
    from alembic import command

    from launcher.product import alembic_config
    from wsgi import create_app

    url = postgres.create_database("mado_template")
    app = create_app(make_settings(url, redis_server.url(0), tmp_path_factory.mktemp("template")))
    with app.app_context():
        command.upgrade(alembic_config(), "head")
    app.extensions["mado.database"].engine.dispose()
    return "mado_template"


@pytest.fixture
def settings(
    postgres: EmbeddedPostgres,
    redis_server: EmbeddedRedis,
    template_database: str,
    tmp_path: Path,
) -> Iterator[Settings]:
    name = f"t{uuid.uuid4().hex}"
    url = postgres.create_database(name, template=template_database)
    yield make_settings(url, redis_server.url(1), tmp_path)
    postgres.drop_database(name)


class KeptTemplates(BytecodeCache):
    """Templates compiled once a run: each test has an application of its own (0.08 s a page)."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = KeptTemplates()


class KeptBuilders:
    """URL builders compiled once a run: each of 500 routes has two, 0.2 s for every application."""

    def __init__(self) -> None:
        self.kept: dict[tuple[Any, ...], Any] = {}
        self.compile = Rule._compile_builder

    def __call__(self, rule: Rule, append_unknown: bool = True) -> Any:
        if rule.defaults:  # those are written into the builder by the rule's own converters
            return self.compile(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in self.kept:  # converters and encoding are looked up on the rule, at the call
            self.kept[key] = self.compile(rule, append_unknown)
        return self.kept[key]


BUILDERS = KeptBuilders()
Rule._compile_builder = lambda rule, unknown=True: BUILDERS(rule, unknown)  # type: ignore


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole product on a fresh database and an empty queue."""
    from wsgi import create_app

    app = create_app(settings)
    app.jinja_env.bytecode_cache = TEMPLATES
    app.extensions["mado.redis"].flushdb()
    if os.environ.get("MADO_AUDITED"):
        with watched(app) as watch:
            yield app
        assert not watch.silent, f"changed without an audit entry: {sorted(watch.silent)}"
    else:
        yield app
    app.extensions["mado.database"].engine.dispose()
    app.extensions["mado.redis"].close()


@pytest.fixture
def ctx(app: Flask) -> Iterator[Flask]:
    """An application context, for acts and records."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Raw requests to the residents' face."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A resident's strict browser."""
    return Browser(app, f"http://{RESIDENT_HOST}")


@pytest.fixture
def staff_browser(app: Flask) -> Browser:
    """A clerk's strict browser."""
    return Browser(app, f"http://{STAFF_HOST}")


@pytest.fixture
def work(app: Flask) -> Any:
    """Call it to let a real worker empty the queues (burst) in this process."""
    from rq import Queue, SimpleWorker

    def empty_queues() -> None:
        with app.app_context():
            connection = app.extensions["mado.redis"]
            queues = [Queue(name, connection=connection) for name in ("now", "bulk", "tick")]
            worker = SimpleWorker(queues, connection=connection)
            worker.work(burst=True, logging_level="ERROR")
            failed = sum(queue.failed_job_registry.count for queue in queues)
        assert not failed, f"{failed} jobs failed"

    return empty_queues


@pytest.fixture
def count_queries(app: Flask) -> Any:
    """`with count_queries() as statements:` collects the SQL sent meanwhile."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        database = app.extensions["mado.database"]
        rows, plain = database.rows, database.plain

        def noted_rows(sql: str, values: Any) -> Any:
            # Once in five seconds a process, whatever the page.
            if sql not in (CATALOGUE_VERSION, DISASTER_MODE, PLANNED_STOPS):
                statements.append(sql)
            return rows(sql, values)

        def noted_plain(session: Any, sql: str, values: Any) -> Any:
            statements.append(sql)
            return plain(session, sql, values)

        event.listen(database.engine, "before_cursor_execute", note)
        database.rows, database.plain = noted_rows, noted_plain  # they go past SQLAlchemy's events
        try:
            yield statements
        finally:
            del database.rows, database.plain
            event.remove(database.engine, "before_cursor_execute", note)

    return counting
