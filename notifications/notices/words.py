"""The words of a notice: placeholders with one value for all readers, marks nobody can take off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from notifications.languages import EASY, best
from portal.core.text_marks import marked

MOST_VALUES, LONGEST_NAME, LONGEST_VALUE = 20, 20, 200
PLACEHOLDER = re.compile(r"\{\{[ \u3000]*([^{}\n]*?)[ \u3000]*\}\}")
STRAY = ("{{", "}}", "((", "))", "%(")
# 【訓練】 stands in every language: whoever sees a neighbour's phone knows it from a real alarm.
MARKS = {
    "drill": {
        "ja": ("【訓練】", "これは訓練です。実際の災害ではありません。"),
        "ja-Hira": ("【訓練】", "これは れんしゅうです。ほんとうの さいがい では ありません。"),
        "en": ("【訓練】[Drill] ", "This is a drill. There is no real disaster."),
        "zh-Hans": ("【訓練】[演习] ", "这是演习，并非真实灾害。"),
        "zh-Hant": ("【訓練】[演習] ", "這是演習，並非真實災害。"),
        "ko": ("【訓練】[훈련] ", "이것은 훈련입니다. 실제 재난이 아닙니다."),
        "vi": ("【訓練】[Diễn tập] ", "Đây là diễn tập, không phải thảm họa thật."),
        "tl": ("【訓練】[Pagsasanay] ", "Ito ay pagsasanay lamang. Walang totoong sakuna."),
    },
    "emergency": {
        "ja": ("【緊急】", ""),
        "ja-Hira": ("【緊急】たいせつ：", ""),
        "en": ("[Emergency] ", ""),
        "zh-Hans": ("[紧急] ", ""),
        "zh-Hant": ("[緊急] ", ""),
        "ko": ("[긴급] ", ""),
        "vi": ("[Khẩn cấp] ", ""),
        "tl": ("[Emerhensiya] ", ""),
    },
}
# The guideline of 2021: what a LINE body says is the same for all, and about nobody.
_ABOUT_SOMEBODY = re.compile("氏名|お名前|生年月日|誕生日|マイナンバー|個人番号|被保険者番号|口座")
_PERSONAL = frozenset(
    {
        "名前",
        "姓名",
        "姓",
        "名",
        "宛名",
        "フリガナ",
        "ふりがな",
        "カナ",
        "住所",
        "電話",
        "電話番号",
        "携帯",
        "携帯番号",
        "メール",
        "メールアドレス",
        "年齢",
        "性別",
        "続柄",
        "世帯主",
        "name",
        "firstname",
        "lastname",
        "fullname",
        "nickname",
        "birthdate",
        "birthday",
        "birth",
        "address",
        "phone",
        "tel",
        "mobile",
        "email",
        "mail",
        "mynumber",
        "age",
        "sex",
        "gender",
        "userid",
    }
)


class Worded(Protocol):
    """What has a notice's words: the row, or what a clerk is writing."""

    @property
    def kind(self) -> str: ...
    @property
    def variants(self) -> dict[str, Any]: ...


def placeholders(text: str) -> list[str]:
    """The names between {{ and }}, each once, in order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; a name without one stays visible as it was typed."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def variant(notice: Worded, language: str) -> dict[str, str]:
    """{"title", "body"} as they leave, in the language or the nearest one that is written."""
    chosen = best(notice.variants, language)
    words = notice.variants[chosen]
    values = words.get("values", {})
    mark, sentence = MARKS.get(notice.kind, {}).get(chosen, ("", ""))
    read = marked if chosen == EASY else str  # furigana
    body = read(filled(words["body"], values))
    return {
        "title": mark + read(filled(words["title"], values)),
        "body": f"{mark}{sentence}\n\n{body}" if sentence else body,
    }


def is_personal(name: str) -> bool:
    """Whether a placeholder of this name would say something of one person."""
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name)).lower()
    return plain in _PERSONAL or _ABOUT_SOMEBODY.search(plain) is not None


def faults(words: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(field, code, name) of what can not be sent; field is title, body or values."""
    values: Mapping[str, str] = words.get("values", {})
    used: set[str] = set()
    for field in ("title", "body"):
        text = words.get(field) or ""
        names = placeholders(text)
        used |= {*names}
        for name in sorted(names, key=is_personal, reverse=True):  # the worst is said first
            if code := _fault(name, values):
                yield field, code, name
        if any(mark in PLACEHOLDER.sub("", text) for mark in STRAY):
            yield field, "stray", ""
    for name, value in values.items():
        if name not in used:
            yield "values", "unknown", name
        elif any(mark in value for mark in STRAY) or len(value) > LONGEST_VALUE:
            yield "values", "stray", name
    if len(values) > MOST_VALUES:
        yield "values", "many", ""


def _fault(name: str, values: Mapping[str, str]) -> str | None:
    if is_personal(name):
        return "personal"
    if not name or len(name) > LONGEST_NAME:
        return "stray"
    return None if values.get(name, "").strip() else "missing"


def typed_values(text: str) -> dict[str, str]:
    """`締切日 = 12月3日` on each line; raises ValueError for a line without a sign between."""
    values = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = line.replace("＝", "=", 1).partition("=")
        if not sign or not name.strip() or name.strip() in values:
            raise ValueError(line)
        values[name.strip()] = value.strip()
    return values


def written_values(values: Mapping[str, str]) -> str:
    """The lines `typed_values` reads."""
    return "\n".join(f"{name} = {value}" for name, value in values.items())
