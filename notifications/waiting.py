"""What of notices waits for a clerk, as the clerks' first page counts it."""

from __future__ import annotations

from portal.core.errors import N_
from portal.core.registries import Waiting

# A notice waits when it was handed in and no decision is newer (notices.status says the same).
WAITING = (
    Waiting(
        N_("Notices to approve"),
        "notices.index",
        "notices.approve",
        "SELECT count(*) FROM notices AS n WHERE submitted_at IS NOT NULL AND cancelled_at IS NULL"
        " AND fanned_out_at IS NULL AND author_id <> %(me)s AND coalesce((SELECT a.decision"
        " FROM notice_approvals AS a WHERE a.notice_id = n.id ORDER BY a.at DESC LIMIT 1), '')"
        " <> 'approved'",
        {"state": "waiting"},
    ),
    Waiting(
        N_("Repeats to approve"),
        "repeats.index",
        "notices.approve",
        "SELECT count(*) FROM repeats AS r WHERE submitted_at IS NOT NULL AND stopped_at IS NULL"
        " AND author_id <> %(me)s AND coalesce((SELECT a.decision FROM repeat_approvals AS a"
        " WHERE a.repeat_id = r.id AND a.version = r.version ORDER BY a.at DESC LIMIT 1), '')"
        " <> 'approved'",
    ),
    Waiting(
        N_("Menus to approve"),
        "menus.index",
        "notices.approve",
        "SELECT count(*) FROM menu_versions WHERE submitted_at IS NOT NULL AND approved_at IS NULL"
        " AND withdrawn_at IS NULL AND submitted_by IS DISTINCT FROM %(me)s",
    ),
    Waiting(
        N_("Disaster proposals to decide"),
        "disaster.index",
        "notices.write",
        "SELECT count(*) FROM disaster_proposals AS p WHERE NOT EXISTS"
        " (SELECT FROM disaster_decisions AS d WHERE d.proposal_id = p.id)",
    ),
)
