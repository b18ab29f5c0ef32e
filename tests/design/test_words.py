"""Every word of layouts and components has its Japanese."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from portal.core.i18n import PACKAGES
from tests.design.conftest import CATALOGUE, ROOT

HOLE = re.compile(r"%\(\w+\)s")


def asked_for() -> set[str]:
    """Message keys in the templates of this package."""
    found: set[str] = set()
    for folder in ("layout", "components"):
        for file in (ROOT / "templates" / folder).iterdir():
            text = file.read_text(encoding="utf-8")
            found |= set(re.findall(r'\b_\("([^"]+)"', text))
            found |= set(re.findall(r"\b_\('([^']+)'", text))
    return found


def test_every_word_is_translated_with_its_holes() -> None:
    words = {}
    for package in PACKAGES:  # one message has one Japanese, wherever it stands
        file = ROOT / package / "translations" / "ja" / "LC_MESSAGES" / "messages.po"
        with file.open("rb") as source:
            words |= {message.id: message.string for message in read_po(source, locale="ja")}
    asked = asked_for()
    assert len(asked) > 60
    for key in asked:
        assert words.get(key), key
        assert sorted(HOLE.findall(key)) == sorted(HOLE.findall(str(words[key]))), key


def test_no_word_stands_twice() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.M)
    assert len(keys) == len(set(keys))
