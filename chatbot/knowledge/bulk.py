"""What clerks do to many answers at once: owner, category, the day of the next look.

None of them changes what a resident reads as the answer, so they count at once, as other ways to
ask do (`words.py`); answers with an open draft are left, for the draft would take it back unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chatbot.knowledge import editing, store
from chatbot.knowledge.models import Thing
from chatbot.knowledge.staff import entries
from chatbot.knowledge.staff.words import called
from portal.core.clock import today
from portal.core.errors import N_, Conflict, NotFound
from portal.core.i18n import gettext
from portal.core.registries import BulkAct

EDIT = "knowledge.edit"
MONTHS = {"3": N_("in three months"), "6": N_("in half a year"), "12": N_("in a year")}
A_MONTH = timedelta(days=365) / 12


class HasDraft(Conflict):
    """An open draft holds the old value."""

    message = N_("It has an open draft. Please change it there.")


def names(session: Session, rows: Sequence[str]) -> Mapping[str, str]:
    """Questions of those that are in force."""
    bodies = entries.in_force()
    return {key: called(key, bodies[key]) for key in rows if key in bodies}


def _setting(field: str) -> Callable[[Session, str, str, UUID], Any]:
    def apply(session: Session, key: str, value: str, by: UUID) -> Any:
        wanted = _day(value) if field == "review_on" else value
        return _put(session, key, field, wanted, by)

    return apply


def _back(field: str) -> Callable[[Session, str, Any, UUID], None]:
    def undo(session: Session, key: str, said: Any, by: UUID) -> None:
        if _body(session, key).get(field) != said["after"]:
            raise Conflict()
        _put(session, key, field, said["before"], by)

    return undo


def _put(session: Session, key: str, field: str, value: Any, by: UUID) -> Any:
    body = _body(session, key)
    if editing.open_revision(session, Thing.FAQ, key) is not None:
        raise HasDraft()
    before = body.get(field)
    if before == value:
        raise Conflict(N_("It is so already."))
    if value is None:
        body.pop(field, None)
    else:
        body[field] = value
    editing.trial(Thing.FAQ, key, body)
    editing.live_at_once(session, Thing.FAQ, key, body, by=by, note=field)
    return {"before": before, "after": value}


def _body(session: Session, key: str) -> dict[str, Any]:
    live = editing.live_revision(session, Thing.FAQ, key)
    body = live.body if live else store.shipped_bodies()[Thing.FAQ].get(key)
    if body is None:
        raise NotFound()
    return dict(body)


def _day(months: str) -> str:
    return (today() + A_MONTH * int(months)).isoformat()


def _categories() -> Mapping[str, str]:
    return {one: one for one in entries.categories() if one}


def _owners() -> Mapping[str, str]:
    return {one: one for one in entries.owners() if one}


def _months() -> Mapping[str, str]:
    return {months: gettext(words) for months, words in MONTHS.items()}


ACTS = tuple(
    BulkAct(f"answers.{field}", label, EDIT, _setting(field), names, _back(field), choices)
    for field, label, choices in (
        ("owner", N_("Owner"), _owners),
        ("category", N_("Category"), _categories),
        ("review_on", N_("Look over again by"), _months),
    )
)
