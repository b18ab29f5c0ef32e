"""What of accounts waits for a clerk, as the clerks' first page counts it."""

from __future__ import annotations

from portal.core.errors import N_
from portal.core.registries import Waiting

WAITING = (
    Waiting(
        N_("Rights to agree to"),
        "staff_roles.index",
        "staff.manage",
        "SELECT count(*) FROM staff_right_proposals WHERE decided_at IS NULL"
        " AND asked_by <> %(me)s AND staff_id <> %(me)s",
    ),
    Waiting(
        N_("Recoveries to decide"),
        "assist.index",
        "residents.assist",
        "SELECT count(*) FROM recovery_cases WHERE asked_by <> %(me)s AND decided_by IS NULL"
        " AND stopped_at IS NULL AND created_at > %(now)s::timestamptz - interval '2 hours'",
    ),
)
