"""A signed-in resident's own things, looked through for one search and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.search.documents import OwnThing, sources
from portal.search.finding import Found, readings_of
from portal.search.folding import face, is_kana, sound
from portal.search.ranking import Name, fit
from portal.search.typed import Typed

MOST = 5
TITLE, ALSO = 1.0, 0.9


@dataclass(frozen=True)
class OwnHit:
    """One of the resident's own things that answers the query."""

    kind: str
    title: str
    text: str
    url: str


def own_hits(resident_id: UUID, found: Found, language: str) -> list[OwnHit]:
    """The best of them; one query a source, and one for how their kanji are read."""
    words = found.words
    told = [each for source in sources().own for each in source(resident_id, language)]
    if not words or not told:
        return []
    kana = any(is_kana(word.face) for word in words)
    readings = readings_of(_pieces(told)) if kana else {}
    ranked = [(fit(words, _names(each, readings), {}), each) for each in told]
    good = sorted((pair for pair in ranked if pair[0].points), key=lambda pair: -pair[0].points)
    return [OwnHit(each.kind, each.title, each.text, each.url) for _, each in good[:MOST]]


def _pieces(things: Iterable[OwnThing]) -> set[str]:
    return set().union(*(Typed((face(each.title),)).pieces for each in things))


def _names(thing: OwnThing, readings: Mapping[str, Sequence[str]]) -> list[Name]:
    look = face(thing.title)
    unread = {letter: [letter] for letter in look if letter not in readings}  # stands for itself
    said = Typed((look,)).heard(unread | dict(readings))[0].sounds if look else ()
    names = [Name(thing.title, look, said[0] if said else "", TITLE)]
    return names + [Name(each, face(each), _sound(face(each)), ALSO) for each in thing.also]


def _sound(look: str) -> str:
    return sound(look) if is_kana(look) else ""
