"""Which of the things found is meant, and how sure the names are."""

from collections.abc import Sequence

from chatbot.garbage.matching import Found

SURE_ITEM = 0.85
# Items this near to the nearest are offered beside it.
NEAR_ITEM = 0.85
# A word that is not asked as garbage must look much like an item to be taken for one.
NEARLY_SPELLED = 0.55


def likeliest(found: Sequence[Found]) -> list[Found]:
    """Which items are meant: the one of just this name, else all of this name, else near ones."""
    exact = [one for one in found if one.exact]
    if exact:
        return exact[:1] if exact[0].score > 1 else exact
    return [one for one in found if one.score >= found[0].score * NEAR_ITEM]
