"""How well things are found in garbage lists, by file and way of writing, and how fast."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.garbage_variants import Asked, variants
from chatbot.engine.tokens import Analyzer
from chatbot.garbage import tables
from chatbot.garbage.evaluation import Outcome, ask_all
from chatbot.garbage.items import Item
from chatbot.garbage.loading import shipped_guide, shipped_synonyms
from chatbot.garbage.matching import ItemSearch
from chatbot.garbage.names import names_of
from chatbot.garbage.reading import look_key

DATA = Path(__file__).parent / "data"
FLOORS = {"typo": 0.93, "other words": 0.60, "no item (false)": 0.05}
TYPOS = frozenset({"deletion", "insertion", "substitution", "swap"})
EXACT = 0.99
# Of the processor: others on the machine do not count.
CLOCK = time.thread_time


def report(files: Sequence[Path], most: int) -> str:
    """A table a list; without files, of the guide that we ship."""
    analyzer = Analyzer()
    lists = [(file.name, tables.read_items(file)) for file in files]
    lists = lists or [("shipped guide", list(shipped_guide().items))]
    return "\n\n".join(_table(name, items, analyzer, most) for name, items in lists)


def _table(title: str, items: list[Item], analyzer: Analyzer, most: int) -> str:
    begin = time.perf_counter()
    search = ItemSearch(items, analyzer.reading, shipped_synonyms(), analyzer.tokens)
    built = time.perf_counter() - begin
    names = sorted({item.name for item in items})[:most]
    lines = [
        f"{title}: {len(items)} items, built in {built:.1f} s",
        f"{'way of writing':18}{'queries':>8}{'hit@1':>8}{'hit@5':>8}{'floor':>7}"
        f"{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}",
    ]
    typos: list[Outcome] = []
    for kind, asked in variants(names, analyzer.reading):
        outcomes = ask_all(search, asked, CLOCK)
        typos += outcomes if kind in TYPOS else []
        lines.append(_line(kind, outcomes, None if kind in TYPOS else EXACT))
    lines.append(_line("typo (all four)", typos, FLOORS["typo"]))
    lines.append(_line("other words", _other_words(search, items), FLOORS["other words"]))
    nothing = ask_all(search, [(word, "") for word in words("garbage_no_items.txt")], CLOCK)
    found = sum(not one.hit(1) for one in nothing) / max(1, len(nothing))
    lines.append(
        f"{'no item (false)':18}{len(nothing):8}{found:8.3f}{'':8}"
        f"{'≤ ' + format(FLOORS['no item (false)'], '.2f'):>7}" + _times(nothing)
    )
    return "\n".join(lines)


def _line(kind: str, outcomes: Sequence[Outcome], floor: float | None) -> str:
    count = max(1, len(outcomes))
    hits = [sum(one.hit(depth) for one in outcomes) / count for depth in (1, 5)]
    least = f"{floor:.2f}" if floor else ""
    return f"{kind:18}{len(outcomes):8}{hits[0]:8.3f}{hits[1]:8.3f}{least:>7}" + _times(outcomes)


def _times(outcomes: Iterable[Outcome]) -> str:
    took = sorted(one.milliseconds for one in outcomes) or [0.0]
    return "".join(
        f"{took[min(len(took) - 1, int(len(took) * p))]:8.2f}" for p in (0.5, 0.95, 0.99)
    )


def _other_words(search: ItemSearch, items: Sequence[Item]) -> list[Outcome]:
    """Everyday words whose usual name is in the list, and which are not in it themselves.

    A hit is any row that goes by one of the names that may be meant.
    """
    rows: dict[str, set[str]] = {}
    for item in items:
        rows.setdefault(item.name, set()).update(map(look_key, names_of(item)))
    known: set[str] = set().union(*rows.values())
    asked: list[Asked] = []
    for line in words("garbage_other_words.txt"):
        word, _, names = line.partition("=")
        meant = {look_key(name) for name in names.split("|")}
        if look_key(word) not in known and meant & known:
            asked.append((word, names))
    found = ask_all(search, asked, CLOCK)
    return [
        replace(one, names=tuple(_meant(name, rows, one) for name in one.names)) for one in found
    ]


def _meant(name: str, rows: dict[str, set[str]], asked: Outcome) -> str:
    """The expected text where the row found is one of those meant, so that it counts as a hit."""
    meant = {look_key(each) for each in asked.expected.split("|")}
    return asked.expected if rows[name] & meant else name


def words(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").split()
