"""Alembic's entry: one history for all packages, run inside the application."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import text
from sqlalchemy.types import TypeDecorator

from portal.core.db import Base, database

LOCK = 0x4D494752  # only one migration at a time, however many hosts start together


def plain_type(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Migrations name what the database stores, not our Python types."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    """Run the migrations in one transaction."""
    with database().engine.connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": LOCK})
        connection.commit()
        try:
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                compare_type=True,
                render_item=plain_type,
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": LOCK})
            connection.commit()


run()
