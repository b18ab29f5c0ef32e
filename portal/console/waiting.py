"""What waits for this clerk, inbox by inbox: one query, whatever the number of inboxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.core.clock import now
from portal.core.db import rows
from portal.core.errors import N_
from portal.core.i18n import gettext
from portal.core.registries import Waiting
from portal.core.web.access import Viewer
from portal.core.web.menu import path_of

# What this package's own pages have waiting; others say theirs themselves.
OWN = (
    Waiting(
        N_("Services to approve"),
        "catalogue_staff.index",
        "catalogue.approve",
        "SELECT count(*) FROM catalogue_revisions WHERE state = 'proposed'"
        " AND author IS DISTINCT FROM %(me)s",
        {"state": "proposed"},
    ),
    Waiting(
        N_("Contact tickets without an answer"),
        "tickets.index",
        "tickets.handle",
        "SELECT count(*) FROM tickets WHERE answered_at IS NULL AND closed_at IS NULL",
        {"state": "open"},
    ),
    Waiting(
        N_("Stopped sources of pages"),
        "city_pages.index",
        "catalogue.view",
        "SELECT count(*) FROM page_sources AS s WHERE active AND (SELECT r.fault <> ''"
        " FROM page_runs AS r WHERE r.source_id = s.id ORDER BY r.started_at DESC LIMIT 1)",
    ),
    Waiting(
        N_("Open alerts"),
        "watching.index",
        "operations.view",
        "SELECT count(*) FROM alerts WHERE over_at IS NULL",
    ),
    Waiting(
        N_("Extractions to approve"),
        "extracts.waiting",
        "extracts.approve",
        "SELECT count(*) FROM extract_requests WHERE approved IS NULL AND by <> %(me)s",
    ),
    Waiting(
        N_("Patches to approve"),
        "patches.waiting",
        "patches.approve",
        "SELECT count(*) FROM data_patches WHERE approved IS NULL AND by <> %(me)s",
    ),
)


def counted(every: Sequence[Waiting], viewer: Viewer) -> list[dict[str, Any]]:
    """Inboxes of what this clerk may do, with how much waits; those with most first."""
    mine = [one for one in every if viewer.may(one.needs)]
    if not mine:
        return []
    values: dict[str, Any] = {"now": now(), "me": viewer.id}
    parts = []
    for number, one in enumerate(mine):
        sql = one.sql
        held = viewer.departments(one.needs) if one.within else None
        if held is not None:
            values[f"held{number}"] = sorted(held)
            sql += f" AND {one.within} = ANY(%(held{number})s)"
        parts.append(f"({sql})")
    found = rows(f"SELECT {', '.join(parts)}", values)[0]
    told = [
        {
            "label": gettext(one.label),
            "count": count,
            "url": path_of(one.endpoint) + _query(one),
        }
        for one, count in zip(mine, found, strict=True)
    ]
    return sorted(told, key=lambda each: not each["count"])


def _query(one: Waiting) -> str:
    return "?" + "&".join(f"{key}={value}" for key, value in one.query.items()) if one.query else ""
