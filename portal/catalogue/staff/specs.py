"""One field of an entry as staff type it: how a value is written, and how it is read back.

A field's name is the path of its value in the entry (`versions[0].rule.from_edge`), so an error
that names a path stands beside its field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.catalogue.check import BrokenRow, parse_facts
from portal.core.errors import N_
from portal.core.wareki import NotADate, parse_day

FIRST_DAY, LAST_DAY = date(1880, 1, 1), date(2200, 12, 31)
SEPARATOR = re.compile(r"[,、,\n]+")
Typed = Mapping[str, list[str]]
Choices = tuple[tuple[str, str], ...]


class Unreadable(ValueError):
    """What was typed is no value of the field; the text is an English message key."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A field. `kind` is a key of READERS; `least` and `most` bound numbers."""

    path: str
    kind: str
    label: str
    hint: str = ""
    required: bool = False
    choices: Choices = ()
    default: Any = None
    least: int = 0
    most: int = 9999

    def read(self, typed: Typed) -> Any:
        """The value, None where nothing was typed or it is the default; raises Unreadable."""
        texts = [unicodedata.normalize("NFC", text).strip() for text in typed.get(self.path, [])]
        value = READERS[self.kind](self, [text for text in texts if text])
        if value is None and self.required:
            raise Unreadable(N_("Please fill this in."))
        return None if value == self.default else value

    def write(self, value: Any) -> list[str]:
        """The value (None: absent) as the form shows it."""
        value = self.default if value is None else value
        if value is None or value is False or value in ([], ""):
            return []
        return WRITERS.get(self.kind, _as_text)(value)


def _line(spec: Spec, texts: list[str]) -> Any:
    return texts[0] if texts else None


def _number(spec: Spec, texts: list[str]) -> Any:
    return _whole(spec, texts[0]) if texts else None


def _whole(spec: Spec, text: str) -> int:
    plain = unicodedata.normalize("NFKC", text).replace("−", "-")
    if not re.fullmatch(r"-?\d{1,6}", plain, re.ASCII):
        raise Unreadable(N_("Please write a whole number."))
    if not spec.least <= int(plain) <= spec.most:
        raise Unreadable(N_("This number is too small or too large."))
    return int(plain)


def _flag(spec: Spec, texts: list[str]) -> Any:
    return bool(texts)


def _choice(spec: Spec, texts: list[str]) -> Any:
    if texts and texts[0] not in dict(spec.choices):
        raise Unreadable(N_("Please choose one of the list."))
    return texts[0] if texts else None


def _many(spec: Spec, texts: list[str]) -> Any:
    if not set(texts) <= set(dict(spec.choices)):
        raise Unreadable(N_("Please choose one of the list."))
    return texts or None


def _words(spec: Spec, texts: list[str]) -> Any:
    parts = [part.strip() for text in texts for part in SEPARATOR.split(text)]
    return [part for part in parts if part] or None


def _numbers(spec: Spec, texts: list[str]) -> Any:
    return [_whole(spec, part) for part in _words(spec, texts) or []] or None


def _day(spec: Spec, texts: list[str]) -> Any:
    return _date(texts[0]).isoformat() if texts else None


def _date(text: str) -> date:
    try:
        day = parse_day(text)
    except NotADate:
        raise Unreadable(N_("Please write a date like 2026-04-01.")) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Unreadable(N_("This date is too far away."))
    return day


def read_days(text: str) -> list[date]:
    """Days with commas between them; raises Unreadable."""
    return [_date(part) for part in SEPARATOR.split(text) if part.strip()][:5]


def _month_day(spec: Spec, texts: list[str]) -> Any:
    if not texts:
        return None
    plain = unicodedata.normalize("NFKC", texts[0])
    found = re.fullmatch(r"(\d{1,2})[-/.月](\d{1,2})日?", plain, re.ASCII)
    try:
        return date(2001, *map(int, found.groups())).strftime("%m-%d") if found else _fail(spec)
    except (ValueError, TypeError):
        return _fail(spec)


def _fail(spec: Spec) -> Any:
    raise Unreadable(N_("Please write a day of the year like 04-01."))


def _year_day(spec: Spec, texts: list[str]) -> Any:
    if not texts:
        return None
    years, _, day = unicodedata.normalize("NFKC", texts[0]).partition("y ")
    if not re.fullmatch(r"-?\d{1,2}", years, re.ASCII):
        raise Unreadable(N_("Please write years and a day of the year like -1y 10-01."))
    return f"{int(years)}y {_month_day(spec, [day])}"


def _weeks(spec: Spec, texts: list[str]) -> Any:
    if not texts:
        return None
    plain = unicodedata.normalize("NFKC", texts[0]).rstrip("日dD ")
    found = re.fullmatch(r"(\d{1,2})(?:[週wW+. -]+(\d)?)?", plain, re.ASCII)
    if not found or int(found[2] or 0) > 6:
        raise Unreadable(N_("Please write weeks and days like 28w0d."))
    return [int(found[1]), int(found[2] or 0)]


def _facts(spec: Spec, texts: list[str]) -> Any:
    try:
        facts = parse_facts("; ".join(texts))
    except (BrokenRow, ValueError):
        raise Unreadable(N_("Please write facts like moved_in=2026-04-01; married=yes.")) from None
    return {name: _plain(value) for name, value in facts.items()} or None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _as_text(value: Any) -> list[str]:
    return [value.isoformat() if isinstance(value, date) else str(value)]


def _say_facts(value: Any) -> list[str]:
    words = {True: "yes", False: "no"}
    parts = []
    for name, each in value.items():
        if isinstance(each, bool):
            text = words[each]
        elif isinstance(each, list):
            between = "/" if isinstance(each[0], str) else ","
            text = between.join(map(str, each))
        else:
            text = _as_text(each)[0]
        parts.append(f"{name}={text}")
    return ["; ".join(parts)]


READERS: Mapping[str, Callable[[Spec, list[str]], Any]] = {
    "line": _line,
    "area": _line,
    "number": _number,
    "flag": _flag,
    "choice": _choice,
    "many": _many,
    "words": _words,
    "numbers": _numbers,
    "day": _day,
    "month_day": _month_day,
    "year_day": _year_day,
    "weeks": _weeks,
    "facts": _facts,
}
WRITERS: Mapping[str, Callable[[Any], list[str]]] = {
    "flag": lambda value: ["y"],
    "many": lambda value: [str(each) for each in value],
    "words": lambda value: ["、".join(value)],
    "numbers": lambda value: [", ".join(map(str, value))],
    "weeks": lambda value: [f"{value[0]}w{value[1]}d"],
    "facts": _say_facts,
}
