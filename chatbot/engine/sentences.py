"""Finds the sentence of an answer that speaks about a question."""

import re
from collections.abc import Callable, Iterable

# Japanese and English sentence ends, and the line ends of lists.
END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n+")
MARKDOWN = re.compile(r"^\s*(?:[-*+]|\d+\.|#+|>)\s+|\*\*|__|`")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def sentences(text: str) -> list[str]:
    """The sentences of a Markdown text, without its marks."""
    plain = (MARKDOWN.sub("", LINK.sub(r"\1", part)).strip() for part in END.split(text))
    return [part for part in plain if part]


def best_sentence(
    parts: Iterable[list[str]], texts: list[str], asked: set[str], weight: Callable[[str], float]
) -> str:
    """The text whose words cover most of what was asked; the first when none does.

    parts are the words of each text, in the same order.
    """
    worth = [sum(weight(word) for word in asked & set(words)) for words in parts]
    if not worth:
        return ""
    return texts[max(range(len(worth)), key=lambda i: (worth[i], -i))]
