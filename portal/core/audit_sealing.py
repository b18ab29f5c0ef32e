"""The sealer: chains committed audit entries in batches, so that no write waits for a hash.

Entries get their ids before they commit, so one may appear that is older than sealed ones. The
chain's order is therefore the order of sealing, and each pass looks back as far as a transaction
can possibly have taken.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.audit_chain import BEGINNING, COLUMNS, linked, spelled
from portal.core.audit_records import AuditCut, AuditSeal
from portal.core.clock import now
from portal.core.db import plain, transaction
from portal.core.ids import new_id
from portal.core.signing import signing_keys

log = structlog.get_logger(__name__)

LOCK = 0x4D534541  # advisory lock number: one sealer at a time
BATCH = 2_000
SECONDS = 20.0  # of one tick
# No transaction lives longer: jobs end after ten minutes, idle ones after one.
LATEST = timedelta(hours=1)

UNSEALED = f"""
SELECT {", ".join(f"e.{name}" for name in COLUMNS)} FROM audit_entries e
WHERE e.id >= %(floor)s AND NOT EXISTS (
  SELECT FROM audit_links l WHERE l.entry_id = e.id AND l.entry_id >= %(floor)s
)
ORDER BY e.id LIMIT %(most)s
"""  # noqa: S608  (columns of our own)
LINK = """
INSERT INTO audit_links (position, entry_id, before, hash)
SELECT * FROM unnest(
  %(positions)s::bigint[], %(ids)s::uuid[], %(befores)s::bytea[], %(hashes)s::bytea[]
)
"""


def seal(*, late: bool = False) -> int:
    """A tick: seal what is committed; returns how many entries.

    `late`: also those that came more than an hour after their time, which only an operator
    decides who has looked at them.
    """
    total, until = 0, time.monotonic() + SECONDS
    while True:
        done = _batch(late)
        total += done
        if done < BATCH or time.monotonic() > until:
            return total


def newest_seal(session: Session) -> AuditSeal | None:
    """The last seal."""
    return session.scalars(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).first()


def floor_of(complete_at: datetime | None) -> UUID:
    """The smallest id (UUIDv7) that may still come, after everything was sealed at this moment."""
    if complete_at is None:
        return UUID(int=0)
    milliseconds = int((complete_at - LATEST).timestamp() * 1000)
    return UUID(int=milliseconds << 80)


def moment_of(entry_id: UUID) -> datetime:
    """When an id (UUIDv7, RFC 9562 §5.7) was made, by the clock all ids are made by."""
    return datetime.fromtimestamp((entry_id.int >> 80) / 1000, UTC)


def _batch(late: bool) -> int:
    with transaction() as session:
        locked = text("SELECT pg_try_advisory_xact_lock(:n)")
        if not session.execute(locked, {"n": LOCK}).scalar():
            return 0
        started = moment_of(new_id())
        before = newest_seal(session)
        complete_at = before.complete_at if before else None
        floor = UUID(int=0) if late else floor_of(complete_at)
        found = plain(session, UNSEALED, {"floor": floor, "most": BATCH}).fetchall()
        if not found:
            return 0
        position, end = _link(session, before, found)
        made = AuditSeal(
            number=before.number + 1 if before else 1,
            position=position,
            hash=end,
            late=late,
            complete_at=started if len(found) < BATCH else complete_at,
            sealed_at=now(),
        )
        sign(made)
        session.add(made)
        log.info("audit.sealed", seal=made.number, position=position, hash=end.hex())
        return len(found)


def sign(made: AuditSeal | AuditCut) -> None:
    """Put our signature under a seal or a cut."""
    kind = "audit-seal" if isinstance(made, AuditSeal) else "audit-cut"
    signature = signing_keys().sign(kind, made.said())
    made.key, made.signature = signature.key, signature.value


def _link(
    session: Session, before: AuditSeal | None, found: Sequence[tuple[Any, ...]]
) -> tuple[int, bytes]:
    position, end = (before.position, bytes(before.hash)) if before else (0, BEGINNING)
    first, hashes = position + 1, [end]
    for position, values in enumerate(found, first):
        hashes.append(linked(hashes[-1], position, spelled(values)))
    rows = {
        "positions": list(range(first, position + 1)),
        "ids": [values[0] for values in found],
        "befores": hashes[:-1],
        "hashes": hashes[1:],
    }
    plain(session, LINK, rows)
    return position, hashes[-1]
