"""Words that several conditions share: what a relation is called, and lists with "or"."""

from __future__ import annotations

from notifications.segments.meaning import Naming


def relation_noun(naming: Naming, relation: str) -> str:
    """What the person is called: "a child"."""
    return {
        "self": naming.gettext("the resident"),
        "spouse": naming.gettext("a husband or wife"),
        "child": naming.gettext("a child"),
        "parent": naming.gettext("a parent"),
        "other": naming.gettext("another family member"),
        "expected": naming.gettext("a child to be born"),
    }[relation]


def either(naming: Naming, names: list[str]) -> str:
    """ "A", "A or B", "A, B or C"."""
    if len(names) == 1:
        return names[0]
    head = naming.gettext(", ").join(names[:-1])
    return naming.gettext("%(head)s or %(last)s", head=head, last=names[-1])
