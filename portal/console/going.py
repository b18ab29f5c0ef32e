"""Finds a page by what is typed: its name, how it sounds, English, what residents call it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.search.folding import face, folded, sound


@dataclass(frozen=True)
class Place:
    """A page a clerk may open. `names`: what it is called; `words`: by what else it is found."""

    endpoint: str
    names: tuple[str, ...]
    words: str = ""


def found(query: str, places: Iterable[Place]) -> list[Place]:
    """Places that fit every word typed, best first; all of them where nothing was typed."""
    asked = folded(query).split()
    if not asked:
        return list(places)
    rated = [(_rating(query, asked, place), place) for place in places]
    return [place for rating, place in sorted(rated, key=lambda pair: pair[0]) if rating < MISS]


MISS = 9


def _rating(query: str, asked: list[str], place: Place) -> int:
    """0 is the name itself; 9 is not this page."""
    whole = face(query)
    names = [face(name) for name in place.names]
    if whole in names:
        return 0
    if any(name.startswith(whole) for name in names):
        return 1
    if any(whole in name for name in names):
        return 2
    spoken = {sound(word) for word in place.words.split()}
    if sound(query) in spoken:
        return 3
    every = [*names, *(face(word) for word in place.words.split()), *spoken]
    if all(any(word in one or sound(word) in one for one in every) for word in asked):
        return 4
    return MISS
