"""What a resident's feed says: the days of My Page, in as few words as can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from flask_babel import gettext

from portal.core.crypto import key_ring
from portal.core.settings import Settings
from portal.mypage.calendar.events import Entry, calendar_of
from portal.mypage.calendar.models import CalendarFeed
from portal.mypage.relatives import relatives_of
from portal.mypage.todos import Todo, todos_of
from portal.mypage.written import OwnLine, own_lines
from portal.residents.cautions import caution

PLAIN, TITLES = "plain", "titles"
# Whoever has the address reads the feed: a pregnancy is not told there even with titles.
UNSAID = frozenset({"妊娠・出産", "ご不幸", "障がい者支援"})
UNTIL, FROM, OWN = "until", "from", "own"


class Day(NamedTuple):
    """One thing on one day. `title` is blank where it is not for a calendar."""

    day: date
    kind: str
    title: str
    key: str


def feed_of(feed: CalendarFeed, today: date, language: str) -> bytes:
    """The feed's file."""
    family = relatives_of(feed.resident_id, today)
    days = days_of(todos_of(family, today).groups.values(), own_lines(family), today, language)
    entries = _titled(feed, days) if feed.wording == TITLES else _counted(feed, days)
    name = gettext("City procedures")
    return calendar_of(entries, feed.created_at, name=name, alarm_days=feed.alarm_days)


def days_of(
    groups: Iterable[list[Todo]], own: list[OwnLine], today: date, language: str
) -> list[Day]:
    """Deadlines and first days from today on, in order."""
    found = [day for group in groups for todo in group if (day := _day(todo, language))]
    found += [
        Day(line.due, OWN, "" if caution(line.title) else line.title, line.id)
        for line in own
        if line.due
    ]
    return sorted(each for each in found if each.day >= today)


def _day(todo: Todo, language: str) -> Day | None:
    window = todo.match.window
    if window is None or todo.group == "overdue":
        return None
    kind = FROM if todo.group == "coming" else UNTIL
    day = window.opens if kind == FROM else window.closes
    if day is None:
        return None
    title = todo.service.title.say(language)
    said = "" if todo.service.category in UNSAID or caution(title) else title
    return Day(day, kind, said, f"{todo.relative.ref} {todo.service.key} {todo.occurrence}")


def _counted(feed: CalendarFeed, days: list[Day]) -> list[Entry]:
    """One event a day and kind: how many, not what."""
    counts = Counter((each.day, each.kind) for each in days)
    return [
        Entry(_uid(feed.resident_id, f"{kind} {day}"), day, _plain(kind, number), _my_page())
        for (day, kind), number in sorted(counts.items())
    ]


def _titled(feed: CalendarFeed, days: list[Day]) -> list[Entry]:
    return [
        Entry(_uid(feed.resident_id, f"{each.kind} {each.key}"), each.day, _words(each), _my_page())
        for each in days
    ]


def _words(day: Day) -> str:
    if not day.title:
        return _plain(day.kind, 1)
    words = {
        UNTIL: gettext("Last day: %(title)s", title=day.title),
        FROM: gettext("Opens: %(title)s", title=day.title),
        OWN: day.title,
    }
    return str(words[day.kind])


def _plain(kind: str, number: int) -> str:
    words = {
        UNTIL: gettext("City procedures: %(num)s, last day", num=number),
        FROM: gettext("City procedures: %(num)s, first day", num=number),
        OWN: gettext("To-dos: %(num)s", num=number),
    }
    return str(words[kind])


def _uid(resident_id: UUID, what: str) -> str:
    """The same for the same thing, and nothing can be read from it."""
    digest = key_ring().keyed_hash(f"{resident_id} {what}", "calendar.uid").hex()
    return f"{digest[:32]}@{_settings().resident_host.partition(':')[0]}"


def _my_page() -> str:
    return f"{_settings().PUBLIC_URL}/my"


def _settings() -> Settings:
    found: Settings = current_app.extensions["mado.settings"]
    return found
