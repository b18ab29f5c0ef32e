"""Values that each run fills in by itself: the day, and on a garbage evening the place and what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from notifications.languages import JAPANESE
from notifications.notices.words import placeholders
from portal.core import day_words
from portal.core.languages import SOURCES, base_of, in_japanese
from portal.core.registries import Collecting

DAY, PLACE, GARBAGE = "day", "place", "garbage"
NAMES = {  # names of the values, and what each means
    "日付": DAY,
    "date": DAY,
    "地区": PLACE,
    "district": PLACE,
    "ごみ": GARBAGE,
    "garbage": GARBAGE,
}
OF_GARBAGE = frozenset({PLACE, GARBAGE})


def own_names(variants: Mapping[str, Any]) -> set[str]:
    """What the words ask for that a run fills in."""
    texts = (words[part] for words in variants.values() for part in ("title", "body"))
    return {NAMES[name] for text in texts for name in placeholders(text) if name in NAMES}


def filled(
    variants: Mapping[str, Any], day: date, collecting: Collecting | None = None
) -> dict[str, Any]:
    """The words with the values of one run; `day` is the one spoken of."""
    return {
        language: _filled(words, _values(language, day, collecting))
        for language, words in variants.items()
    }


def _filled(words: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    used = [*placeholders(words["title"]), *placeholders(words["body"])]
    own = {name: values[NAMES[name]] for name in used if NAMES.get(name) in values}
    kept: Mapping[str, str] = words.get("values", {})
    given = {name: value for name, value in kept.items() if NAMES.get(name) not in values}
    return {**words, "values": given | own} if given or own else {**words}


def _values(language: str, day: date, collecting: Collecting | None) -> dict[str, str]:
    found = {DAY: said_day(day, language)}
    if collecting is not None:
        found[PLACE] = _name(collecting.name, language)
        found[GARBAGE] = said_garbage(collecting, language)
    return found


def said_day(day: date, language: str) -> str:
    """11月21日（土), Saturday, 21 November."""
    if language not in SOURCES:
        return day_words.say(day, "near", language)
    if language == JAPANESE:
        return str(format_date(day, "M月d日（E）", locale="ja"))
    return str(format_date(day, "EEEE, d MMMM", locale="en"))


def said_garbage(collecting: Collecting, language: str) -> str:
    """What is collected; what is not, although it is its weekday, is said."""
    japanese = in_japanese(language)
    comma = "、" if japanese else ", "
    come, fail = (
        comma.join(_names(each, language)) for each in (collecting.collected, collecting.left_out)
    )
    if not fail:
        return come
    if japanese:
        return f"{come or '収集はありません'}（{fail}はお休みです）"
    return f"{come or 'No collection'} (not this time: {fail})"


def _names(names: Iterable[Mapping[str, str]], language: str) -> list[str]:
    return [_name(each, language) for each in names]


def _name(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or names.get(base_of(language)) or names[JAPANESE]
