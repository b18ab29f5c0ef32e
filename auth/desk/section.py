"""What the security page shows of the desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from auth.desk import lists
from portal.core.db import transaction


def values(resident_id: UUID) -> dict[str, Any]:
    """The printed list, if there is one."""
    with transaction() as db:
        sheet = lists.of(db, resident_id)
    return {
        "sheet": sheet,
        "left": lists.COUNT - sheet.asked + 1 if sheet else 0,
        "few": sheet is not None and sheet.asked > lists.COUNT - lists.FEW,
    }
