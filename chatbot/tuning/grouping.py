"""Puts near-same questions together: one key whatever the writing, then near keys. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.search.folding import face, pairs, without_request

NEAR = 0.6  # share of letter pairs two questions have in common (Dice) to be one group
LONGEST = 120


def folded(text: str) -> str:
    """The key of a question: width, kana, signs and the words of asking do not count."""
    return without_request(face(text))[:LONGEST]


def alike(one: str, other: str) -> float:
    """How alike two keys are, 0 to 1 (Dice's coefficient of letter pairs)."""
    mine, theirs = pairs(one), pairs(other)
    if not mine or not theirs:
        return float(one == other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def groups(weights: Mapping[str, int]) -> list[tuple[str, list[str]]]:
    """Keys in groups, each under its most frequent key; the heaviest keys found groups first."""
    by_pair: dict[str, set[str]] = {}
    heads: dict[str, list[str]] = {}
    for key in sorted(weights, key=lambda key: (-weights[key], key)):
        home = _home(key, by_pair)
        heads.setdefault(home or key, []).append(key)
        if home is None:
            for pair in pairs(key) or {key}:
                by_pair.setdefault(pair, set()).add(key)
    return list(heads.items())


def _home(key: str, by_pair: Mapping[str, Iterable[str]]) -> str | None:
    """The group this key belongs to; only heads with a pair in common are looked at."""
    near = {head for pair in pairs(key) or {key} for head in by_pair.get(pair, ())}
    best = max(near, key=lambda head: (alike(key, head), head), default=None)
    return best if best is not None and alike(key, best) >= NEAR else None
