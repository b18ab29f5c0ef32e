"""What the editor's pages call things, states and people."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext

from portal.catalogue.lint import Level
from portal.catalogue.load import Thing
from portal.catalogue.model import Relation
from portal.catalogue.models import State
from portal.catalogue.staff.bodies import Body
from portal.catalogue.upcoming import What
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.registries import registries

THING_WORDS = {
    Thing.SERVICE: N_("Services"),
    Thing.DESK: N_("Desks"),
    Thing.ITEM: N_("Things to bring"),
    Thing.DISTRICT: N_("Districts"),
}
STATE_WORDS = {
    State.DRAFT: N_("Draft"),
    State.PROPOSED: N_("Waiting for approval"),
    State.APPROVED: N_("Approved, waits for its day"),
    State.LIVE: N_("In force"),
    State.PAST: N_("Past"),
    State.DISCARDED: N_("Discarded"),
}

LEVEL_WORDS = {
    Level.ERROR: N_("Wrong"),
    Level.WARNING: N_("Look at it"),
    Level.NOTE: N_("Good to know"),
}
WINDOW_WORDS: Mapping[str, str] = {
    "future": N_("later"),
    "open": N_("open today"),
    "due_soon": N_("open today"),
    "overdue": N_("overdue"),
    "passed": N_("over"),
}
WHAT_WORDS = {
    What.OPENS: N_("Opens"),
    What.CLOSES: N_("Ends"),
    What.RULE_BEGINS: N_("A rule comes into force"),
    What.RULE_ENDS: N_("A rule ends"),
    What.REVISION: N_("An approved change goes live"),
}
RELATION_WORDS: Mapping[str, str] = {
    Relation.SELF: N_("Myself"),
    Relation.SPOUSE: N_("Spouse"),
    Relation.CHILD: N_("Child"),
    Relation.PARENT: N_("Parent"),
    Relation.OTHER: N_("Other relative"),
    Relation.EXPECTED: N_("Expected child"),
}


def called(key: str, body: Body | None) -> str:
    """The entry's title or name in the page's language, its key where there is none."""
    text = (body or {}).get("title") or (body or {}).get("name")
    if not isinstance(text, dict):
        return key
    return str(text.get(current_language()) or text.get("ja") or key)


def person(staff_id: UUID | None) -> str:
    """A clerk's name."""
    find = registries().staff_name
    if staff_id is None:
        return str(gettext("The system"))
    return (find(staff_id) if find else "") or str(gettext("Somebody of the staff"))
