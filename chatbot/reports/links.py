"""Secret links: made from the row's id and the city's key, so that only a hash is kept."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

from portal.core.crypto import keyed_hash

LENGTH = 43  # characters of 256 bits


def token(row_id: UUID) -> str:
    """The secret part of the address of a report's (or a follower's) page."""
    secret = keyed_hash(str(row_id), "report_link")
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def path(row_id: UUID) -> str:
    """Where its status stands."""
    return f"/reports/r/{token(row_id)}"


def hashed(secret: str) -> bytes:
    """What is kept of a secret that somebody else holds."""
    return hashlib.sha256(secret.encode()).digest()


def hash_of(row_id: UUID) -> bytes:
    """What a row keeps of its own link."""
    return hashed(token(row_id))
