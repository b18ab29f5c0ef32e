"""The key by which names that sound alike are the same: hiragana with the usual slips folded."""

import re
import unicodedata
from collections.abc import Callable

import jaconv

from chatbot.engine.tokens import stem

SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
# ぢ/づ sound like じ/ず; ヴ is written both ways.
SOUND = str.maketrans({"ぢ": "じ", "づ": "ず", "を": "お", "ゐ": "い", "ゑ": "え"})
NOISE = re.compile(r"[^ぁ-ゖa-z0-9一-鿿々]+")
O_ROW = "おこそとのほもよろごぞどぼぽ"
E_ROW = "えけせてねへめれげぜでべぺ"
LONG_O = re.compile(f"([{O_ROW}])[うお]+")
LONG_E = re.compile(f"([{E_ROW}])[いえ]+")
SAME_VOWEL = re.compile(r"([あいうえお])\1+")
BRACKETS = re.compile(r"[(\[【〔<].*?[)\]】〕>]")


def surface_key(text: str) -> str:
    """NFKC, lower case, no spaces, signs or long-vowel marks."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s・･ー\-‐−,.、。/()\[\]「」『』【】〔〕<>!?]+", "", plain)


def english_key(text: str) -> str:
    """The stems of an English name, so that plurals are the same; nothing for other texts."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(stem(word) for word in plain.split()) if plain.isascii() else ""


def reading_key(text: str, reading: Callable[[str], str]) -> str:
    """How a name sounds; reading turns text into katakana (kanji read out)."""
    plain = unicodedata.normalize("NFKC", text).lower()
    kana = plain if _only_kana(plain) else unicodedata.normalize("NFKC", reading(plain)).lower()
    hira = str(jaconv.kata2hira(kana)).replace("ー", "").replace("ゔ", "ぶ")
    folded = NOISE.sub("", hira).translate(SMALL).translate(SOUND)
    folded = LONG_E.sub(r"\1", LONG_O.sub(r"\1", folded))
    return SAME_VOWEL.sub(r"\1", folded)


def without_brackets(name: str) -> str:
    """The name without what stands in brackets, which tells variants of one item apart."""
    return BRACKETS.sub("", unicodedata.normalize("NFKC", name)).strip()


def _only_kana(text: str) -> bool:
    return bool(re.fullmatch(r"[ぁ-ゖァ-ヺー・\s]+", text))
