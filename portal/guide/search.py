"""One box over everything: sources give documents, words are compared without width and kana."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import jaconv
from flask import Flask, current_app, url_for

from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Catalogue
from portal.core.errors import N_

MOST_HITS = 20
LONGEST_QUERY = 100  # characters
ENOUGH_ALIKE = 0.5  # share of a query's letter pairs a near miss must have


@dataclass(frozen=True)
class Hit:
    """A found page; the higher the score the better."""

    title: str
    text: str
    url: str
    kind: str  # English message key of what it is
    score: float


Source = Callable[[str, str], Iterable[Hit]]
"""Searches one thing: (query as typed, language) to hits."""


def add_source(app: Flask, source: Source) -> None:
    """Let the box search one more thing."""
    app.extensions.setdefault("mado.search_sources", []).append(source)


def search(query: str, language: str) -> list[Hit]:
    """The best hits of all sources."""
    if not folded(query):
        return []
    sources: list[Source] = current_app.extensions.get("mado.search_sources", [])
    hits = [hit for source in sources for hit in source(query, language)]
    return sorted(hits, key=lambda hit: -hit.score)[:MOST_HITS]


def folded(text: str) -> str:
    """Text for comparing: NFKC, small letters, katakana as hiragana, no blanks at the ends."""
    return jaconv.kata2hira(unicodedata.normalize("NFKC", text).lower()).strip()


@dataclass(frozen=True)
class Entry:
    """A document ready for comparing; fields from the most to the least telling."""

    key: str
    fields: tuple[tuple[float, str], ...]
    pairs: frozenset[str]


def entry(key: str, fields: Sequence[tuple[float, str]]) -> Entry:
    """Fold the fields of a document."""
    plain = tuple((weight, folded(text)) for weight, text in fields if text)
    return Entry(key, plain, letter_pairs("".join(text for _, text in plain[:3])))


def letter_pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters, which survive a typing slip."""
    letters = "".join(text.split())
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


def score(found: Entry, words: Sequence[str]) -> float:
    """Sum over the words of the best field that has each; 0 when a word is nowhere."""
    total = 0.0
    for word in words:
        best = max((weight for weight, text in found.fields if word in text), default=0.0)
        if not best:
            return 0.0
        total += best
    return total


def likeness(found: Entry, pairs: frozenset[str]) -> float:
    """Share of the query's letter pairs that the document has."""
    return len(pairs & found.pairs) / len(pairs) if pairs else 0.0


def rank(entries: Iterable[Entry], query: str) -> list[tuple[str, float]]:
    """(key, score) of documents that have every word, or else of those that look alike."""
    words, entries = folded(query).split(), list(entries)
    exact = [(each.key, score(each, words)) for each in entries]
    hits = [(key, points) for key, points in exact if points]
    if hits:
        return hits
    pairs = letter_pairs(folded(query))
    near = [(each.key, likeness(each, pairs)) for each in entries]
    return [(key, points) for key, points in near if points >= ENOUGH_ALIKE]


@lru_cache(maxsize=1)
def _service_entries(catalogue: Catalogue) -> tuple[Entry, ...]:
    return tuple(
        entry(
            each.key,
            [
                (5.0, each.title.ja),
                (4.0, " ".join(each.keywords)),
                (5.0, each.title.en),
                (2.0, each.category),
                (1.0, each.summary.ja),
                (1.0, each.summary.en),
                (1.0, each.desk.name.ja),
            ],
        )
        for each in catalogue.services
    )


def services(query: str, language: str) -> list[Hit]:
    """The catalogue's services as a search source."""
    catalogue = load_catalogue()
    return [
        Hit(
            title=catalogue.service(key).title.say(language),
            text=catalogue.service(key).summary.say(language),
            url=url_for("catalogue_pages.service", key=key),
            kind=N_("Service"),
            score=points + catalogue.service(key).priority / 100,
        )
        for key, points in rank(_service_entries(catalogue), query)
    ]
