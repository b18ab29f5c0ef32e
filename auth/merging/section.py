"""What the security page shows of accounts: merges that can be undone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from auth.merging import acts
from portal.core.db import transaction


def values(resident_id: UUID) -> dict[str, Any]:
    """Merges into this account."""
    with transaction() as session:
        return {"merges": acts.of(session, resident_id)}
