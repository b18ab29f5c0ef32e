"""The names under which one item of a list can be asked for.

Lists write variants into the name: ジャー（炊飯器）, いす(金属)80％以上金属製, 紙コップ・紙皿.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum

from chatbot.garbage.items import Item

BRACKETS = re.compile(r"[(\[【〔<〈《][^()\[\]【】〔〕<>〈〉《》]*[)\]】〕>〉》]")
IN_BRACKETS = re.compile(r"[(\[【〔<〈《]([^()\[\]【】〔〕<>〈〉《》]+)[)\]】〕>〉》]")
BETWEEN = re.compile(r"[、,，／/]|(?<=[ぁ-ゖァ-ヺー一-鿿々])[・･](?=[ぁ-ゖァ-ヺー一-鿿々a-z])")
# What tells variants apart and is no name: material, size, state, use.
CONDITION = re.compile(
    r"製|以外|以上|以下|未満|超|もの|モノ|物$|場合|cm|mm|kg|kw|m$|リットル|付き?$|なし$|無し$|有り$|あり$|用$|"
    r"汚れ|状|式$|マーク|のみ|可$|不可|除く|含む|限る|など|等$|入り|入る|入ら|できる|できない|ある|ない|大$|小$|^[大中小]|"
    r"^金属$|^埋立$|^容プラ$|^木$|^紙$|^布$|^プラ|^家庭|^業務|^その他|ください|部分|本体|対象|%|\d"
)
MATERIAL = re.compile(
    r"^(?:カン|かん|缶|ビン|びん|瓶|ペットボトル|プラボトル|アルミ|スチール|ステンレス|ガラス|陶器|陶磁器|石|竹|ゴム|革|"
    r"電気|石油|ガス|灯油|電池|ベビー|子供|子ども|大人|電動|手動|楽器|工具|食品|衣類|スプリング|コンクリート)$"
)
# Where a condition was hung on the name without brackets: アイロン台80％以上金属製.
TAIL = re.compile(
    r"(?:金属部分|[0-9]+ ?(?:%|cm|mm|m\b|kg)|"
    r"(?:プラスチック|ガラス|金属|木|紙|布|陶磁器|ゴム|革|ナイロン|アルミ|ステンレス|スチール)製).*$"
)
SHORTEST = 2


class Rank(IntEnum):
    """How much of an item a name says."""

    PART = 0
    HEAD = 1
    WHOLE = 2


def names_of(item: Item) -> dict[str, Rank]:
    """Names as they are read aloud, with how much of the item each says.

    English ones are left out: read aloud they would sound like other Japanese items.
    """
    names = {item.name: Rank.WHOLE}
    for text in (item.kana, *item.aliases):
        if text:
            names.setdefault(text, Rank.WHOLE)
    for text in (item.name, *item.aliases):
        for other, rank in _shorter(_plain(text), _plain(item.note)):
            if other:
                names[other] = max(rank, names.get(other, rank))
    return names


def without_brackets(name: str) -> str:
    """The name without what stands in brackets, which tells variants of one item apart."""
    plain = _plain(name)
    while (shorter := BRACKETS.sub("", plain)) != plain:
        plain = shorter
    return plain.strip()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()


def _shorter(name: str, note: str) -> Iterator[tuple[str, Rank]]:
    head = without_brackets(name)
    yield head, Rank.HEAD
    # Some lists hang what they note on the name too.
    own = head.removesuffix(note).strip() if note else head
    yield own, Rank.HEAD
    bare = TAIL.sub("", own).strip()
    yield bare, Rank.HEAD
    parts = [part.strip() for part in BETWEEN.split(bare)]
    for part in parts if len(parts) > 1 else ():
        if _is_name(part):
            yield part, Rank.PART
    for inside in IN_BRACKETS.findall(name):
        for part in BETWEEN.split(inside):
            if _is_name(part.strip()):
                yield part.strip(), Rank.PART


def _is_name(part: str) -> bool:
    return len(part) >= SHORTEST and not (CONDITION.search(part) or MATERIAL.match(part))
