"""Days as iCalendar (RFC 5545): a feed, or one event to add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Alarm, Event

PRODUCT = "-//Mado//My Page//JA"
RENEW = timedelta(hours=12)
MORNING = timedelta(hours=9)  # an all-day event's alarm counts from midnight


@dataclass(frozen=True)
class Entry:
    """One all-day event. `uid` says nothing about whom or what it is for."""

    uid: str
    day: date
    words: str
    url: str = ""


def calendar_of(
    entries: Sequence[Entry], stamp: datetime, *, name: str = "", alarm_days: int | None = None
) -> bytes:
    """The file: the same entries give the same bytes, so that an ETag tells a change.

    stamp: DTSTAMP of every event; alarm_days: so many days before, at nine; None: no alarm
    """
    from icalendar import Calendar  # costs 60 ms, so only who asks for a calendar pays for it

    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    if name:
        found.add("x-wr-calname", name)
        found.add("refresh-interval", RENEW, parameters={"VALUE": "DURATION"})
        found.add("x-published-ttl", "PT12H")
    for entry in entries:
        found.add_component(_event(entry, stamp, alarm_days))
    written: bytes = found.to_ical()
    return written


def _event(entry: Entry, stamp: datetime, alarm_days: int | None) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.words)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody busy
    if entry.url:
        event.add("url", entry.url)
    if alarm_days is not None:
        event.add_component(_alarm(entry.words, alarm_days))
    return event


def _alarm(words: str, days: int) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", MORNING - timedelta(days=days))
    return alarm
