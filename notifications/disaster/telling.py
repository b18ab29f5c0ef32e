"""A message and what it makes us propose, as JSON for programs and for the record."""

from __future__ import annotations

from typing import Any

from notifications.disaster.bulletin import Bulletin
from notifications.disaster.hits import Hit
from notifications.disaster.rules import Decision, action_of


def told(bulletin: Bulletin, decision: Decision) -> dict[str, Any]:
    """What `./mado disaster read --json` prints."""
    return {
        "status": bulletin.status,
        "type": bulletin.type,
        "family": bulletin.family,
        "title": bulletin.title,
        "kinds": kinds(bulletin),
        "level": bulletin.level,
        "grade": bulletin.grade,
        "areas": [area(hit) for hit in bulletin.hits],
        "area": bulletin.area,
        "action": str(decision.action),
        "menu": decision.menu,
        # What this grade would propose if it were news: a repeat of level 5 says "emergency".
        "level_action": str(action_of(bulletin.grade)),
        "why": decision.why,
        "why_code": decision.why_code,
        "event": bulletin.event,
        "serial": bulletin.serial,
        "reported_at": bulletin.reported_at,
        "target_at": bulletin.target_at,
        "valid_until": bulletin.valid_until,
        "headline": bulletin.headline,
        "office": bulletin.office,
    }


def kinds(bulletin: Bulletin) -> list[str]:
    """The names in force here, gravest first, each once."""
    in_force = sorted((hit for hit in bulletin.hits if hit.grade), key=lambda hit: -hit.grade)
    return list(dict.fromkeys(hit.name for hit in in_force))


def area(hit: Hit) -> dict[str, Any]:
    """One area hit."""
    return {
        "code": hit.area_code,
        "name": hit.area_name,
        "kind": hit.name,
        "kind_code": hit.code,
        "hazard": hit.hazard,
        "level": hit.level,
        "grade": hit.grade,
        "change": str(hit.change),
        "exact": hit.exact,
        "doubtful": hit.doubtful,
    }
