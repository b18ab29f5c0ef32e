"""Looks for personal data in the free text of a notice: the same words go to everybody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

REFUSED, ASKED = "refused", "asked"
_DASH = r"[-‐‑–—−ー ]?"
_NUMBER = re.compile(rf"(?<![0-9-])[0-9]{{4}}{_DASH}[0-9]{{4}}{_DASH}[0-9]{{4}}(?![0-9]|-[0-9])")
_MOBILE = re.compile(rf"(?<![0-9])0[6-9]0{_DASH}[0-9]{{4}}{_DASH}[0-9]{{4}}(?![0-9])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DAY = (
    r"(?:(?:明治|大正|昭和|平成|令和|[MTSHR])?\s*(?:[0-9]{1,4}|元)\s*(?:年|[./-])"
    r"\s*[0-9]{1,2}\s*(?:月|[./-])\s*[0-9]{1,2}\s*日?)"
)
_BORN = re.compile(
    rf"生年月日\s*(?:は|[:：])?\s*{_DAY}|{_DAY}\s*(?:生まれ|うまれ|生(?![0-9A-Za-z活涯])|\s+born)"
)
_BORN_EN = re.compile(rf"(?:born on|date of birth:?|birthdate:?)\s*{_DAY}", re.IGNORECASE)
# "4月2日から翌年4月1日生まれ" means a school year's children, not a person.
_SPAN = re.compile(r"(?:から|より|～|〜|~|－|以降|以前|まで)\s*$|^(?:\s*(?:以降|以前|から|まで))")
_NAME = re.compile(
    r"(?:^|[\s、。「])([一-龥々]{2,3})[ 　]?([一-龥々ぁ-んァ-ヶー]{1,4})[ 　]?(?:様|殿|さま)"
)
_EVERYONE = re.compile(
    "皆|各位|保護者|家族|子|客|市民|住民|利用者|世帯|対象|本人|関係|担当|事業|同|神"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that looks like personal data; `level` says whether a clerk may confirm it."""

    code: str  # my_number, mobile, mail, birthdate, name
    level: str
    excerpt: str


def findings(text: str, own_domains: tuple[str, ...] = ()) -> list[Finding]:
    """What looks like data of one person, each place once."""
    plain = unicodedata.normalize("NFKC", text)
    return list(dict.fromkeys([*_numbers(plain), *_contacts(plain, own_domains), *_people(plain)]))


def _numbers(text: str) -> Iterator[Finding]:
    for found in _NUMBER.finditer(text):
        if is_my_number(re.sub(r"\D", "", found[0])):
            yield Finding("my_number", REFUSED, hidden(found[0]))


def _contacts(text: str, own_domains: tuple[str, ...]) -> Iterator[Finding]:
    for found in _MOBILE.finditer(text):
        yield Finding("mobile", ASKED, found[0])
    for found in _MAIL.finditer(text):
        domain = found[0].rpartition("@")[2].lower()
        if not any(domain == own or domain.endswith("." + own) for own in own_domains):
            yield Finding("mail", ASKED, found[0])


def _people(text: str) -> Iterator[Finding]:
    for pattern in (_BORN, _BORN_EN):
        for found in pattern.finditer(text):
            around = text[max(0, found.start() - 4) : found.start()], text[found.end() :][:4]
            if not (_SPAN.search(around[0]) or _SPAN.search(around[1])):
                yield Finding("birthdate", ASKED, found[0])
    for found in _NAME.finditer(text):
        if not _EVERYONE.search(found[0]):
            yield Finding("name", ASKED, found[0].strip(" 　\n、。「"))


def is_my_number(digits: str) -> bool:
    """Twelve digits whose last is the check digit of the ordinance of 2014, article 5."""
    if len(digits) != 12:
        return False
    weights = [n + 1 if n <= 6 else n - 5 for n in range(11, 0, -1)]
    rest = sum(int(d) * w for d, w in zip(digits[:11], weights, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def hidden(number: str) -> str:
    """Only the end of it: a page that refuses a number must not repeat it."""
    return "…" + re.sub(r"\D", "", number)[-2:]
