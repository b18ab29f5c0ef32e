"""Other words people use for what a document is called; added when it is indexed."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import yaml

from portal.search.folding import face

FILE = Path(__file__).parent / "data" / "synonyms.yaml"


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[str, ...], ...]:
    """Groups of words for one thing."""
    rows = yaml.safe_load(FILE.read_text("utf-8"))
    return tuple(tuple(str(word) for word in row) for row in rows)


@lru_cache(maxsize=1)
def _looks() -> tuple[tuple[tuple[str, str], ...], ...]:
    """The groups with how each word looks: thousands of documents are compared with them."""
    return tuple(tuple((word, face(word)) for word in group) for group in groups())


def other_words(looks: Collection[str]) -> list[str]:
    """Words of every group that has one of its words in these names, but those already there."""
    whole = "\n".join(looks)
    found: dict[str, str] = {}
    for group in _looks():
        if any(look in whole for _, look in group):
            found.update({look: word for word, look in group})
    return [word for look, word in found.items() if look not in looks]
