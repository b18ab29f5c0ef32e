"""What is said to staff about the garbage guide: kinds of things, remarks, causes."""

from __future__ import annotations

from flask_babel import gettext

from chatbot.garbage.files.causes import CAUSES
from portal.core.errors import N_

THINGS = {
    "item": N_("Items"),
    "class": N_("Classes"),
    "district": N_("Districts"),
    "center": N_("Plants"),
    "synonym": N_("Other words"),
}
KINDS = {
    "shipped": N_("What came with Mado"),
    "import": N_("Files taken in"),
    "edit": N_("One entry changed"),
    "return": N_("Went back to edition %(value)s"),
}
REMARKS = {
    "swapped": N_("Item and class stood in each other's columns in %(value)s, and were turned."),
    "no_how": N_("Nothing is said yet how to put these out: %(value)s"),
    "no_days": N_("There are no collection days for these: %(value)s"),
    "no_center": N_("Some districts name a plant whose closed days are not known."),
}


def remark(code: str, value: str) -> str:
    """What a clerk should look at."""
    return str(gettext(REMARKS.get(code, code), value=value))


def cause(code: str, value: str) -> str:
    """Why a row or a file was not taken."""
    return str(gettext(CAUSES.get(code, code), value=value))


def kind(code: str, note: str) -> str:
    """Where an edition comes from."""
    return str(gettext(KINDS.get(code, code), value=note))
