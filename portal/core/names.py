"""Letters of names: kept as they were typed, counted and cut as people see them, compared. Pure.

Names of family registers hold letters beyond what keyboards and fonts of every day know: plane 2
and 3 (𠮷, 行政事務標準文字), compatibility ideographs (﨑, 神 as U+FA19) and ideographic variation
sequences (葛 with U+E0100). Stored is what was typed; only comparing makes them equal.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex  # type: ignore[import-untyped]  # types-regex is no part of us

# CJK compatibility ideographs: even NFC makes other letters of them.
_KEPT = regex.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_SEEN = regex.compile(r"\X")  # extended grapheme clusters (UAX 29)
_SELECTORS = regex.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d]")
STACKED = 8  # code points of one seen character that are believed; more is somebody's joke

# Old forms (旧字体) and the usual variants of family registers, with the letter used today.
OLD_AND_NEW = (
    "學学 國国 區区 髙高 﨑崎 齋斎 齊斉 邊辺 邉辺 澤沢 濱浜 廣広 櫻桜 圓円 會会"
    " 縣県 廳庁 證証 檢検 醫医 藥薬 齒歯 豫予 讀読 號号 鐵鉄 體体 當当 兒児 戶戸"
    " 寫写 轉転 屆届 稅税 險険 續続 變変 圖図 舘館 實実 產産 寶宝 辨弁 辯弁 爭争"
    " 營営 歸帰 應応 舊旧 處処 敎教 濟済 盡尽 經経 緣縁 緖緒 輕軽 歷歴 戀恋 勞労"
    " 勳勲 勸勧 單単 參参 收収 眞真 壽寿 條条 狀状 乘乗 淨浄 剩剰 疊畳 蟲虫 獨独"
    " 佛仏 拂払 拜拝 發発 拔抜 晚晩 辭辞 寢寝 關関 總総 劍剣 彈弾 傳伝 點点 燈灯"
    " 獎奨 榮栄 樂楽 氣気 灣湾 戰戦 爲為 畫画 萬万 與与 譽誉 餘余 來来 覽覧 龜亀"
    " 濕湿 兩両 𠮷吉 濵浜 瀨瀬 德徳 嶋島 嶌島 冨富 桒桑 栁柳 槗橋 圡土 靑青 淸清 埜野 﨟臈 惠恵"
    " 龍竜 瀧滝 曾曽 賴頼 祿禄"
)
MODERN = str.maketrans({pair[0]: pair[1] for pair in OLD_AND_NEW.split()})


def composed(text: str) -> str:
    """か and ゛ as one letter (NFC), names as they were written, selectors kept."""
    parts = _KEPT.split(text)  # every second one is such letters
    return "".join(p if i % 2 else unicodedata.normalize("NFC", p) for i, p in enumerate(parts))


def length(text: str) -> int:
    """Characters as people see them; a heap of marks on one letter counts as several."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(-(-len(seen) // STACKED) for seen in _SEEN.findall(text))


def cut(text: str, most: int, tail: str = "") -> str:
    """At most `most` characters as people see them, `tail` (…) among them where it was cut."""
    if length(text) <= most:
        return text
    kept, room = [], most - len(tail)
    for seen in _SEEN.findall(text):
        room -= -(-len(seen) // STACKED)
        if room < 0:
            break
        kept.append(seen)
    return "".join(kept) + tail


def cut_units(text: str, most: int, tail: str = "…") -> str:
    """At most `most` UTF-16 units, as LINE counts, never through a character."""
    if units(text) <= most:
        return text
    kept, room = [], most - units(tail)
    for seen in _SEEN.findall(text):
        room -= units(seen)
        if room < 0:
            break
        kept.append(seen)
    return "".join(kept) + tail


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def initial(name: str) -> str:
    """The first character, whole."""
    found = _SEEN.match(name)
    return str(found[0]) if found else ""


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """For comparing names: without selectors, blanks, width and case; letters of today."""
    plain = unicodedata.normalize("NFKC", _SELECTORS.sub("", name)).translate(MODERN)
    return "".join(plain.split()).casefold()


def same(one: str, other: str) -> bool:
    """Whether two writings are one name to people."""
    return folded(one) == folded(other)
