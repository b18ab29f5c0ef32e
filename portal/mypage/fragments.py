"""Cards of My Page, ready but for a few slots: a template runs once a day for each service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import render_template
from markupsafe import Markup, escape

from portal.catalogue.model import Service
from portal.core.web.pieces import Piece, marks
from portal.guide.desks import desk_words
from portal.guide.online import online_link
from portal.mypage.visits.plan import is_counter
from portal.mypage.words import Shown
from portal.mypage.written import Noted

SLOTS = ("name", "due", "iso", "left", "reason", "ref", "occurrence", "back", "token", "note")
_MARKED = marks(SLOTS)


@dataclass(frozen=True, slots=True)
class Around:
    """What is the same for every card of a page; `back` is where its acts return to."""

    language: str
    today: date
    token: str
    back: str
    notes: Noted


def filled(item: Shown, group: str, around: Around) -> Markup:
    """The card or line of a to-do."""
    note = around.notes.get((item.ref, item.key, item.occurrence), "") if around.notes else ""
    piece = _piece(
        item.service,
        around.language,
        around.today,
        group,
        item.kind,
        bool(item.due),
        bool(item.left),
        item.may_check,
        bool(note),
    )
    values: dict[str, str] = {
        "name": str(escape(item.name)),
        "due": item.due,
        "iso": item.iso,
        "left": item.left,
        "reason": str(escape(item.reason)),
        "ref": item.ref,
        "occurrence": item.occurrence,
        "back": str(escape(around.back)),
        "token": around.token,
        "note": str(escape(note)),
    }
    return piece.filled(values)


@lru_cache(maxsize=8192)
def _piece(
    service: Service,
    language: str,
    today: date,
    group: str,
    kind: str,
    has_due: bool,
    has_left: bool,
    may_check: bool,
    has_note: bool,
) -> Piece:
    """The card's text around its slots.

    A changed catalogue brings new services, so its cards are made anew.
    """
    html = render_template(
        "portal/todo.html",
        slot=_MARKED,
        group=group,
        kind=kind,
        has_due=has_due,
        has_left=has_left,
        may_check=may_check,
        has_note=has_note,
        counter=is_counter(service),
        service=service,
        title=service.title.say(language),
        summary=service.summary.say(language),
        note=service.note.say(language) if service.note else "",
        cost=service.cost.say(language) if service.cost else "",
        bring=[item.name.say(language) for item in service.bring],
        desk=desk_words(service.desk, today, language),
        online=online_link(service, language),
        law=service.law if service.law != "-" else "",
    )
    return Piece.cut(html)
