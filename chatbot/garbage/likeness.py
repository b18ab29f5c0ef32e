"""Whether two names may be one: by slips of the thumb, by their kanji, by how much they say."""

import re

from chatbot.garbage.letters import Letters

# Letters that must be right for each one that may be wrong.
RIGHT_A_SLIP = 4
SHORTEST_SLIP = 3
# Shorter endings than these stand in too many words. Kana say less than kanji.
SHORTEST_KANJI, SHORTEST_KANA = 2, 3
KANJI = re.compile(r"[一-鿿々]")


def alike(word: Letters, other: str, less: float) -> float:
    """Likeness of two words of which few letters differ; 0 where they are different words."""
    longest = max(word.length, len(other))
    slips = max(1, longest // RIGHT_A_SLIP) if longest >= SHORTEST_SLIP else 0
    if not longest or abs(word.length - len(other)) > slips:
        return 0.0
    apart = word.apart(other)
    return 1 - (apart + less) / longest if apart <= slips else 0.0


def may_be(asked: str, name: str, *, mixed: bool = True) -> bool:
    """Whether words of one sound may be one: written in different kanji they are not (鎌, 釜).

    `mixed`: kanji may also stand for kana; not for words that only sound nearly so.
    """
    kanji, others = set(KANJI.findall(asked)), set(KANJI.findall(name))
    if not kanji or kanji & others:
        return True
    return mixed and not others


def says_enough(surface: str) -> bool:
    return len(surface) >= (SHORTEST_KANJI if KANJI.search(surface) else SHORTEST_KANA)
