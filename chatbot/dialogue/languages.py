"""Which language a question is written in, and which language the reply is in."""

import re

from chatbot.knowledge.entries import LANGUAGES

JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー一-鿿]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def written_in(text: str, otherwise: str) -> str:
    """ja or en by the letters; a single Latin word may be Japanese too (DV, PIN, LINE)."""
    if JAPANESE.search(text):
        return "ja"
    if len(LATIN_WORD.findall(text)) > 1:
        return "en"
    return known(otherwise)


def reply_language(text: str, wanted: str) -> str:
    """English questions get English replies; otherwise what the person chose."""
    return "en" if written_in(text, wanted) == "en" else known(wanted)


def known(language: str) -> str:
    return language if language in LANGUAGES else "ja"
