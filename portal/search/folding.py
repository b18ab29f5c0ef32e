"""Makes equal what people mean the same by: width, kana, long vowels, old letters, signs. Pure."""

from __future__ import annotations

import re
import unicodedata

from portal.core.names import MODERN

HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
SIGNS = re.compile(r"[^\w\s々〆]|[_ー‐-―−~〜~ゝゞ]")
KANA = re.compile(r"[ぁ-ゖa-z0-9]+")
HAN = re.compile(r"[一-鿿々〆]")
JAPANESE = re.compile(r"[ぁ-ゖ一-鿿々〆]")

SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
# ぢ and づ are said as じ and ず; ヴ is written both ways.
SAID = str.maketrans("ぢづをゐゑゔ", "じずおいえぶ")
LONG_O = re.compile("([おこそとのほもよろごぞどぼぽ])[うお]+")
LONG_E = re.compile("([えけせてねへめれげぜでべぺ])[いえ]+")
SAME_VOWEL = re.compile(r"([あいうえお])\1+")

# What people wrap around the thing they look for, longest first.
REQUESTS = re.compile(
    "(?:を|は|が|の|に|で)?(?:について(?:教えてください|おしえて|知りたい)?|(?:したい|しました|する|した)?(?:とき|場合|時)"
    "(?:は|に)?(?:どうすればいい(?:ですか)?)?|(?:の)?(?:やり方|方法|しかた|仕方)|どうすればいい(?:ですか)?"
    "|教えて(?:ください)?|知りたい(?:です)?|したい(?:です)?|したいのですが|ください|ですか|とは|って(?:何|なに))+$"
)


def folded(text: str) -> str:
    """Text for comparing: NFKC, small letters, katakana as hiragana, letters of today, no signs."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(MODERN).translate(HIRAGANA)
    return " ".join(SIGNS.sub(" " if plain.isascii() else "", plain).split())


def face(text: str) -> str:
    """How a name looks, without blanks."""
    return folded(text).replace(" ", "")


def sound(kana: str) -> str:
    """How kana sound: small kana as large ones, おう as お, えい as え; other letters stay."""
    said = face(kana).translate(SMALL).translate(SAID)
    return SAME_VOWEL.sub(r"\1", LONG_E.sub(r"\1", LONG_O.sub(r"\1", said)))


def is_kana(text: str) -> bool:
    """Whether a folded text says by itself how it sounds."""
    return bool(KANA.fullmatch(text))


def without_request(text: str) -> str:
    """A folded question without the words of asking; the whole where nothing else is in it."""
    return REQUESTS.sub("", text) or text


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring letters, which survive a typing slip."""
    return {text[i : i + 2] for i in range(len(text) - 1)}


def grams(text: str) -> set[str]:
    """What a name is found by: its pairs, its first letter, each kanji."""
    return pairs(text) | ({f"^{text[0]}"} if text else set()) | set(HAN.findall(text))
