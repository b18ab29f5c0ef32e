"""Makes equal what people mean the same by: width, kana, long vowels, old letters, signs. Pure."""

from __future__ import annotations

import re
import unicodedata

# Old forms (旧字体) and the usual variants of family registers, with the letter used today.
OLD_AND_NEW = (
    "學学 國国 區区 髙高 﨑崎 齋斎 齊斉 邊辺 邉辺 澤沢 濱浜 廣広 櫻桜 圓円 會会"
    " 縣県 廳庁 證証 檢検 醫医 藥薬 齒歯 豫予 讀読 號号 鐵鉄 體体 當当 兒児 戶戸"
    " 寫写 轉転 屆届 稅税 險険 續続 變変 圖図 舘館 實実 產産 寶宝 辨弁 辯弁 爭争"
    " 營営 歸帰 應応 舊旧 處処 敎教 濟済 盡尽 經経 緣縁 緖緒 輕軽 歷歴 戀恋 勞労"
    " 勳勲 勸勧 單単 參参 收収 眞真 壽寿 條条 狀状 乘乗 淨浄 剩剰 疊畳 蟲虫 獨独"
    " 佛仏 拂払 拜拝 發発 拔抜 晚晩 辭辞 寢寝 關関 總総 劍剣 彈弾 傳伝 點点 燈灯"
    " 獎奨 榮栄 樂楽 氣気 灣湾 戰戦 爲為 畫画 萬万 與与 譽誉 餘余 來来 覽覧 龜亀"
    " 濕湿 兩両"
)
MODERN = str.maketrans({pair[0]: pair[1] for pair in OLD_AND_NEW.split()})
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
