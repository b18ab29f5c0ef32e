"""Two wordings of an entry beside each other, field by field in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext

from portal.catalogue.load import Thing
from portal.catalogue.model import Catalogue
from portal.catalogue.staff.bodies import Body
from portal.catalogue.staff.explaining import explain
from portal.catalogue.staff.forms import label_of, of_body, said
from portal.catalogue.staff.layouts import TEXT_WORDS
from portal.catalogue.wordings import texts_of
from portal.core.clock import today
from portal.core.errors import N_
from portal.core.languages import LANGUAGES, TRANSLATED

ROWS = {
    "versions": N_("Rule %(n)s"),
    "milestones": N_("Milestone %(n)s"),
    "tests": N_("Test %(n)s"),
    "parts": N_("Part %(n)s"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field. `before` and `after` are "" where it holds nothing."""

    label: str
    before: str
    after: str


def changes(
    thing: Thing, before: Body | None, after: Body | None, catalogue: Catalogue, language: str
) -> list[Change]:
    """What differs, in the order of the form; a withdrawn entry differs in everything."""
    old, new = (of_body(thing, body or {}, catalogue) for body in (before, after))
    found = _sentences(before, after, language) if thing is Thing.SERVICE else []
    for path in dict.fromkeys([*old, *new]):
        left, right = (said(*one[path]) if path in one else "" for one in (old, new))
        if left != right:
            spec = (new.get(path) or old[path])[0]
            found.append(Change(_where(path) + label_of(spec), left, right))
    return found + _translations(before or {}, after or {})


def _translations(before: Body, after: Body) -> list[Change]:
    """Texts in other languages, each by the language's own name."""
    old, new = dict(texts_of(before)), dict(texts_of(after))
    return [
        Change(f"{label_at(place)} ({LANGUAGES[code]})", left, right)
        for place in dict.fromkeys([*old, *new])
        for code in TRANSLATED
        for left, right in [(old.get(place, {}).get(code, ""), new.get(place, {}).get(code, ""))]
        if left != right
    ]


def label_at(place: str) -> str:
    """What a text is called: "Title", "first: Title" for a milestone's."""
    inner, _, name = place.rpartition(".")
    row = inner.rpartition(".")[2]
    return f"{row}: {gettext(TEXT_WORDS[name])}" if row else str(gettext(TEXT_WORDS[name]))


def _sentences(before: Body | None, after: Body | None, language: str) -> list[Change]:
    """The rules themselves in words come first: that is what is approved."""
    old, new = (
        {each.prefix: each.sentence for each in explain(body or {}, today(), language)}
        for body in (before, after)
    )
    return [
        Change(_where(path) + gettext("In words"), old.get(path, ""), new.get(path, ""))
        for path in dict.fromkeys([*old, *new])
        if old.get(path, "") != new.get(path, "")
    ]


def _where(path: str) -> str:
    """ "Rule 1, part 2: " for a path inside rows, "" for a plain field."""
    rows = re.findall(r"([a-z]+)\[(\d+)\]", path)
    words = [gettext(ROWS[name], n=int(n) + 1) for name, n in rows if name in ROWS]
    return f"{gettext(', ').join(words)}: " if words else ""
