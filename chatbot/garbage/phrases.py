"""Takes the asking away from a question about garbage, so that the item's name is left."""

import re
import unicodedata
from functools import lru_cache

from chatbot.garbage.asking import ENDINGS, ENGLISH, OPENINGS

MARKS = re.compile(r"[\s　。、．，.,!?！？…〜~「」『』\"”“]+")

# Time must stay bounded, whatever somebody types.
MOST_READINGS, LONGEST_PIECE, LONGEST_OPENING = 40, 14, 12

_PIECE = re.compile("|".join(ENDINGS))
_OPENING = re.compile("|".join(OPENINGS))
_ENGLISH = [re.compile(pattern) for pattern in ENGLISH]
# Only these show that somebody speaks of throwing away; the bare name of a thing does not.
_ABOUT = re.compile(
    r"捨て|すてる|すてたい|すて方|ごみ|ゴミ|処分|廃棄|分別|収集|粗大|燃える|もえる|燃やせる|リサイクル|の出し方|"
    r"\b(?:throw|dispos|garbage|trash|rubbish|waste|recycl|get rid|discard)"
)


def plain(text: str) -> str:
    """NFKC, lower case, without marks at the ends."""
    return MARKS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def asks_about_garbage(text: str) -> bool:
    return bool(_ABOUT.search(plain(text)))


def readings_of_request(text: str) -> list[str]:
    """What may be the item's name in a request: the plain text, then ever more taken off.

    In this order, since names may end like a request does (kitchen garbage).
    """
    whole = plain(text)
    if whole.isascii():
        return _english_readings(whole)
    parts = (whole[first:last].strip() for first in _starts(whole) for last in _ends(whole))
    names = sorted({part for part in parts if part}, key=lambda name: (-len(name), name))
    return names[:MOST_READINGS] or [whole]


def strip_request(text: str) -> str:
    """The item's name inside a request; the plain text where nothing else would be left."""
    return readings_of_request(text)[-1]


def _ends(whole: str) -> list[int]:
    """Where the name may end, so that only pieces of asking follow it."""
    reached, waiting = {len(whole)}, [len(whole)]
    while waiting:
        last = waiting.pop()
        for first in range(max(1, last - LONGEST_PIECE), last):
            if first not in reached and _is_piece(whole[first:last]):
                reached.add(first)
                waiting.append(first)
    return sorted(reached, reverse=True)


def _starts(whole: str) -> list[int]:
    """Where the name may begin, so that only openings stand before it."""
    reached, waiting = {0}, [0]
    while waiting:
        first = waiting.pop()
        for last in range(first + 1, min(len(whole), first + LONGEST_OPENING) + 1):
            if last not in reached and _is_opening(whole[first:last]):
                reached.add(last)
                waiting.append(last)
    return sorted(reached)


@lru_cache(maxsize=20_000)
def _is_piece(text: str) -> bool:
    return text.isspace() or _PIECE.fullmatch(text.strip()) is not None


@lru_cache(maxsize=5_000)
def _is_opening(text: str) -> bool:
    return text.isspace() or _OPENING.fullmatch(text.strip()) is not None


def _english_readings(whole: str) -> list[str]:
    names = [whole]
    while len(names) < MOST_READINGS:
        shorter = _shorter_english(names[-1])
        if not shorter or shorter == names[-1]:
            break
        names.append(shorter)
    return names


def _shorter_english(name: str) -> str:
    for pattern in _ENGLISH:
        shorter = pattern.sub("", name).strip()
        if shorter and shorter != name:
            return shorter
    return name
