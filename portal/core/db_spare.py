"""Standbys to read from: for pages anyone may read, and for all pages while the primary is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from flask import g, has_request_context, request
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import OperationalError, TimeoutError

from portal.core.settings import Settings

log = structlog.get_logger(__name__)

ASK_AGAIN = 2.0  # seconds between two tries to reach a primary that is away
LOOK_EVERY = 5.0  # seconds between two looks at how far behind a standby is
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A quiet city commits once a minute (the watch): what is older than some minutes comes from a
# standby that lost its primary. Nothing left to replay says the rest.
BEHIND = """
SELECT NOT pg_is_in_recovery()
    OR coalesce(age < :lag OR (age < 180 AND received = replayed), false)
  FROM (SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS age,
               pg_last_wal_receive_lsn() AS received, pg_last_wal_replay_lsn() AS replayed) AS at
"""


class Spare:
    """Where to read from when not from the primary; nothing can be written there."""

    def __init__(
        self, settings: Settings, primary: Engine, make: Callable[[str, str], Engine]
    ) -> None:
        self._primary = primary.execution_options(isolation_level="AUTOCOMMIT")
        # Promoted meanwhile, it would take writes: only the address for writing may.
        self.engine = make(spare_url(settings), "-c default_transaction_read_only=on")
        self.autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.takes_visitors = bool(settings.DATABASE_READ_URL)
        self._lag = settings.DATABASE_READ_LAG_SECONDS
        self._lock = threading.Lock()
        self._away_until = 0.0  # 0: the primary answered when it was last asked
        self._look_at = self._fresh_until = 0.0

    def read(self) -> Connection:
        """A connection to read from: the primary's if it answers."""
        if self._worth_asking():
            try:
                connection = self._primary.connect()
            except OperationalError:
                self.primary_is_away()
            else:
                self._primary_is_back()
                return connection
        g.read_only = True
        return self.autocommit.connect()

    def away(self) -> bool:
        """Whether the primary is away right now; asks it when it was so a moment ago."""
        if not self._away_until:
            return False
        if self._worth_asking():
            try:
                self._primary.connect().close()
            except OperationalError:
                self.primary_is_away()
            else:
                self._primary_is_back()
        return bool(self._away_until)

    def for_page(self) -> Engine | None:
        """For a transaction of a page that only shows something: the spare, if it must be."""
        if not has_request_context() or request.method not in SAFE or not self.away():
            return None
        g.read_only = True
        return self.engine

    def for_visitor(self) -> Connection | None:
        """For rows of a page anyone may read, from a standby that keeps up."""
        if not self.takes_visitors or not g.get("may_lag"):
            return None
        try:
            if time.monotonic() >= self._look_at:
                self._look()
            return self.autocommit.connect() if time.monotonic() < self._fresh_until else None
        except (OperationalError, TimeoutError):
            self._fresh_until = 0.0
            return None

    def doubt(self) -> None:
        """A connection broke: the others of that moment are given up before they break too."""
        self._primary.dispose()

    def primary_is_away(self) -> None:
        """Nobody asks it for a moment."""
        if not self._away_until:
            log.error("database.primary_away")
        self._away_until = time.monotonic() + ASK_AGAIN

    def _primary_is_back(self) -> None:
        if self._away_until:
            log.warning("database.primary_back")
        self._away_until = 0.0

    def _worth_asking(self) -> bool:
        """One asks at a time: a machine that is off answers nobody, and costs seconds."""
        if not self._away_until:
            return True
        with self._lock:
            if time.monotonic() < self._away_until:
                return False
            self._away_until = time.monotonic() + ASK_AGAIN
            return True

    def _look(self) -> None:
        self._look_at = time.monotonic() + LOOK_EVERY
        with self.autocommit.connect() as connection:
            fresh = connection.execute(text(BEHIND), {"lag": self._lag}).scalar_one()
        self._fresh_until = time.monotonic() + 2 * LOOK_EVERY if fresh else 0.0


def spare_url(settings: Settings) -> str:
    """The address to read from; empty if there is only one machine."""
    if settings.DATABASE_READ_URL:
        return settings.DATABASE_READ_URL
    url = make_url(settings.DATABASE_URL)
    hosts = url.query.get("host", ())
    if "target_session_attrs" not in url.query or isinstance(hosts, str):
        return ""
    any_host = url.update_query_dict({"target_session_attrs": "prefer-standby"})
    return any_host.render_as_string(hide_password=False)
