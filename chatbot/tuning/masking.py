"""Takes out of what people type whatever may tell who somebody is. Pure.

Rather too much than too little: a masked word costs staff a guess, a name kept costs trust. Names
are found by their surroundings and by common family names, since only the answering process has a
dictionary.
"""

from __future__ import annotations

import re
import unicodedata

from chatbot.tuning.names import FAMILY_NAMES, LAST_OF_GIVEN, NO_GIVEN_NAMES, NO_NAMES

MASK = "〇〇"

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─━", "-"))
_LONG_MARK = re.compile(r"(?<=[0-9])[ー〜~](?=[0-9])")  # ー typed between figures is a hyphen

K = "々〆ヶ一-鿿豈-\ufaff\U00020000-\U0003ffff"  # kanji
H, T = "ぁ-ゖ", "ァ-ヺー"
N = "0-9〇零一二三四五六七八九十百"
END = r"(?=$|[\s、。,.!?のはがをにでともへや「」()])"
KIN = (
    "(?:私|わたし|わたくし|僕|ぼく|俺|夫|妻|旦那|主人|家内|父|母|祖父|祖母|義父|義母|息子|娘|長男|次男|三男"
    "|長女|次女|三女|子ども|子供|こども|孫|兄|弟|姉|妹|本人|世帯主|申請者|赤ちゃん)"
)
ERA = "(?:令和|平成|昭和|大正|明治|(?<![A-Za-z])[RHSTMrhstm](?=[0-9元.]))"
FAMILY = "|".join(sorted(FAMILY_NAMES, key=len, reverse=True))

MAIL = re.compile(r"[^\s@<>()、。「」]{1,64}\s?@\s?[A-Za-z0-9.\-]+")
WEB = re.compile(r"(?:https?://|www\.)[^\s、。]+|(?<![\w.])@[A-Za-z0-9_.]{2,}")
WHOLE_DATE = re.compile(
    rf"(?:{ERA}\s*(?:元|[{N}]{{1,3}})|(?:19|20)\d\d|'\d\d)\s*[年./\-]\s*[{N}]{{1,2}}\s*[月./\-]\s*"
    rf"[{N}]{{1,3}}日?(?!\d)"
)
BORN = re.compile(
    rf"(?:(?:{ERA}?\s*[{N}元]{{1,4}}年)?\s*[{N}]{{1,3}}[月/]\s*[{N}]{{1,3}}日?|{ERA}?\s*[{N}元]{{1,4}}年度?)"
    r"\s*(?=の?早?(?:生まれ|生れ|うまれ|生(?=$|[\s、。,])|に生まれ|が誕生日))"
    rf"|(?<=誕生日は)[{N}]{{1,3}}[月/]\s*[{N}]{{1,3}}日?|(?<=生年月日は)[^\s、。]{{2,16}}"
)
LONG_FIGURES = re.compile(r"[+(]?\d(?:[\s().\-]{0,3}\d){6,}|\d{2,4}の\d{2,4}の\d{3,4}")
KANJI_FIGURES = re.compile(r"[〇零一二三四五六七八九](?:[\s\-ー]?[〇零一二三四五六七八九]){6,}")
SECRET = re.compile(
    r"((?:番号|暗証|パスワード|コード|pin|password|記号)[^\d\s]{0,6}\s*)[A-Za-z]{0,4}[\d][\w\-]{2,}",
    re.I,
)
HYPHENS = re.compile(rf"(?<![:\d])[{K}{H}{T}]{{0,12}}?\d{{1,5}}(?:-\d{{1,5}})+(?:\s*号室?)?(?!:)")
STREET = re.compile(
    rf"[{K}{T}]{{0,20}}[{N}]{{1,6}}\s?(?:丁目|番地|番(?=\s?の?[{N}])|条(?=[{N}東西南北]))"
    rf"(?:\s?の?[{N}\-]{{1,6}}\s?(?:番地?(?!号)|号室?|の[{N}]+)?)*"
)
ROOM = re.compile(rf"(?:[{K}{T}A-Za-z]{{2,15}}\s?)?[A-Za-z]?\d{{1,5}}\s?号(?:室|棟)")
BUILDING = re.compile(
    rf"[{K}{T}A-Za-z]{{1,15}}(?:マンション|アパート|ハイツ|コーポ|荘|団地|ハウス|メゾン)[{K}{T}A-Za-z]{{0,8}}"
    r"\s?[A-Za-z]?\d{1,4}"
)
TITLED = re.compile(
    rf"(?P<name>[{K}]{{1,5}}(?:\s[{K}]{{1,3}})?|[{T}・]{{2,10}}|(?:(?<=[のはがとも、。\s])|^)[{H}]{{2,6}}?"
    rf"|[{K}]{{1,3}}[{H}]{{1,3}}|[A-Z][a-z]+)(?=\s?(?:さん|さま|様|くん|君|ちゃん|氏|殿){END})"
)
LABELLED = re.compile(
    rf"(?P<before>(?:名前|氏名|本名|なまえ|旧姓|姓|苗字|名字|ニックネーム|ふりがな|フリガナ)\s?)"
    rf"(?:(?P<sign>[:=]\s?)(?P<open>[{K}{H}{T}・ A-Za-z]{{1,20}})"
    rf"|(?P<is>は\s?|が\s?)(?P<name>[{K}{H}{T}・ A-Za-z]{{1,16}}?)"
    r"(?=です(?!か)|だ(?:$|[。、])|とい|と言|と申|で[、。]))"
)
CALLED = re.compile(
    rf"(?P<name>[{K}]{{1,6}}(?:\s?[{K}{H}]{{1,4}})?|[{T}・]{{2,12}}(?:\s[{T}]{{2,8}})?|(?:(?<=[はの、。\s])|^)[{H}]{{2,8}}"
    r"|[A-Z][A-Za-z]+(?:\s[A-Z][A-Za-z]+)?)(?=と(?:申し|もうし|いいます(?!か)|言います(?!か)|いう者|言う者))"
)
I_AM = re.compile(
    rf"(?P<before>(?:私|わたし|わたくし|僕|ぼく|俺|こちら|市民の|住民の|在住の)(?:は|、|が|,|の名前は)?\s?)"
    rf"(?P<name>[{K}]{{2,5}}(?:\s?[{K}{H}]{{1,4}})?|[{T}・]{{3,12}})(?=です|でございます|と申|だ(?:$|[。、]))"
)
KINS = re.compile(
    rf"(?P<before>{KIN}\s?[の((「、]\s?)(?P<name>[{K}]{{1,3}}[{LAST_OF_GIVEN}])(?=$|[がはをもとにで、。))」\s]|の(?![{K}]*生))"
)
FULL = re.compile(
    rf"(?P<name>(?:{FAMILY})(?:\s?[{K}]{{1,2}}[{LAST_OF_GIVEN}]|\s[{K}{H}{T}]{{1,5}}|\s?[{K}]{{1,3}}(?=です|と申|の娘|の息子|本人)))"
    rf"(?![{K}])|(?:(?<=[\s、。,「])|^)(?:{FAMILY})(?=です(?!か)|でございます|と申|ですが)"
)
LATIN = re.compile(
    r"(?P<before>\b(?:my name is|i am called|name\s?[:=])\s*)"
    r"(?P<name>[a-z][\w'\-]*(?:\s(?!and\b|i\b)[a-z][\w'\-]*)?)",
    re.I,
)
LATIN_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s[A-Z][\w'\-]*(?:\s[A-Z][\w'\-]*)?")

# In this order: what is written whole (a date, a mail) before its parts look like something else.
_WHOLE = (MAIL, WEB, WHOLE_DATE, BORN, LONG_FIGURES, KANJI_FIGURES)
_PLACES = (STREET, HYPHENS, ROOM, BUILDING)


def masked(text: str, limit: int = 400) -> str:
    """The text, NFKC, with every mail, number, address, date of birth and name taken out."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    plain = " ".join(_LONG_MARK.sub("-", plain).split())[: 2 * limit]
    for pattern in _WHOLE:
        plain = pattern.sub(MASK, plain)
    plain = SECRET.sub(rf"\1{MASK}", plain)
    for pattern in _PLACES:
        plain = pattern.sub(MASK, plain)
    return _without_names(plain)[:limit]


def is_masked_only(text: str) -> bool:
    """Whether nothing that could be answered is left."""
    return not any(letter.isalnum() and letter != "〇" for letter in text)


def _without_names(plain: str) -> str:
    plain = LABELLED.sub(_labelled, plain)
    for pattern in (CALLED, I_AM, LATIN):
        plain = pattern.sub(_named, plain)
    plain = TITLED.sub(_titled, plain)
    plain = KINS.sub(_kin, plain)
    plain = FULL.sub(MASK, plain)
    return LATIN_TITLED.sub(MASK, plain)


def _labelled(found: re.Match[str]) -> str:
    name = found["open"] or found["name"]
    if name.strip() in NO_NAMES:
        return found[0]
    return f"{found['before']}{found['sign'] or found['is']}{MASK}"


def _named(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return found[0] if _is_word(found["name"]) else f"{groups.get('before') or ''}{MASK}"


def _titled(found: re.Match[str]) -> str:
    name = found["name"]
    return name if _is_word(name) else MASK


def _kin(found: re.Match[str]) -> str:
    name = found["name"]
    return found[0] if name in NO_GIVEN_NAMES else f"{found['before']}{MASK}"


def _is_word(name: str) -> bool:
    """Whether it is an ordinary word (医者さん, 妊婦です), not a name."""
    return any(name == word or (len(word) > 1 and name.endswith(word)) for word in NO_NAMES)
