"""Which of the items found is meant; several where one has to ask back (size, material)."""

from collections.abc import Sequence

from chatbot.garbage.items import Item
from chatbot.garbage.matching import Found

# Items this near to the nearest are offered beside it.
NEAR_ITEM = 0.85


def meant(found: Sequence[Found]) -> list[Found]:
    """The item asked for by just its name; else all of that name that differ; else near ones.

    Variants that go the same way are one answer: nobody is asked what makes no difference.
    """
    whole = [one for one in found if one.whole]
    exact = [one for one in found if one.exact]
    near = [one for one in found if one.score >= found[0].score * NEAR_ITEM]
    return _different(whole or exact) if exact else near


def _different(found: Sequence[Found]) -> list[Found]:
    ways: dict[tuple[str, str, str], Found] = {}
    for one in found:
        ways.setdefault(_way(one.item), one)
    return list(ways.values())


def _way(item: Item) -> tuple[str, str, str]:
    """What an answer would say of it."""
    return item.class_key, item.note, item.fee
