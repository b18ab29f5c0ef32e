"""Reads signatures and corrections that count now."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from portal.core.db import rows

ACTIVE = """
SELECT kind, key, hash, text, staff_id, at, id FROM text_signatures
WHERE language = %(language)s AND ended_at IS NULL
"""
CORRECTED = """
SELECT language, key, text FROM text_signatures
WHERE ended_at IS NULL AND kind = 'words' AND text IS NOT NULL
"""
VERSION = "SELECT max(changed_at) FROM text_signatures"


class Signature(NamedTuple):
    """One that has not been withdrawn; it counts while the text has its hash."""

    kind: str
    key: str
    hash: str
    text: str | None
    staff_id: UUID
    at: datetime
    id: UUID


def active(language: str) -> dict[tuple[str, str], Signature]:
    """Signatures of a language by kind and key."""
    found = (Signature(*row) for row in rows(ACTIVE, {"language": language}))
    return {(one.kind, one.key): one for one in found}


def all_corrections() -> dict[str, dict[str, str]]:
    """The city's own words of every language."""
    found: dict[str, dict[str, str]] = {}
    for language, key, text in rows(CORRECTED, {}):
        found.setdefault(language, {})[key] = text
    return found


def corrections(language: str) -> dict[str, str]:
    """The city's own words of one language."""
    return all_corrections().get(language, {})


def version() -> datetime | None:
    """Changes with every signature, correction and withdrawal."""
    found = rows(VERSION, {})
    return found[0][0] if found else None
