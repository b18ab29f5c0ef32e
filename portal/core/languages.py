"""The languages of the portal by their BCP 47 codes, and what stands in for what is not written.

やさしい日本語 is Japanese said in short words with the readings of its letters: ja-Hira here (a
code of our own choice, ADR 0011), `ja` for browsers and screen readers.
"""

from __future__ import annotations

from collections.abc import Container

JAPANESE = "ja"
EASY = "ja-Hira"
ENGLISH = "en"
# What residents choose from, each by its own name, in the order of every menu.
LANGUAGES = {
    JAPANESE: "日本語",
    EASY: "やさしい日本語",
    ENGLISH: "English",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "tl": "Tagalog",
}
STAFF = {code: LANGUAGES[code] for code in (JAPANESE, ENGLISH)}
# Written with the product by those who make it; the others are translations of these.
SOURCES = frozenset(STAFF)
TRANSLATED = tuple(code for code in LANGUAGES if code not in SOURCES)

# What others (Babel, browsers, connected tools) call them.
LOCALES = {EASY: JAPANESE, "zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "tl": "fil"}
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def base_of(language: str) -> str:
    """The language that fills gaps: Japanese for easy Japanese, English for all others."""
    return JAPANESE if language.startswith(JAPANESE) else ENGLISH


def in_japanese(language: str) -> bool:
    """Whether its readers read Japanese, in easy words or others."""
    return language.startswith(JAPANESE)


def tag(language: str) -> str:
    """What a page says in `lang`: screen readers and fonts know no ja-Hira."""
    return JAPANESE if language == EASY else language


def best(written: Container[str], wanted: str) -> str:
    """What a reader of `wanted` gets: that, else English for foreign readers, else Japanese."""
    if wanted in written:
        return wanted
    return ENGLISH if not in_japanese(wanted) and ENGLISH in written else JAPANESE


def known(wanted: str) -> str | None:
    """Our language for a tag of BCP 47 in any of its usual forms (zh-TW, fil, en_GB)."""
    plain = wanted.replace("_", "-").lower()
    if plain.startswith("zh"):
        return "zh-Hant" if plain.startswith(_TRADITIONAL) else "zh-Hans"
    if plain == EASY.lower():
        return EASY
    first = {"fil": "tl"}.get(plain.partition("-")[0], plain.partition("-")[0])
    return first if first in LANGUAGES else None
