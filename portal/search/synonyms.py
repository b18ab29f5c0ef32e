"""Other words people use for what a document is called; added when it is indexed."""

from __future__ import annotations

from collections.abc import Iterable
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


def other_words(names: Iterable[str]) -> list[str]:
    """Words of every group that has one of its words in these names, but those already there."""
    looks = [face(name) for name in names]
    found: dict[str, None] = {}
    for group in groups():
        if any(face(word) in look for word in group for look in looks):
            found.update(dict.fromkeys(group))
    return [word for word in found if face(word) not in looks]
