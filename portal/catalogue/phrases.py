"""Says a reason or a rule in a language, dates and ages written as people say them."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import cast

from portal.catalogue import phrase_values
from portal.catalogue.languages import translated
from portal.catalogue.load import DATA, read_yaml
from portal.catalogue.model import Text
from portal.catalogue.reading import Fields, MonthDay
from portal.catalogue.rules import Phrase
from portal.catalogue.service_entry import read_text
from portal.core import day_words
from portal.core.languages import ENGLISH, SOURCES, base_of
from portal.core.text_marks import fallen
from portal.core.wareki import fiscal_year_label

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
READER = "あなた"
CHOICE = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")  # [about a named person|about the reader]
AGE_PARAMS = frozenset({"age", "until_age"})
SHIFT_PARAMS = frozenset({"from_days", "to_days"})
MONTH_DAY_PARAMS = frozenset({"from", "to", "on"})


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, Text]:
    """All sentences by key."""
    file = DATA / "phrases.yaml"
    fields = Fields(read_yaml(file), file.name)
    spoken = Fields(translated(DATA, fields.all(), "phrases"), file.name)
    return MappingProxyType({key: read_text(spoken, key) for key in spoken.names()})


def say(phrase: Phrase, language: str, name: str = "") -> str:
    """The sentence in a language.

    `name` is how to call the person (さくらさん, Sakura); without it the reader is spoken to.
    """
    text = _sentence(phrase.key)
    if language not in SOURCES and language not in text.others:
        return fallen(say(phrase, base_of(language), name), base_of(language))
    words = {key: say_value(key, value, language) for key, value in phrase.params.items()}
    sentence = CHOICE.sub(r"\1" if name else r"\2", text.say(language))
    return sentence.format_map({"name": name or _reader(language)} | words)


def _reader(language: str) -> str:
    return phrase_values.FORMS[language].reader if language in phrase_values.FORMS else READER


def _sentence(key: str) -> Text:
    """A sentence; a date that has none of its own uses the general one of its family."""
    known = phrases()
    return known.get(key) or known[f"{key.partition('_')[0]}_date"]


def say_day(day: date, language: str) -> str:
    """2026年5月21日, 21 May 2026."""
    if language not in SOURCES:
        return day_words.say(day, "day", language)
    if language == ENGLISH:
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def say_month(day: date, language: str) -> str:
    """2026年5月, May 2026."""
    if language not in SOURCES:
        return day_words.say(day, "month", language)
    if language == ENGLISH:
        return f"{MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月"


def say_month_day(day: MonthDay, language: str) -> str:
    """10月1日, 1 October."""
    if language not in SOURCES:
        return phrase_values.say_month_day(*day, language)
    if language == ENGLISH:
        return f"{day[1]} {MONTHS[day[0] - 1]}"
    return f"{day[0]}月{day[1]}日"


def _say_fiscal_year(year: int, language: str) -> str:
    if language not in SOURCES:
        return phrase_values.say_fiscal_year(year, language)
    return f"fiscal year {year}" if language == ENGLISH else fiscal_year_label(year)


def say_age(months: int, language: str) -> str:
    """1歳6か月, 1 year 6 months; under one year in months only."""
    if language not in SOURCES:
        return phrase_values.say_age(months, language)
    years, rest = divmod(months, 12)
    if language == ENGLISH:
        parts = [(years, "year"), (rest, "month")]
        said = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n]
        return " ".join(said) or "0 months"
    if not years:
        return f"{rest}か月"
    return f"{years}歳{rest}か月" if rest else f"{years}歳"


def say_shift(days: int, language: str) -> str:
    """30日前, 当日, 10日後; 30 days before, the day itself, 10 days after."""
    if language not in SOURCES:
        return phrase_values.say_shift(days, language)
    if language == ENGLISH:
        if days == 0:
            return "the day itself"
        unit = "day" if abs(days) == 1 else "days"
        return f"{abs(days)} {unit} {'before' if days < 0 else 'after'}"
    if days == 0:
        return "当日"
    return f"{abs(days)}日{'前' if days < 0 else '後'}"


def say_value(key: str, value: object, language: str) -> str:
    """One filled-in value, by the name of its place in the sentence."""
    if isinstance(value, date):
        return (say_month if key == "month" else say_day)(value, language)
    if key in AGE_PARAMS and isinstance(value, int):
        return say_age(value, language)
    if key in MONTH_DAY_PARAMS and isinstance(value, tuple):
        return say_month_day(cast(MonthDay, value), language)
    if key in SHIFT_PARAMS and isinstance(value, int):
        return say_shift(value, language)
    if key == "fiscal_year":
        return _say_fiscal_year(int(str(value)), language)
    if isinstance(value, tuple):
        others = phrase_values.FORMS.get(language)
        between = others.between if others else ", " if language == ENGLISH else "・"
        return between.join(
            say(each, language) if isinstance(each, Phrase) else str(each) for each in value
        )
    return str(value)
