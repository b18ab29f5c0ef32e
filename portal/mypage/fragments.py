"""Cards of My Page, ready but for a few slots: a template runs once a day for each service.

A page of thirty to-dos through Jinja costs 2 ms; filled into kept pieces it costs a tenth. Kept
pieces hold the catalogue's words only: whatever is about a person comes through a slot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import render_template
from markupsafe import Markup, escape

from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Service
from portal.guide.desks import desk_words
from portal.guide.online import online_link
from portal.mypage.visits.plan import is_counter
from portal.mypage.words import Shown
from portal.mypage.written import Noted

SLOTS = ("name", "due", "iso", "left", "reason", "ref", "occurrence", "back", "token", "note")
# Private-use letters that nobody types: they mark the places while the template runs.
_OPEN, _CLOSE = "\ue010", "\ue011"
_SLOT = re.compile(f"{_OPEN}([a-z]+){_CLOSE}")
_MARKED = {slot: f"{_OPEN}{slot}{_CLOSE}" for slot in SLOTS}


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
    service = load_catalogue().service(item.key)
    note = around.notes.get((item.ref, item.key, item.occurrence), "") if around.notes else ""
    pieces, slots = _pieces(
        service,
        around.language,
        around.today,
        group,
        item.kind,
        bool(item.due),
        bool(item.left),
        item.may_check,
        bool(note),
    )
    values = {
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
    found = [pieces[0]]
    for slot, piece in zip(slots, pieces[1:], strict=True):
        found += (values[slot], piece)
    return Markup("".join(found))  # noqa: S704  (a rendered template and escaped values)


@lru_cache(maxsize=8192)
def _pieces(
    service: Service,
    language: str,
    today: date,
    group: str,
    kind: str,
    has_due: bool,
    has_left: bool,
    may_check: bool,
    has_note: bool,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The template's text around its slots, and the slots' names in order.

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
    parts = _SLOT.split(re.sub(r">\s+<", "><", html.strip()))
    return tuple(parts[::2]), tuple(parts[1::2])
