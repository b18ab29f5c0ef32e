"""What an answer means for the people at home: on the web only, and only after a yes.

It is worked out while the page is made and stands beside the reply, never in it: what travels in
the page's trail, what the log keeps and what LINE gets is the general answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import gettext

from chatbot.web import consents
from chatbot.web.turns import Turn
from portal.catalogue.load import load_catalogue
from portal.catalogue.phrases import say_age
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.languages import in_japanese
from portal.core.web.access import current_viewer, resident
from portal.mypage.relatives import Relative, relatives_of
from portal.mypage.todos import todos_about
from portal.mypage.words import shown
from portal.residents.reading import months_old

bp = Blueprint("answers_about_us", __name__)

SERVICE = re.compile(r"^/services/([a-z0-9_]+)$")
KIND_WITH_ANSWER = ("answer",)
MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Own:
    """Beside the last answer: lines about the people at home, or the question whether to look."""

    allowed: bool
    lines: tuple[str, ...] = ()


def beside(turns: list[Turn], resident_id: UUID | None, language: str) -> Own | None:
    """What stands beside the last answer; None where it leads to no service."""
    last = turns[-1]["reply"] if turns else {}
    keys = [
        found[1] for link in last.get("links", ()) if (found := SERVICE.match(str(link["url"])))
    ]
    if resident_id is None or last.get("kind") not in KIND_WITH_ANSWER or not keys:
        return None
    if not consents.has_given(resident_id):
        return Own(allowed=False)
    return Own(allowed=True, lines=tuple(about(keys, resident_id, today(), language)))


def about(keys: list[str], resident_id: UUID, day: date, language: str) -> list[str]:
    """One line for each person whom the services concern today; sensitive services know nobody."""
    catalogue = load_catalogue()
    known = [key for key in keys if (found := catalogue.find(key)) and not found.sensitive]
    family = relatives_of(resident_id, day) if known else []
    lines = []
    for key in known:
        for todo, _ in todos_about(key, family, day):
            words = shown(todo, day, language)
            said = " ".join(part for part in (words.reason, words.due, words.left) if part)
            who, stop = _called(todo.relative, day, language), ". "
            stop = "。" if in_japanese(language) else stop
            lines.append(f"{who}: {words.title}{stop}{said}".strip())
    return list(dict.fromkeys(lines))[:MOST_LINES]


def _called(relative: Relative, day: date, language: str) -> str:
    born = relative.person.birthdate
    if born is None or born > day:
        return relative.name
    return f"{relative.name} ({say_age(max(0, months_old(born, day)), language)})"


@bp.get("/ask/about-us")
@resident
def show() -> str:
    """What is looked at, and the yes or no."""
    viewer = current_viewer()
    given = consents.has_given(viewer.id) if viewer.id else False
    return render_template("chatbot/about_us.html", given=given)


@bp.post("/ask/about-us")
@resident
def decide() -> str:
    """A yes, or a yes taken back."""
    resident_id, yes = current_viewer().id, request.form.get("answer") == "yes"
    if resident_id is not None:
        with transaction() as session:
            (consents.give if yes else consents.take_back)(session, resident_id)
    said = gettext("We noted it.")
    return render_template("chatbot/about_us.html", given=yes, said=said)
