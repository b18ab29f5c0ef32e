"""What the pages of tuning call things; their blueprint and what every page says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask_babel import gettext

from chatbot.knowledge.store import load_knowledge
from chatbot.tuning import missing, releases
from portal.catalogue.staff.words import person
from portal.core.clock import in_tokyo
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer

bp = Blueprint("tuning", __name__, url_prefix="/staff/tuning")
SEE, EDIT, APPROVE = "knowledge.view", "knowledge.edit", "knowledge.approve"

SOURCES = {
    missing.UNKNOWN: N_("The bot did not know"),
    missing.UNPICKED: N_("Nothing offered fitted"),
    missing.UNSOLVED: N_("The answer did not help"),
    missing.GARBAGE: N_("Not in the garbage guide"),
    missing.SEARCH: N_("The search found nothing"),
}
REASONS = {
    "wrong": N_("wrong"),
    "old": N_("out of date"),
    "hard": N_("hard to read"),
    "other_matter": N_("not what was asked"),
}
ACTS = {
    "alias": N_("One more way to ask"),
    "synonym": N_("Same meaning"),
    "draft": N_("New answer drafted"),
    "not_ours": N_("Not our matter"),
    "ignore": N_("Ignored"),
}
STATES = {
    releases.DRAFT: N_("Draft"),
    releases.TRIAL: N_("Staff try it out"),
    releases.PILOT: N_("Pilot"),
    releases.ON: N_("Live"),
    releases.PAST: N_("Over"),
    releases.DROPPED: N_("Taken back"),
}
TONES = {
    releases.DRAFT: ("calm", "edit"),
    releases.TRIAL: ("note", "eye"),
    releases.PILOT: ("brand", "people"),
    releases.ON: ("good", "done"),
}
MEASURES = {
    "questions": N_("Test questions"),
    "sr@1": N_("Right at first"),
    "sr@3": N_("Right among the first three"),
    "precision": N_("Right when answered at once"),
    "unseen": N_("Right at first, not learned from"),
    "p95_ms": N_("Time of 95 of 100 answers (ms)"),
}
MARKS = {
    "right": N_("right"),
    "partly": N_("partly right"),
    "wrong": N_("wrong"),
    "unclear": N_("can not be judged"),
}
CHANGES = {"better": N_("better"), "worse": N_("worse"), "same": N_("no difference")}
NAMES = {"": N_("Live"), "trial": N_("Staff try it out"), "pilot": N_("Pilot")}
KINDS = {
    "answer": N_("Answered at once"),
    "candidates": N_("Offered to choose"),
    "garbage": N_("Garbage"),
    "clarify": N_("Asked back"),
    "small_talk": N_("Small talk"),
    "unknown": N_("Not known"),
}
CHANNELS = {"": N_("All"), "web": N_("Web"), "line": N_("LINE")}


def by() -> UUID | None:
    """Who acts."""
    return current_viewer().id


def title_of(key: str) -> str:
    """The question of an entry in the page's language; its key where it is gone."""
    entry = load_knowledge().find(key)
    return entry.text(current_language()).question if entry else key


def percent(share: float | None) -> str:
    """A share as people read it; a dash where there was nothing to measure."""
    return "–" if share is None else f"{share:.1%}"


def figure(measure: str, value: float | None) -> str:
    """A figure of the gate as people read it."""
    if value is None:
        return str(gettext("not measured"))
    if measure in ("questions", "p95_ms"):
        return f"{value:g}"
    return percent(value)


def shared() -> dict[str, Any]:
    """What every page of tuning says."""
    viewer = current_viewer()
    return {
        "sources": SOURCES,
        "reasons": REASONS,
        "acts": ACTS,
        "states": STATES,
        "tones": TONES,
        "measures": MEASURES,
        "marks": MARKS,
        "change_words": CHANGES,
        "names": NAMES,
        "kinds": KINDS,
        "channels": CHANNELS,
        "title_of": title_of,
        "percent": percent,
        "figure": figure,
        "person": person,
        "moment": lambda at: in_tokyo(at).strftime("%Y-%m-%d %H:%M"),
        "may_edit": viewer.may(EDIT),
        "may_approve": viewer.may(APPROVE),
    }
