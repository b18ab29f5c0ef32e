"""Takes the asking away from a question about garbage, so that the item's name is left."""

import re
import unicodedata
from functools import lru_cache

import jaconv

from chatbot.garbage.asking import ENDINGS, ENGLISH, OPENINGS

MARKS = re.compile(
    r"[\s　。、．，.,!?！？…〜~「」『』\[\]\"”“\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+"
)

# Time must stay bounded, whatever somebody types.
MOST_READINGS, LONGEST_PIECE, LONGEST_OPENING = 40, 14, 12
MOST_CUTS = 30

_PIECE = re.compile("|".join(ENDINGS))
_OPENING = re.compile("|".join(OPENINGS))
_ENGLISH = [re.compile(pattern) for pattern in ENGLISH]
# Only these show that somebody speaks of throwing away; the bare name of a thing does not.
_ABOUT = re.compile(
    r"捨て|すてる|すてたい|すて方|ごみ|ゴミ|処分|廃棄|分別|収集|粗大|燃える|もえる|燃やせる|リサイクル|の出し方|"
    r"\b(?:throw|dispos|garbage|trash|rubbish|waste|recycl|get rid|discard)"
)
# These show that something is to be done with what is named before them.
_HANDLED = re.compile(
    r"捨|すて|棄|投げ|ほかす|ほかし|ごみ|処分|しょぶん|廃棄|分別|ぶんべつ|収集|回収|引き?取|持ち?込|粗大|燃|もえ|もやす|"
    r"リサイクル|りさいくる|袋|曜日|有料|無料|料金|出し|出せ|出す|だし方|片付|片づけ|要らな|いらな|不要|壊れ|洗|分解"
)
# Where a name may end, and where the next may begin: after small words, and where kana change to
# kanji or katakana.
_NAME_ENDS = re.compile(
    r"(?=は|を|が|も|って|とか|など|なん|だけ| |"
    r"の(?:捨|す|出|だ|処|しょ|分|ぶ|廃|回|収|ご|種|区|件|方|日|袋|料|曜))"
)
_NAME_STARTS = re.compile(
    r"(?<=[はをがもでのにとた ])|(?<=って)|(?<=けど)|(?<=[ぁ-ゖ])(?=[^ぁ-ゖー])"
)
_ASKED = re.compile(r"どう|どこ|いつ|なに|なん|持っ|もって|よい|いい")
_HIRAGANA = re.compile(r"[ぁ-ゖ]")


def plain(text: str) -> str:
    """NFKC, lower case, without marks at the ends."""
    return MARKS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def asks_about_garbage(text: str) -> bool:
    return bool(_ABOUT.search(plain(text)))


def readings_of_request(text: str) -> list[str]:
    """What may be the item's name in a request: the plain text, then ever more taken off.

    In this order, since names may end like a request does (kitchen garbage).
    """
    whole = _in_hiragana(plain(text))
    if whole.isascii():
        return _english_readings(whole)
    parts = (whole[first:last].strip() for first in _starts(whole) for last in _ends(whole))
    names = sorted({part for part in parts if part}, key=lambda name: (-len(name), name))
    return names[:MOST_READINGS] or [whole]


def cuts_of_request(text: str) -> list[str]:
    """What may be the item's name in a sentence whose words nobody foresaw, longest first.

    None where nothing in it speaks of getting rid of something.
    """
    whole = _in_hiragana(plain(text))
    if not _HANDLED.search(str(jaconv.kata2hira(whole))):
        return []
    starts = [0, *(found.start() for found in _NAME_STARTS.finditer(whole))]
    ends = [found.start() for found in _NAME_ENDS.finditer(whole)]
    parts = {whole[first:last].strip(): first for first in starts for last in ends if first < last}
    ranked = sorted(parts.items(), key=lambda part: (-len(part[0]), part[1]))
    return [part for part, _ in ranked if part and not _is_piece(part)][:MOST_CUTS]


def strip_request(text: str) -> str:
    """The item's name inside a request; the plain text where nothing else would be left."""
    return readings_of_request(text)[-1]


def _in_hiragana(whole: str) -> str:
    """A sentence typed all in katakana, as old telephones do; names alone stay as they are."""
    if _HIRAGANA.search(whole):
        return whole
    folded = str(jaconv.kata2hira(whole))
    return folded if _HANDLED.search(folded) or _ASKED.search(folded) else whole


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
