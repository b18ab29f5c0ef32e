"""What of a document's text is searched, and in which pieces. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from portal.search.folding import folded, pairs

LONGEST_BODY = 800  # letters of the text that are searched


def body_of(titles: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """What is searched besides the names: folded, with blanks between words."""
    told = " ".join([*titles.values(), *texts.values()])
    return folded(told[: 2 * LONGEST_BODY])[:LONGEST_BODY]


def body_pieces(text: str) -> set[str]:
    """Pairs of Japanese letters; Latin words whole, as their pairs are in every text."""
    words = text.split()
    latin = {word for word in words if word.isascii()}
    return latin.union(*(pairs(word) for word in words if not word.isascii()))
