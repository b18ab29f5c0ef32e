"""Every further language's words: known messages only, none empty, the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po

from portal.catalogue.load import DATA, shipped_catalogue, shipped_entries
from portal.catalogue.phrases import phrases
from portal.catalogue.wordings import texts_of
from portal.core.i18n import PACKAGES
from portal.core.languages import EASY, LANGUAGES, TRANSLATED
from portal.core.text_marks import NOTATION, marked

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
BRACES = re.compile(r"\{(\w+)\}")
STRAY = re.compile("[\ufff9-\ufffb\ufdd0-\ufdd4]")


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for package in PACKAGES:
        file = ROOT / package / "translations" / language / "LC_MESSAGES" / "messages.po"
        if file.exists():
            with file.open("rb") as source:
                found |= {str(one.id): str(one.string) for one in read_po(source) if one.id}
    return found


@pytest.fixture(scope="module")
def japanese() -> dict[str, str]:
    return words("ja")


def test_no_other_languages_lie_about() -> None:
    there = {path.name for path in ROOT.glob("*/translations/*") if path.is_dir()}
    assert there <= set(LANGUAGES)
    assert {path.stem for path in (DATA / "languages").glob("*")} <= set(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_words_of_the_site(language: str, japanese: dict[str, str]) -> None:
    found = words(language)
    assert not sorted(set(found) - set(japanese)), "messages nobody says any more"
    assert not [key for key, text in found.items() if not text.strip()]
    wrong = [
        key
        for key, text in found.items()
        if set(PLACEHOLDER.findall(key)) != set(PLACEHOLDER.findall(text))
        or STRAY.search(text)
        or (language != EASY and NOTATION.search(text))
    ]
    assert not wrong


def test_easy_japanese_has_a_reading_for_every_kanji() -> None:
    bare = [text for text in words(EASY).values() if re.search("[一-鿿々]", NOTATION.sub("", text))]
    assert not bare


def places() -> dict[str, str]:
    found = {
        f"{thing}s.{key}.{place}".removesuffix(".name" if thing == "item" else "\0"): text["ja"]
        for thing, entries in shipped_entries().items()
        for key, entry in entries.items()
        for place, text in texts_of(entry.body)
    }
    return found | {f"phrases.{key}": text.ja for key, text in phrases().items()}


@pytest.mark.parametrize("language", TRANSLATED)
def test_texts_of_the_catalogue(language: str) -> None:
    file = DATA / "languages" / f"{language}.yaml"
    found = yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}
    known = places()
    assert not sorted(set(found) - set(known)), "places that are not in the catalogue"
    wrong = [
        place
        for place, text in found.items()
        if not text.strip()
        or set(BRACES.findall(marked(text))) != set(BRACES.findall(known[place]))
    ]
    assert not wrong
    assert not found or shipped_catalogue().services[0].title.others[language]
