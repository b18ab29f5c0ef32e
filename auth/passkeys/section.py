"""What the security page shows of passkeys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from auth.passkeys import records
from auth.passkeys.records import Owner
from portal.core.db import transaction


def values(resident_id: UUID) -> dict[str, Any]:
    """The resident's passkeys."""
    with transaction() as db:
        return {"passkeys": records.of(db, Owner("resident", resident_id))}
