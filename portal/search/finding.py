"""Finds documents: candidates by pairs of letters in PostgreSQL, then ranked name by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

from portal.core.db import rows
from portal.core.text_marks import spoken
from portal.search.folding import is_kana, sound
from portal.search.pieces import body_of, body_pieces
from portal.search.ranking import Fit, Name, Word, fit
from portal.search.typed import Typed, all_grams, by_letters, core, typed

CANDIDATES = 60
FORGIVEN = 24  # of them, those with most pairs in common, are compared letter by letter
DEAREST = 1_500  # heads that may be compared to choose the candidates
FEWEST_GRAMS = 2
ENOUGH_IN_NAMES = 20  # when names answer so often, texts are not searched
IN_TEXT = 0.36  # points of words that stand in a text only

# One round trip: how words are read, how kana may be written, and how common the pairs are.
KNOWN = """
SELECT 'w', word, reading, 0 FROM search_words WHERE word = ANY(%(pieces)s)
 UNION ALL
(SELECT 's', word, sound, 0 FROM search_words WHERE sound = ANY(%(sounds)s) LIMIT 12)
 UNION ALL
SELECT 'g', gram, '', documents FROM search_grams WHERE gram = ANY(%(grams)s)
"""
READINGS = "SELECT word, reading FROM search_words WHERE word = ANY(%(pieces)s)"
COUNTS = "SELECT gram, documents FROM search_grams WHERE gram = ANY(%(grams)s)"
COLUMNS = """kind, key, titles, texts, url, sensitive, weight, updated,
       names, faces, sounds, strengths"""
IN_NAMES = f"""
SELECT {COLUMNS} FROM (
    SELECT * FROM search_documents WHERE head @@ %(some)s::tsquery
     ORDER BY weight DESC, updated DESC NULLS LAST LIMIT {DEAREST}) AS likely
 ORDER BY ts_rank(head, %(all)s::tsquery) + weight / 100 DESC, updated DESC NULLS LAST, kind, key
 LIMIT {CANDIDATES}
"""  # noqa: S608  (constants only)
IN_TEXTS = f"""
SELECT {COLUMNS} FROM search_documents WHERE body @@ %(body)s::tsquery
 ORDER BY updated DESC NULLS LAST, kind, key LIMIT {CANDIDATES}
"""  # noqa: S608  (constants only)


@dataclass(frozen=True)
class Hit:
    """A found thing, in the page's language."""

    kind: str
    key: str
    title: str
    text: str
    url: str
    sensitive: bool
    points: float
    by: str
    exact: bool

    @property
    def outside(self) -> bool:
        """Whether it leads to another site."""
        return self.url.startswith("http")


@dataclass
class Found:
    """Hits, best first, and what they were found by."""

    query: Typed
    words: tuple[Word, ...] = ()
    hits: list[Hit] = field(default_factory=list)

    @property
    def did_you_mean(self) -> str:
        """The name that was probably meant, where nothing is called what was typed."""
        if not self.hits or self.hits[0].exact or not self.hits[0].by:
            return ""
        return self.hits[0].by


def find(text: str, language: str, *, texts: bool = True) -> Found:
    """What answers a query: at most five statements; as many again when nothing does at first."""
    query = typed(text)
    found = _found(query, language, texts=texts)
    if found.hits:
        return found
    for other in (by_letters(query), core(text)):
        if other.words and other != query:
            found = _found(other, language, texts=texts)
        if found.hits:
            break
    return found


def is_built() -> bool:
    """Whether there is an index; before the first one nothing can be missed."""
    return bool(rows("SELECT EXISTS (SELECT FROM search_documents)", {})[0][0])


def _found(query: Typed, language: str, *, texts: bool) -> Found:
    if not query.words:
        return Found(query)
    readings, written, counts = _known(query)
    words = query.heard({})
    hits = _ranked(words, counts, language)
    if readings and not any(each.exact for each in hits):
        words = query.heard(readings)  # 自動手当 sounds like 児童手当
        hits = _ranked(words, counts | _counts(words, counts), language)
    if texts and len(hits) < ENOUGH_IN_NAMES:
        named = {(each.kind, each.key) for each in hits}
        rest = [row for row in _in_texts(words, written) if (row[0], row[1]) not in named]
        hits += [_hit(row, Fit(IN_TEXT, "", exact=True), language) for row in rest]
    best_first = sorted(hits, key=lambda each: (-each.points, each.kind, each.key))
    return Found(query, words, best_first)


def readings_of(pieces: Collection[str]) -> dict[str, list[str]]:
    """How words are read, as far as documents have them."""
    found: dict[str, list[str]] = {}
    for word, reading in rows(READINGS, {"pieces": sorted(pieces)}):
        found.setdefault(word, []).append(reading)
    return found


def _ranked(words: Sequence[Word], counts: Mapping[str, int], language: str) -> list[Hit]:
    rarity = _rarity(counts)
    hits = [
        _hit(row, fit(words, _names(row), rarity, forgiving=place < FORGIVEN), language)
        for place, row in enumerate(_in_names(words, counts))
    ]
    return [each for each in hits if each.points]


def _counts(words: Sequence[Word], known: Mapping[str, int]) -> dict[str, int]:
    missing = sorted(all_grams(words) - known.keys())
    return dict(rows(COUNTS, {"grams": missing}))


def _known(query: Typed) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, int]]:
    """Readings of words, spellings of sounds, and in how many heads each pair is."""
    plain = query.heard({})
    sounds = [sound(word) for word in query.words if is_kana(word)]
    values = {"pieces": sorted(query.pieces), "sounds": sounds, "grams": sorted(all_grams(plain))}
    readings: dict[str, list[str]] = {}
    written: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for what, one, other, number in rows(KNOWN, values):
        if what == "w":
            readings.setdefault(one, []).append(other)
        elif what == "s":
            written.setdefault(other, []).append(one)
        else:
            counts[one] = number
    return readings, written, counts


def _in_names(words: Sequence[Word], counts: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """Documents with the rarest pairs of the query, those with most of all its pairs first."""
    wanted = all_grams(words)
    some = _rarest(wanted, counts)
    if not some:
        return []
    return rows(IN_NAMES, {"some": _any_of(some), "all": _any_of(sorted(wanted))})


def _rarest(wanted: set[str], counts: Mapping[str, int]) -> list[str]:
    """As many as may be looked at; a first letter chooses only where there is nothing else."""
    first = {gram for gram in wanted if gram.startswith("^")}
    known = sorted((counts[gram], gram) for gram in wanted & counts.keys() - first)
    chosen: list[str] = []
    cost = 0
    for count, gram in known:
        if len(chosen) >= FEWEST_GRAMS and cost + count > DEAREST:
            break
        chosen.append(gram)
        cost += count
    return chosen or sorted(first & counts.keys())


def _rarity(counts: Mapping[str, int]) -> dict[str, float]:
    most = max(counts.values(), default=1)
    return {gram: log(1 + 2 * most / number) for gram, number in counts.items()}


def _in_texts(words: Sequence[Word], written: Mapping[str, Sequence[str]]) -> list[tuple[Any, ...]]:
    """Documents whose text has every word, as typed or as its kana are written."""
    ways = [
        [word.face, *(spelling for each in word.sounds for spelling in written.get(each, ()))]
        for word in words
    ]
    clauses = [" | ".join(f"({part})" for part in map(_all_of, way) if part) for way in ways]
    if not all(clauses):
        return []
    found = rows(IN_TEXTS, {"body": " & ".join(f"({each})" for each in clauses)})
    return [row for row in found if _says(row, ways)]


def _says(row: tuple[Any, ...], ways: Sequence[Sequence[str]]) -> bool:
    """Pairs of letters may stand apart; the words themselves must be there."""
    told = body_of(row[2], row[3])
    return all(any(word in told for word in way) for way in ways)


def _all_of(text: str) -> str:
    return " & ".join(map(_lexeme, sorted(body_pieces(text))))


def _any_of(grams: Sequence[str]) -> str:
    return " | ".join(map(_lexeme, grams))


def _lexeme(gram: str) -> str:
    """Quoted for tsquery; folding leaves letters and digits only, but nobody need rely on it."""
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"


def _names(row: tuple[Any, ...]) -> list[Name]:
    return [Name(*parts) for parts in zip(*row[8:12], strict=True)]


def _hit(row: tuple[Any, ...], fitting: Fit, language: str) -> Hit:
    kind, key, titles, texts, url, sensitive, weight, *_ = row
    return Hit(
        kind=kind,
        key=key,
        title=spoken(titles, language),
        text=spoken(texts, language),
        url=url,
        sensitive=sensitive,
        points=fitting.points + weight / 20 if fitting.points else 0.0,
        by=fitting.by,
        exact=fitting.exact,
    )
