"""Who may do what with a shared card: the one table every read and act of a card goes through."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account is to a card. No role: the card does not exist for it."""

    OWNER = "owner"  # made the card, or was handed it
    CO_PARENT = "co-parent"
    VIEWER = "viewer"  # a parent whom the grown-up child lets look on


class Act(StrEnum):
    """Everything that can be done with a card."""

    SEE = "see"
    SEE_OWN_HOME = "see_own_home"
    CHECK_OFF = "check_off"
    SET_ASIDE = "set_aside"
    UNDO_OTHERS = "undo_others"
    EDIT = "edit"
    UNDO_EDIT = "undo_edit"
    SILENCE = "silence"
    INVITE = "invite"
    AGREE_TO_INVITE = "agree_to_invite"
    END_SHARING = "end_sharing"
    LEAVE = "leave"
    REMOVE = "remove"
    HAND_OVER = "hand_over"


class Grant(StrEnum):
    """The answer of the table."""

    YES = "yes"
    ASKED = "with the owner's yes"
    NO = "no"


_Y, _A, _N = Grant.YES, Grant.ASKED, Grant.NO

# What it means, then owner, co-parent, viewer.
TABLE: dict[Act, tuple[str, Grant, Grant, Grant]] = {
    Act.SEE: (
        "see name, birthdate, sex, to-dos, what is done and who did it"
        " (by the name each chose to show)",
        _Y, _Y, _Y,
    ),
    Act.SEE_OWN_HOME: (
        "see district, dates the owner entered, interests, notes"
        " (everybody sees their own only, so only the owner sees the owner's)",
        _Y, _N, _N,
    ),
    Act.CHECK_OFF: ("check a to-do off, and take one's own check-off back", _Y, _Y, _N),
    Act.SET_ASIDE: ("put a to-do off or hide it, on one's own page only", _Y, _Y, _Y),
    Act.UNDO_OTHERS: ("take back another's check-off", _Y, _N, _N),
    Act.EDIT: ("change name, birthdate, sex; the others are shown what was before", _Y, _Y, _N),
    Act.UNDO_EDIT: ("take back another's change for 30 days", _Y, _Y, _N),
    Act.SILENCE: ("show nothing about the person any more, on one's own page only", _Y, _Y, _Y),
    Act.INVITE: ("invite another parent", _Y, _A, _N),
    Act.AGREE_TO_INVITE: ("say yes or no to an invitation by a co-parent", _Y, _N, _N),
    Act.END_SHARING: ("end the sharing with another", _Y, _N, _N),
    Act.LEAVE: ("leave: the card stays with the others", _N, _Y, _Y),
    Act.REMOVE: (
        "take the card away: with a co-parent it passes to them, else it goes (7 days to undo)",
        _Y, _N, _N,
    ),
    Act.HAND_OVER: ("from 18 years, hand the card over to the child's own account", _Y, _N, _N),
}  # fmt: skip
ROLES = tuple(Role)


def grant(role: Role, act: Act) -> Grant:
    """What the table says."""
    answer: Grant = TABLE[act][1 + ROLES.index(role)]  # type: ignore[assignment]
    return answer


def may(role: Role, act: Act) -> bool:
    """Whether this role does this alone, without asking anybody."""
    return grant(role, act) is Grant.YES


def may_ask(role: Role, act: Act) -> bool:
    """Whether this role does this at least with the owner's yes."""
    return grant(role, act) is not Grant.NO


def as_markdown() -> str:
    """The table for docs/family-rights.md."""
    rows = ["| | " + " | ".join(ROLES) + " |", "|---|" + "---|" * len(ROLES)]
    rows += [f"| {words} | " + " | ".join(answers) + " |" for words, *answers in TABLE.values()]
    return "\n".join(rows)
