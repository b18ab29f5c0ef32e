"""Identifiers shown outside: UUIDv7 (RFC 9562), sortable by time, made in Python."""

from __future__ import annotations

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7."""
    return uuid7()


def new_secret() -> str:
    """A URL-safe random text of 256 bits, for cookies and links."""
    return secrets.token_urlsafe(32)
