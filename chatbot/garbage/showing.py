"""The garbage guide as its pages show it: items by row, days of a month, what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from babel.dates import format_date
from flask_babel import gettext

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.payloads import ITEM, read
from chatbot.dialogue.reply import Kind, Question
from chatbot.garbage.days import Schedule, collections_on, failing_on, next_collection
from chatbot.garbage.districts import of_resident
from chatbot.garbage.initials import OTHERS, ROWS, row_of
from chatbot.garbage.items import District, Guide, Item
from chatbot.garbage.reading import look_key
from chatbot.tuning import asking
from portal.core.day_words import say
from portal.core.db import rows
from portal.core.errors import N_
from portal.core.i18n import current_language, speaks_japanese
from portal.core.languages import SOURCES

DISTRICT = "SELECT district FROM persons WHERE resident_id = %(id)s AND relation = 'self'"
DAY_NAMES = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MOST_FOUND = 20
MONTHS_AHEAD = 13


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a calendar: names of classes collected, and of those left out on their usual day."""

    day: date
    collected: tuple[str, ...]
    left_out: tuple[str, ...]
    near: str = ""

    @property
    def words(self) -> str:
        """The day with its weekday."""
        return day_words(self.day)

    @property
    def iso(self) -> str:
        """The day for machines."""
        return self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody's words led to. `away`: the answering process could not be asked."""

    items: tuple[Item, ...] = ()
    sure: bool = False
    away: bool = False


def find(guide: Guide, words: str) -> Found:
    """Items for words, as the bot finds them; by plain spelling while it is away."""
    look = look_key(words)
    same = tuple(item for item in guide.items if look_key(item.name) == look)
    if same:
        return Found(same, sure=True)
    language = current_language()
    asked = gettext("How do I throw away %(thing)s?", thing=words)
    try:
        reply = asking.turn(Question(asked, language), channel="web")
    except AnswersUnavailable:
        return Found(_spelled_so(guide, look), away=True)
    if reply.kind is Kind.GARBAGE:
        return Found(_items(guide, [reply.key]), sure=True)
    picks = (read(option.payload) for option in reply.options)
    return Found(_items(guide, [pick.value for pick in picks if pick and pick.kind == ITEM]))


def in_rows(guide: Guide) -> dict[str, list[Item]]:
    """Items by kana row, each row in the order of the kana."""
    return _in_rows(guide.version, guide.items)


@lru_cache(maxsize=2)
def _in_rows(_version: str, items: tuple[Item, ...]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {row: [] for row in (*ROWS, OTHERS)}
    for item in items:
        found[row_of(item.kana, item.name, item.initial)].append(item)
    for listed in found.values():
        listed.sort(key=lambda item: (look_key(item.kana or item.initial or item.name), item.name))
    return {row: listed for row, listed in found.items() if listed}


def day_words(day: date) -> str:
    """12月7日(月); Mon 7 Dec."""
    language = current_language()
    if language not in SOURCES:
        return say(day, "near", language)
    pattern = "M月d日(E)" if speaks_japanese() else "EEE d MMM"
    return str(format_date(day, pattern, locale=language))


def month_words(month: date) -> str:
    """2026年12月; December 2026."""
    language = current_language()
    if language not in SOURCES:
        return say(month, "month", language)
    pattern = "yyyy年M月" if speaks_japanese() else "MMMM yyyy"
    return str(format_date(month, pattern, locale=language))


def days_of(guide: Guide, district: District, month: date, today: date | None = None) -> list[Day]:
    """The days of a month on which something is collected, or left out on its usual day."""
    near = _near(today) if today else {}
    language = current_language()
    day, found = month.replace(day=1), []
    while day.month == month.month:
        collected = _names(guide, collections_on(district, day), language)
        left_out = _names(guide, failing_on(district, day), language)
        if collected or left_out:
            found.append(Day(day, collected, left_out, near.get(day, "")))
        day += timedelta(days=1)
    return found


def month_of(text: str, today: date) -> date:
    """The month of an address (2026-12); this one for any other text or one far away."""
    this = today.replace(day=1)
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return month if this <= month < add_months(this, MONTHS_AHEAD) else this


def add_months(month: date, number: int) -> date:
    """The first day of a month so many months away."""
    count = month.year * 12 + month.month - 1 + number
    return date(count // 12, count % 12 + 1, 1)


def own_districts(guide: Guide, resident_id: UUID | None) -> tuple[District, ...]:
    """Where a signed-in resident lives, as the profile says; nothing for others."""
    if resident_id is None:
        return ()
    found = rows(DISTRICT, {"id": resident_id})
    return of_resident(guide, (found[0][0] or "") if found else "")


def next_days(
    guide: Guide, item: Item, districts: Iterable[District], today: date
) -> list[tuple[str, str]]:
    """When the item's class is collected next: (district, day in words)."""
    language, near = current_language(), _near(today)
    plans = ((each, each.days.get(item.class_key)) for each in districts)
    return [
        (each.name(language), " ".join(filter(None, (near.get(day), day_words(day)))))
        for each, plan in plans
        if plan and (day := next_collection(plan, today))
    ]


def usual(plan: Schedule) -> str:
    """Every Monday and Thursday; the 1st and 3rd Wednesday; in which months."""
    parts = []
    for each in plan.weekdays:
        name = gettext(DAY_NAMES[each.weekday])
        if each.nth:
            numbers = "・".join(map(str, sorted(each.nth)))
            said = gettext("%(day)s no. %(numbers)s of the month", day=name, numbers=numbers)
        else:
            said = gettext("every %(day)s", day=name)
        if each.months:
            months = "・".join(map(str, sorted(each.months)))
            said = gettext("%(days)s (only in months %(months)s)", days=said, months=months)
        parts.append(str(said))
    return ("、" if speaks_japanese() else ", ").join(parts)


def _near(today: date) -> dict[date, str]:
    return {today: str(gettext("Today")), today + timedelta(days=1): str(gettext("Tomorrow"))}


def _names(guide: Guide, keys: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple(guide.classes[key].name(language) for key in keys)


def _items(guide: Guide, keys: Sequence[str]) -> tuple[Item, ...]:
    known = {item.key: item for item in guide.items}
    return tuple(known[key] for key in keys if key in known)[:MOST_FOUND]


def _spelled_so(guide: Guide, look: str) -> tuple[Item, ...]:
    if not look:
        return ()
    names = ((item, [item.name, item.kana, *item.aliases, *item.english]) for item in guide.items)
    found = (item for item, texts in names if any(look in look_key(text) for text in texts))
    return tuple(found)[:MOST_FOUND]
