"""What a source says about a page, and what changed about it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.guide.city_pages.texts import plain

TOKYO = ZoneInfo("Asia/Tokyo")
ERAS = {"令和": 2018, "平成": 1988}
_WESTERN = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})")
_JAPANESE = re.compile(r"(令和|平成)\s*(元|\d{1,2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


class UnreadableSource(Exception):
    """The feed, sitemap or list can not be understood; `reason` is a short code for reports."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Found:
    """A page as a source or the page itself tells of it; empty where nothing is said."""

    link: str
    title: str = ""
    category: str = ""
    updated: datetime | None = None
    summary: str = ""

    def tidy(self) -> Found:
        """Bounded, one line each."""
        return replace(
            self,
            title=plain(self.title, 200),
            category=plain(self.category, 80),
            summary=plain(self.summary, 300),
        )

    def over(self, other: Found) -> Found:
        """This, with what it does not say taken from `other`."""
        return replace(
            self,
            title=self.title or other.title,
            category=self.category or other.category,
            updated=self.updated or other.updated,
            summary=self.summary or other.summary,
        )

    @property
    def fingerprint(self) -> str:
        """Changes when what residents see of the page changes."""
        said = (self.title, self.category, str(self.updated), self.summary)
        return hashlib.sha256("\x00".join(said).encode()).hexdigest()[:32]


def day_in(text: str) -> datetime | None:
    """The first day in a text (2026年4月1日, 2026-04-01, 令和8年4月1日), at midnight in Japan."""
    text = text.translate(_DIGITS)
    if japanese := _JAPANESE.search(text):
        era, year, month, day = japanese.groups()
        numbers = (ERAS[era] + (1 if year == "元" else int(year)), int(month), int(day))
    elif western := _WESTERN.search(text):
        numbers = (int(western[1]), int(western[2]), int(western[3]))
    else:
        return None
    try:
        return datetime.combine(date(*numbers), time(), TOKYO).astimezone(UTC)
    except ValueError:
        return None


def moment_in(text: str) -> datetime | None:
    """A W3C date (sitemaps): a day, or a moment with its zone; Japan's where it names none."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return day_in(text)
    return (found if found.tzinfo else found.replace(tzinfo=TOKYO)).astimezone(UTC)


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """Drops a date of the far future or of before the web: a slip of the other side."""
    if moment is None or moment.year < 1995 or moment > now + timedelta(days=366):
        return None
    return moment
