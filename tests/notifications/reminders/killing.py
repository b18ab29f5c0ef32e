"""The database ends the connection amid a transaction, as a killed worker or server would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from portal.core.db import read


@contextmanager
def killed_at(action: str) -> Iterator[None]:
    """Whoever writes this audit entry loses the connection before its commit."""
    read().execute(
        text(
            "CREATE FUNCTION end_here() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'"
        )
    )
    read().execute(
        text(
            "CREATE TRIGGER end_here BEFORE INSERT ON audit_entries FOR EACH ROW "
            f"WHEN (NEW.action = '{action}') EXECUTE FUNCTION end_here()"
        )
    )
    yield
    read().execute(text("DROP FUNCTION end_here CASCADE"))
