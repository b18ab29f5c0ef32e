"""Records what came of each letter before the next one leaves; cheap, and sure all the same.

A commit that need not wait for the disk outlives a killed worker. A killed PostgreSQL may forget
the last of them, so they are kept here until a commit that did wait has come after them (the log
is written in order), and are written again once the database is back.
"""

from __future__ import annotations

import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from portal.core.clock import now
from portal.core.db import database

log = structlog.get_logger(__name__)

PATIENCE = 300  # seconds for a database to come back; the job's own time is longer
PAUSE = 0.5

# What was handed over is sent, whatever else was decided about the row meanwhile.
SENT = text(
    "UPDATE deliveries SET sent_at = :at, failed_at = NULL, error = NULL "
    "WHERE notice_id = :notice AND resident_id = :resident AND sent_at IS NULL"
)
FAILED = text(
    "UPDATE deliveries SET failed_at = :at, error = :error "
    "WHERE notice_id = :notice AND resident_id = :resident "
    "AND sent_at IS NULL AND failed_at IS NULL"
)
LATER = text(
    "UPDATE deliveries SET next_try_at = :at, error = :error "
    "WHERE notice_id = :notice AND resident_id = :resident "
    "AND sent_at IS NULL AND failed_at IS NULL"
)


class Recorder:
    """One connection for outcomes: `with Recorder() as recorder: recorder.sent(…)`."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._unsettled: list[tuple[Any, dict[str, object]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and self._unsettled:
            self._write_again()
        self._close()

    def settled(self) -> None:
        """A commit that waited for the disk has come after everything recorded so far."""
        self._unsettled.clear()

    def sent(self, notice: UUID, resident: UUID) -> None:
        """The relay has taken the letter."""
        self._record(SENT, notice=notice, resident=resident, at=now())

    def failed(self, notice: UUID, resident: UUID, error: str) -> None:
        """The letter can not be delivered."""
        self._record(FAILED, notice=notice, resident=resident, at=now(), error=error)

    def later(self, notice: UUID, resident: UUID, at: object, error: str) -> None:
        """The letter's turn comes again."""
        self._record(LATER, notice=notice, resident=resident, at=at, error=error)

    def _record(self, statement: Any, **values: object) -> None:
        self._unsettled.append((statement, values))
        try:
            self._open().execute(statement, values)
        except SQLAlchemyError:
            self._write_again()

    def _write_again(self) -> None:
        """Everything since the last sure commit, as soon as the database is there again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self._close()
            try:
                with database().engine.begin() as connection:  # this commit waits for the disk
                    for statement, values in self._unsettled:
                        connection.execute(statement, values)
            except SQLAlchemyError:
                if time.monotonic() > deadline:
                    log.exception("notice.outcomes_lost", rows=len(self._unsettled))
                    raise
                time.sleep(PAUSE)
            else:
                log.warning("notice.outcomes_written_again", rows=len(self._unsettled))
                self.settled()
                return

    def _open(self) -> Connection:
        if self._connection is None:
            connection = database().autocommit.connect()
            connection.execute(text("SET synchronous_commit = off"))
            self._connection = connection
        return self._connection

    def _close(self) -> None:
        """Give the connection back as it was; a broken one is thrown away."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.execute(text("RESET synchronous_commit"))
        except SQLAlchemyError:  # also "can't reconnect", which is none of the database's errors
            connection.invalidate()
        with suppress(SQLAlchemyError):
            connection.close()
