"""The key by which names that sound alike are the same: hiragana with the usual slips folded."""

import re
import unicodedata
from collections.abc import Callable

import jaconv

from chatbot.engine.tokens import stem
from chatbot.garbage.names import without_brackets

SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
# ぢ/づ sound like じ/ず.
SOUND = str.maketrans({"ぢ": "じ", "づ": "ず", "を": "お", "ゐ": "い", "ゑ": "え"})
# Foreign sounds are written both ways: ヴァ and バ, プラスティック and プラスチック.
FOREIGN = (
    *(("ゔぁ", "ば"), ("ゔぃ", "び"), ("ゔぇ", "べ"), ("ゔぉ", "ぼ"), ("ゔ", "ぶ")),
    *(("てぃ", "ち"), ("でぃ", "じ"), ("つぃ", "ち"), ("ふぁ", "は"), ("ふぃ", "ひ")),
    *(("ふぇ", "へ"), ("ふぉ", "ほ"), ("うぃ", "うい"), ("うぉ", "お"), ("とぅ", "つ")),
    *(("どぅ", "ど"), ("しぇ", "せ"), ("じぇ", "ぜ"), ("ちぇ", "ちえ"), ("くぁ", "くわ")),
)
NOISE = re.compile(r"[^ぁ-ゖa-z0-9一-鿿々]+")
O_ROW = "おこそとのほもよろごぞどぼぽ"
E_ROW = "えけせてねへめれげぜでべぺ"
LONG_O = re.compile(f"([{O_ROW}])[うお]+")
LONG_E = re.compile(f"([{E_ROW}])[いえ]+")
# カア and スニイカア for カー and スニーカー; 一 (one) typed for ー.
LONG_A = re.compile(r"([かさたなはまやらわがざだばぱ])あ+")
LONG_I = re.compile(r"([きしちにひみりぎじびぴ])い+")
LONG_U = re.compile(r"([くすつぬふむゆるぐずぶぷ])う+")
LONG = (LONG_O, LONG_E, LONG_A, LONG_I, LONG_U)
ONE = re.compile(r"(?<=[ァ-ヺー])一(?=[ァ-ヺー]|$)")
SAME_VOWEL = re.compile(r"([あいうえお])\1+")
ROMAJI = re.compile(r"[a-z'-]+(?: [a-z'-]+)*")
SIGNS = re.compile(r"[\s・･ー―—‐‑‒–−\-~〜,.、。/()\[\]「」『』【】〔〕<>〈〉《》!?%:;'\"]+")
DASHES = re.compile(r"(?<=[ァ-ヺぁ-ゖー])[―—‐‑‒–−\-~〜]+")
BUT_LONG_VOWELS = re.compile(r"[\s・･―—‐‑‒–−\-~〜,.、。/()\[\]「」『』【】〔〕<>〈〉《》!?%:;'\"]+")
# Old forms of kanji, and ones that cities and people do not write alike.
KANJI = str.maketrans("罐壜甕釡疊燈淺瀧廣國澤邊齒鐵", "缶瓶瓶釜畳灯浅滝広国沢辺歯鉄")

__all__ = [
    "english_key",
    "kana_of_romaji",
    "letters_of",
    "look_key",
    "reading_key",
    "surface_key",
    "without_brackets",
]


def surface_key(text: str) -> str:
    """NFKC, lower case, no spaces, signs or long-vowel marks."""
    return SIGNS.sub("", _plain(text))


def look_key(text: str) -> str:
    """The same for katakana and hiragana, which people mix; nothing is read aloud."""
    return str(jaconv.kata2hira(surface_key(text)))


def letters_of(text: str) -> str:
    """The letters as typed, with the long-vowel marks, in which slips are counted."""
    plain = DASHES.sub("ー", _plain(text))
    return str(jaconv.kata2hira(BUT_LONG_VOWELS.sub("", plain)))


def english_key(text: str) -> str:
    """The stems of an English name, so that plurals are the same; nothing for other texts."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(stem(word) for word in plain.split()) if plain.isascii() else ""


def reading_key(text: str, reading: Callable[[str], str]) -> str:
    """How a name sounds; reading turns text into katakana (kanji read out)."""
    plain = _plain(text)
    kana = plain if _only_kana(plain) else unicodedata.normalize("NFKC", reading(plain)).lower()
    hira = str(jaconv.kata2hira(kana)).replace("ー", "")
    for written, sound in FOREIGN:
        hira = hira.replace(written, sound)
    folded = NOISE.sub("", hira).translate(SMALL).translate(SOUND)
    for long in LONG:
        folded = long.sub(r"\1", folded)
    return SAME_VOWEL.sub(r"\1", folded)


def kana_of_romaji(text: str) -> str:
    """jitensha in kana; nothing where a letter is left that is no Japanese in Latin letters."""
    plain = unicodedata.normalize("NFKC", text).lower().strip()
    if not ROMAJI.fullmatch(plain):
        return ""
    kana = str(jaconv.alphabet2kana(re.sub(r"[ '-]", "", plain)))
    return kana if _only_kana(kana) else ""


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower().translate(KANJI)
    return ONE.sub("ー", plain)


def _only_kana(text: str) -> bool:
    return bool(re.fullmatch(r"[ぁ-ゖァ-ヺー・\s]+", text))
