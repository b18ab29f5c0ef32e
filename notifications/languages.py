"""The languages notices can be written in, and which one a reader gets."""

from __future__ import annotations

from collections.abc import Container

JAPANESE = "ja"
EASY = "ja-Hira"  # やさしい日本語, as the answers of the bot name it
WRITTEN = {
    JAPANESE: "日本語",
    EASY: "やさしい日本語",
    "en": "English",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "tl": "Filipino",
}


def best(written: Container[str], wanted: str) -> str:
    """What a reader of `wanted` gets: that, else English for foreign readers, else Japanese."""
    if wanted in written:
        return wanted
    foreign = not wanted.startswith(JAPANESE)
    return "en" if foreign and "en" in written else JAPANESE


def menus(language: str) -> str:
    """The language of our own words (buttons, footers) beside a text in `language`."""
    return JAPANESE if language.startswith(JAPANESE) else "en"
