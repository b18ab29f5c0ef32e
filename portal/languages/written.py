"""What there is to translate, and what stands there: site words, the catalogue, others' texts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app

from portal.catalogue import store
from portal.catalogue.languages import translations
from portal.catalogue.load import DATA
from portal.catalogue.phrases import phrases
from portal.catalogue.wordings import texts_of
from portal.core.i18n import PACKAGES
from portal.core.i18n_catalogues import raw_words
from portal.core.languages import TRANSLATED
from portal.languages.signatures import corrections

WORDS, CATALOGUE = "words", "catalogue"


@dataclass(frozen=True, slots=True)
class Written:
    """One text in one language beside its source; `text` "" where there is none yet.

    signed: known of texts that are signed elsewhere (the answers' own editor), else None
    url: where staff change it, "" for site words
    """

    kind: str
    key: str
    ja: str
    en: str
    text: str
    signed: bool | None = None
    url: str = ""

    @property
    def hash(self) -> str:
        """Of source and translation, so that a signature ends when either changes."""
        return hashlib.sha256(f"{self.ja}\0{self.text}".encode()).hexdigest()[:32]

    @property
    def mark(self) -> str:
        """A short name for forms."""
        return hashlib.sha256(f"{self.kind}\0{self.key}".encode()).hexdigest()[:16]


Source = Callable[[str], Iterator[Written]]


def add_texts(app: Flask, kind: str, source: Source) -> None:
    """Let one more package's texts be counted; `source(language)` gives them."""
    _sources(app)[kind] = source


def written(kind: str, language: str) -> list[Written]:
    """Every text of a kind in a language, missing ones too."""
    if kind == WORDS:
        return list(_site_words(language))
    if kind == CATALOGUE:
        return list(_catalogue(language))
    return list(_sources(current_app)[kind](language))


def kinds() -> list[str]:
    """In the order of the table."""
    return [WORDS, CATALOGUE, *_sources(current_app)]


def _sources(app: Flask) -> dict[str, Source]:
    found: dict[str, Source] = app.extensions.setdefault("mado.written", {})
    return found


def shipped_words(language: str) -> dict[str, str]:
    """The site's words as they come with this program, by their English keys."""
    root = Path(current_app.root_path)
    return _shipped(root, language)


@lru_cache(maxsize=16)
def _shipped(root: Path, language: str) -> dict[str, str]:
    return raw_words([root / package / "translations" for package in PACKAGES], language)


def residents_keys() -> list[str]:
    """Messages residents meet: those translated into any language. Clerks' stay in two."""
    japanese = shipped_words("ja")
    any_of = {key for code in TRANSLATED for key in shipped_words(code)}
    return [key for key in japanese if key in any_of]


def _site_words(language: str) -> Iterator[Written]:
    ours, japanese, city = shipped_words(language), shipped_words("ja"), corrections(language)
    for key in residents_keys():
        yield Written(WORDS, key, japanese[key], key, city.get(key) or ours.get(key, ""))


def _catalogue(language: str) -> Iterator[Written]:
    for thing, entries in store.entries_over(store.live_entries()).items():
        for key, entry in entries.items():
            for place, words in texts_of(entry.body):
                whole, text = f"{thing}s.{key}.{place}", words.get(language, "")
                url = f"/staff/catalogue/{thing}s/{key}/languages/{language}"
                yield Written(CATALOGUE, whole, words["ja"], words.get("en", ""), text, url=url)
    shipped = translations(DATA)
    for key, sentence in phrases().items():
        text = shipped.get(f"phrases.{key}", {}).get(language, "")
        yield Written(CATALOGUE, f"phrases.{key}", sentence.ja, sentence.en, text)
