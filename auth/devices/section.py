"""The remembered devices on the security page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from auth.devices import cookie, knowing


def values(resident_id: UUID) -> dict[str, Any]:
    """Each with its kind, its last use, until when, and whether one sits at it."""
    shown = cookie.shown()
    found = [
        {"id": key, "kind": kind, "used_at": used_at, "until": until, "here": key in shown}
        for key, kind, used_at, until in knowing.of(resident_id)
    ]
    return {"devices": found, "here": any(one["here"] for one in found)}
