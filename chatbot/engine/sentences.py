"""Finds the sentence of an answer that speaks about a question."""

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

# Japanese and English sentence ends; the number of a list item is taken off before.
END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+")
MARKDOWN = re.compile(r"^\s*(?:[-*+]|\d+\.|#+|>)\s+|\*\*|__|`")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def sentences(text: str) -> list[str]:
    """The sentences of a Markdown text, without its marks."""
    lines = (MARKDOWN.sub("", LINK.sub(r"\1", line)) for line in text.splitlines())
    parts = (part.strip() for line in lines for part in END.split(line))
    return [part for part in parts if part]


def best_sentence(
    parts: Iterable[AbstractSet[str]],
    texts: list[str],
    asked: set[str],
    weight: Callable[[str], float],
) -> str:
    """The text whose words cover most of what was asked; the first when none does.

    parts are the words of each text, in the same order.
    """
    worth = [sum(weight(word) for word in asked & words) for words in parts]
    if not worth:
        return ""
    return texts[max(range(len(worth)), key=lambda i: (worth[i], -i))]
