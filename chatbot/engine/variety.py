"""Places four and five of what is shown: another chance is worth more there than a copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.engine.index import Scores

# The first three stand as they were ordered; five are shown at most (chatbot.dialogue.policy).
FIRST, SHOWN = 3, 5
# What asks nearly the same as one that stands before it is right when that one is, and then adds
# nothing. Small: measured on a public set, flat from .05 to .15.
COPY_WEIGHT = 0.05
# Beyond these nothing is near enough to be shown.
LOOKED_AT = 12

Likeness = Callable[[int, Sequence[int]], Scores]
"""likeness(place, others): cosines of one document's question to those of others."""


def varied(order: Sequence[int], scores: Scores, likeness: Likeness) -> list[int]:
    """The order with near copies of what already stands before them moved down a little."""
    shown, rest = list(order[:FIRST]), list(order[FIRST:LOOKED_AT])
    while rest:
        worth = [float(scores[i]) - COPY_WEIGHT * float(likeness(i, shown).max()) for i in rest]
        shown.append(rest.pop(worth.index(max(worth))))
    return shown + list(order[LOOKED_AT:])


def among_shown(order: list[int], place: int) -> list[int]:
    """The order with this document among the shown ones, last of them if it was not."""
    if place in order[:SHOWN]:
        return order
    others = [one for one in order if one != place]
    return [*others[: SHOWN - 1], place, *others[SHOWN - 1 :]]
