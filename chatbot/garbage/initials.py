"""The kana row under which an item stands in the list from A to わ."""

import unicodedata
from collections.abc import Callable, Mapping

import jaconv

ROWS: Mapping[str, str] = {
    "あ": "あいうえおぁぃぅぇぉゔ",
    "か": "かきくけこがぎぐげご",
    "さ": "さしすせそざじずぜぞ",
    "た": "たちつてとだぢづでどっ",
    "な": "なにぬねの",
    "は": "はひふへほばびぶべぼぱぴぷぺぽ",
    "ま": "まみむめも",
    "や": "やゆよゃゅょ",
    "ら": "らりるれろ",
    "わ": "わをんゐゑ",
    "a": "abcdefghijklmnopqrstuvwxyz0123456789",
}
OTHERS = "other"
ROW_OF = {letter: row for row, letters in ROWS.items() for letter in letters}


def initial(*readings: str) -> str:
    """The first letter of the first reading that begins with kana, a Latin letter or a figure."""
    for reading in readings:
        plain = str(jaconv.kata2hira(unicodedata.normalize("NFKC", reading).lower()))
        first = plain.lstrip("「『(（【[ ")[:1]
        if first in ROW_OF:
            return first
    return ""


def row_of(*readings: str) -> str:
    """The row of an item by its readings, the surest first."""
    return ROW_OF.get(initial(*readings), OTHERS)


def read_aloud(names: list[str]) -> dict[str, str]:
    """Initials of names that begin with kanji, as the dictionary reads them.

    Only imports use it: the dictionary is let go again afterwards, it is large.
    """
    from chatbot.engine.tokens import Analyzer

    reading: Callable[[str], str] = Analyzer().reading
    return {name: initial(reading(name)) for name in names}
