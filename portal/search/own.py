"""A signed-in resident's own things, looked through for one search and stored nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.search.documents import OwnThing, sources
from portal.search.finding import Found
from portal.search.folding import face, is_kana, sound
from portal.search.ranking import Name, fit

MOST = 5


@dataclass(frozen=True)
class OwnHit:
    """One of the resident's own things that answers the query."""

    kind: str
    title: str
    text: str
    url: str


def own_hits(resident_id: UUID, found: Found, language: str) -> list[OwnHit]:
    """The best of them; readings of kanji are lent from the hits of the index."""
    words = found.words
    if not words:
        return []
    told = [each for source in sources().own for each in source(resident_id, language)]
    ranked = [(fit(words, _names(each), {}), each) for each in told]
    good = sorted((pair for pair in ranked if pair[0].points), key=lambda pair: -pair[0].points)
    return [OwnHit(each.kind, each.title, each.text, each.url) for _, each in good[:MOST]]


def _names(thing: OwnThing) -> list[Name]:
    shown = [(thing.title, 1.0), *((name, 0.9) for name in thing.also)]
    return [Name(name, face(name), _sound(face(name)), strength) for name, strength in shown]


def _sound(look: str) -> str:
    return sound(look) if is_kana(look) else ""
