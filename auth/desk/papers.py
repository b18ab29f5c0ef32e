"""What is printed once: sealed in a browser's session, gone with the first look."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

from flask import session

from portal.core.crypto import key_ring

PAPER = "paper"


def keep(paper: dict[str, Any], owner: UUID) -> None:
    """Keep what the next page of this browser prints for `owner` (a clerk or a flow)."""
    sealed = key_ring().encrypt(json.dumps(paper).encode(), _place(owner))
    session[PAPER] = {"owner": str(owner), "sealed": base64.b64encode(sealed).decode()}


def take() -> dict[str, Any] | None:
    """What is to be printed; it is not there a second time."""
    kept = session.pop(PAPER, None)
    if kept is None:
        return None
    sealed = base64.b64decode(kept["sealed"])
    found: dict[str, Any] = json.loads(key_ring().decrypt(sealed, _place(UUID(kept["owner"]))))
    return found


def _place(owner: UUID) -> str:
    return f"sessions.data.paper:{owner}"
