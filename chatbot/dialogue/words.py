"""The bot's own sentences, desks and links in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chatbot.dialogue.phrasing import base_of, phrases
from chatbot.knowledge.entries import Desk, Link
from chatbot.knowledge.loading import load_desks, load_links
from portal.core.holidays import is_closed

WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the dialogue says that is not an entry's own text."""

    language: str
    phrases: Mapping[str, str]
    desks: Mapping[str, Desk]
    links: Mapping[str, Link]

    @property
    def base(self) -> str:
        """ja or en: the language of what only exists in these two (names, dates)."""
        return base_of(self.language)

    def say(self, name: str, **values: str) -> str:
        return self.phrases[name].format(**values)

    def desk(self, key: str) -> Desk:
        """The desk, the general one where the key is not known (desks are renamed)."""
        return self.desks.get(key) or self.desks["general"]

    def link(self, name: str) -> Link:
        return self.links[name]

    def day(self, day: date, today: date) -> str:
        """A date as people say it, with "today" or "tomorrow" where it is."""
        near = {today: "today", today + timedelta(days=1): "tomorrow"}.get(day)
        weekday = WEEKDAYS[self.base][day.weekday()]
        if self.base == "ja":
            written = f"{day.month}月{day.day}日({weekday})"
            return f"{self.say(near)} {written}" if near else written
        written = f"{weekday} {day.day} {MONTHS[day.month - 1]}"
        return f"{self.say(near)}, {written}" if near else written

    def closed(self, desk: Desk, today: date) -> str:
        """That the desk is closed today and when it opens; "" where it is open or not known."""
        if not desk.hours.startswith(("平日", "Weekdays")) or not is_closed(today):
            return ""
        day = today + timedelta(days=1)
        while is_closed(day):
            day += timedelta(days=1)
        return self.say("closed_today", day=self.day(day, today))


def load_words(language: str) -> Words:
    """The shipped words of a language; desks and links in the base language."""
    base = base_of(language)
    return Words(language, phrases(language), load_desks(base), load_links(base))
