"""The chain over audit entries: what is hashed, and in which spelling."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import Any

from portal.core.signing import canonical

BEGINNING = bytes(32)  # the hash before the first entry
COLUMNS: tuple[str, ...] = ("id", "at", "actor_kind", "actor_id", "action")
COLUMNS += ("subject_kind", "subject_id", "request_id", "details")


def spelled(values: tuple[Any, ...]) -> bytes:
    """Canonical bytes of an entry's COLUMNS: the same from a dump restored elsewhere."""
    entry_id, at, kind, actor, *rest = values
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return canonical([str(entry_id), moment, kind, str(actor) if actor else None, *rest])


def linked(before: bytes, position: int, entry: bytes) -> bytes:
    """The hash (SHA-256) at a place, from the hash before it and the entry's canonical bytes."""
    return hashlib.sha256(before + position.to_bytes(8, "big") + entry).digest()
