"""Which language a question is written in."""

import re

from chatbot.knowledge.entries import LANGUAGES

JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー一-鿿]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def has_japanese(text: str) -> bool:
    return bool(JAPANESE.search(text))


def written_in(text: str, otherwise: str) -> str:
    """ja or en by the letters; a single Latin word may be Japanese too (DV, PIN, LINE)."""
    if has_japanese(text):
        return "ja"
    if len(LATIN_WORD.findall(text)) > 1:
        return "en"
    return known(otherwise)


def known(language: str) -> str:
    return language if language in LANGUAGES else "ja"
