"""Migrations are at head, reversible, and say what the records say."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from launcher.product import alembic_config
from launcher.services import EmbeddedPostgres
from portal.core.db import Base, database
from tests.conftest import make_settings

ROOT = Path(__file__).resolve().parents[2]


def test_records_and_migrations_agree(ctx: Flask) -> None:
    with database().engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert not differences


def test_migrations_run_back_to_an_empty_database(
    postgres: EmbeddedPostgres, redis_server: Any, tmp_path: Path
) -> None:
    from wsgi import create_app

    app = create_app(
        make_settings(postgres.create_database("mado_back"), redis_server.url(2), tmp_path)
    )
    with app.app_context():
        command.upgrade(alembic_config(), "head")
        command.downgrade(alembic_config(), "base")
        assert inspect(database().engine).get_table_names() == ["alembic_version"]
        command.upgrade(alembic_config(), "head")
        database().engine.dispose()
    postgres.drop_database("mado_back")


def test_the_database_understands_japanese(ctx: Flask) -> None:
    """Without a UTF-8 LC_CTYPE trigram search silently finds no Japanese (facts/runtime.md)."""
    with database().engine.connect() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
        assert (
            connection.execute(text("SELECT similarity('児童手当', '児童手当の申請')")).scalar()
            > 0.3
        )


def test_every_rung_job_exists_and_every_queue_is_worked() -> None:
    from importlib import import_module

    from portal.core.jobs import QUEUES

    jobs, queues = set(), set()
    for package in ("portal", "auth", "notifications", "chatbot"):
        for path in (ROOT / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(source)):
                if not isinstance(node, ast.Call):
                    continue
                name = ast.unparse(node.func)
                if not re.search(r"\bring(_now)?$", name):
                    continue
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and "." in str(argument.value):
                        jobs.add(argument.value)
                for keyword in node.keywords:
                    if keyword.arg == "queue" and isinstance(keyword.value, ast.Constant):
                        queues.add(keyword.value.value)
    assert jobs
    for job in jobs:
        module, _, function = job.rpartition(".")
        assert callable(getattr(import_module(module), function)), job
    assert queues <= set(QUEUES)
