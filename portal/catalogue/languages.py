"""The shipped catalogue's texts in the languages that are neither Japanese nor English.

One file a language, `data/languages/<code>.yaml`: places in the catalogue with their texts
("services.garbage.title", "desks.tax.hours", "items.identity", "phrases.turns_age").
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.catalogue.reading import FaultyEntry
from portal.catalogue.wordings import Words, with_texts
from portal.core.languages import TRANSLATED

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = "languages"


@lru_cache(maxsize=4)
def translations(data: Path) -> Mapping[str, Mapping[str, str]]:
    """Place: {language: text} of a data directory; a language without a file has none."""
    found: dict[str, dict[str, str]] = {}
    for language in TRANSLATED:
        for place, text in _read(data / FOLDER / f"{language}.yaml").items():
            found.setdefault(place, {})[language] = text
    return found


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    whole = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  safe loader
    if not isinstance(whole, dict) or not all(isinstance(each, str) for each in whole.values()):
        raise FaultyEntry(f"{file.name}: expected a text for each place")
    return whole


def translated(data: Path, body: Any, place: str) -> Any:
    """A body as it is shipped, with its texts in all languages there are."""
    known = translations(data)
    return with_texts(body, lambda inner, _: _said(known, f"{place}.{inner}".rstrip(".")))


def _said(known: Mapping[str, Mapping[str, str]], place: str) -> Words:
    return known.get(place, {})
