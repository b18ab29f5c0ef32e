"""What an option sends back when it is picked: a kind and its keys, short enough for LINE."""

from dataclasses import dataclass

ENTRY = "entry"
ITEM = "item"
DISTRICT = "district"
NARROW = "narrow"
NONE = "none"
KINDS = frozenset({ENTRY, ITEM, DISTRICT, NARROW, NONE})


@dataclass(frozen=True, slots=True)
class Pick:
    """A picked option. value is the entry, item or district; item goes with a district.

    For NARROW value is what splits the candidates and item is the part that was picked.
    """

    kind: str
    value: str = ""
    item: str = ""


def write(pick: Pick) -> str:
    return ":".join(part for part in (pick.kind, pick.value, pick.item) if part)


def read(payload: str) -> Pick | None:
    """The pick of a payload; None for anything that this dialogue did not write."""
    kind, _, rest = payload.partition(":")
    value, _, item = rest.partition(":")
    return Pick(kind, value, item) if kind in KINDS else None
