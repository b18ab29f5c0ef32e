"""What is worth a second look in an answer; pure: nothing here stops anybody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from chatbot.knowledge.entries import WRITTEN, Entry, EntryKind, Text
from portal.core.errors import N_
from portal.core.languages import EASY
from portal.search.folding import folded

LONGEST_ANSWER = 500  # letters: a phone's screen and a half
LONGEST_START = {"ja": 80, EASY: 80, "zh-Hans": 80, "zh-Hant": 80, "ko": 100}
LONGEST_START_ELSEWHERE = 200
ALIKE = 0.8  # share of letter pairs that two questions have in common
SOON = timedelta(days=30)
EMPTY_STARTS = re.compile(
    r"^(以下|次の(とおり|通り)|下記|詳しくは|くわしくは|こちら|ご質問|お問い合わせ"
    r"|see below|please see|for details)",
    re.I,
)
SENTENCE_END = re.compile(r"[。.!?\n!?]")
MARKS = re.compile(r"\*\*|__|^[-#>] ?", re.M)
INSIDE = re.compile(r"\]\((/[^)\s]*)\)")
# A number of a card, a mobile phone, an address of mail, a title behind a name.
PERSONAL = (
    re.compile(r"(?<!\d)\d{4}[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)0[5789]0[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    # The city's own addresses of mail are meant to be said.
    re.compile(
        r"[\w.+-]+@(?![\w.-]*\.(?:example|lg\.jp)(?![a-z0-9-]))[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.I
    ),
    re.compile(r"(?<![一-鿿])(?!皆|お客|何)[一-鿿]{2,4}様"),
)


class Level(StrEnum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one entry; `message` is an English message key."""

    key: str
    level: Level
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""


def lint(entry: Entry, today: date, places: Collection[str] = ()) -> list[Finding]:
    """What is worth a look in one entry; `places`: the portal's paths that answers may link to."""
    found = list(_days(entry, today))
    for language, text in entry.texts.items():
        found += _text(entry, language, text, places)
    missing = [name for name in ("ja", "en") if name not in entry.texts]
    for language in missing if entry.kind is EntryKind.FAQ else ():
        found.append(
            Finding(entry.key, Level.NOTE, N_("Not written in this language."), {}, language)
        )
    return found


def twins(entries: Sequence[Entry]) -> list[Finding]:
    """Questions nearly the same, and ways to ask that lead to two answers."""
    asked = [(e.key, t.question) for e in entries if (t := e.texts.get("ja"))]
    pairs = [(key, question, _pairs(question)) for key, question in asked]
    found = [
        Finding(key, Level.WARNING, N_("Nearly the same question as %(other)s."), {"other": other})
        for place, (key, question, mine) in enumerate(pairs)
        for other, _other_question, theirs in pairs[:place]
        if mine and theirs and len(mine & theirs) / len(mine | theirs) >= ALIKE
    ]
    return found + list(_shared_aliases(entries))


def _shared_aliases(entries: Iterable[Entry]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for entry in entries:
        for alias in dict.fromkeys(
            folded(alias) for text in entry.texts.values() for alias in text.aliases
        ):
            other = first.setdefault(alias, entry.key)
            if other != entry.key:
                words = {"other": other, "alias": alias}
                yield Finding(
                    entry.key, Level.WARNING, N_("“%(alias)s” leads to %(other)s too."), words
                )


def _days(entry: Entry, today: date) -> Iterator[Finding]:
    if entry.valid_to is not None and entry.valid_to < today:
        yield Finding(
            entry.key, Level.ERROR, N_("It ended on %(day)s."), {"day": entry.valid_to.isoformat()}
        )
    elif entry.valid_to is not None and entry.valid_to < today + SOON:
        day = {"day": entry.valid_to.isoformat()}
        yield Finding(entry.key, Level.NOTE, N_("It ends on %(day)s."), day)
    if entry.review_on is not None and entry.review_on <= today:
        day = {"day": entry.review_on.isoformat()}
        yield Finding(entry.key, Level.WARNING, N_("Should be looked over since %(day)s."), day)


def _text(entry: Entry, language: str, text: Text, places: Collection[str]) -> Iterator[Finding]:
    def told(level: Level, message: str, **params: Any) -> Finding:
        return Finding(entry.key, level, message, params, language)

    start = SENTENCE_END.split(MARKS.sub("", text.answer).strip(), maxsplit=1)[0]
    if EMPTY_STARTS.search(start) and entry.kind is EntryKind.FAQ:
        yield told(Level.WARNING, N_("The first sentence does not answer yet."))
    elif len(start) > LONGEST_START.get(language, LONGEST_START_ELSEWHERE):
        yield told(Level.WARNING, N_("The first sentence is long; say the answer first."))
    if len(text.answer) > LONGEST_ANSWER:
        yield told(
            Level.WARNING, N_("%(count)s letters: too long for a phone."), count=len(text.answer)
        )
    for path in INSIDE.findall(text.answer):
        if places and path.split("?")[0].split("#")[0] not in places:
            yield told(Level.ERROR, N_("The link %(path)s leads nowhere."), path=path)
    whole = "\n".join([text.question, text.answer, *text.aliases])
    for pattern in PERSONAL:
        if seen := pattern.search(whole):
            yield told(Level.ERROR, N_("“%(words)s” may be about a person."), words=seen.group())
    if not text.signed:
        yield told(Level.NOTE, N_("Nobody has signed this text yet."))
    if not text.aliases and language in WRITTEN[:1] and entry.kind is EntryKind.FAQ:
        yield told(Level.NOTE, N_("No other ways to ask yet."))


def _pairs(question: str) -> frozenset[str]:
    plain = re.sub(r"\W", "", folded(question))
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1))
