"""Rules that follow the calendar: seasons, polls, a levy day, always, and rules joined together."""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Self

from portal.catalogue import ages
from portal.catalogue.reading import Fields, MonthDay
from portal.catalogue.rules.base import (
    Branch,
    Facts,
    Known,
    Phrase,
    Rule,
    ever,
    fixed,
    never,
)
from portal.catalogue.windows import EVER, NEVER
from portal.core.holidays import next_open_day


def day_fact(facts: Facts, name: str) -> date | None:
    """A fact that is a date."""
    value = facts.get(name)
    return value if isinstance(value, date) else None


@dataclass(frozen=True, kw_only=True)
class Always(Rule):
    """No dates: what the city always offers."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """No fields of its own."""
        return cls(anchors=())

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window without ends."""
        return (Branch(ever, never),)

    def reason(self, known: Known, today: date) -> Phrase:
        """For everybody."""
        return Phrase("always")

    def describe(self) -> Phrase:
        """At any time."""
        return Phrase("rule_always")


@dataclass(frozen=True, kw_only=True)
class Annual(Rule):
    """The same season every year; the city may set this year's days (fact `season_fact`)."""

    start: MonthDay
    end: MonthDay
    roll: bool
    season_fact: str | None

    recurring = True

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`from` and `to` as MM-DD; optional `roll` of the last day, `season_fact`."""
        return cls(
            anchors=(),
            start=fields.month_day("from"),
            end=fields.month_day("to"),
            roll=fields.flag("roll", False),
            season_fact=fields.optional_text("season_fact"),
        )

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """Last year's, this year's and next year's season, or the one the city set."""
        season = facts.get(self.season_fact) if self.season_fact else None
        if isinstance(season, tuple) and len(season) == 2:
            first, last = season
            if isinstance(first, date) and isinstance(last, date):
                return (Branch(fixed(first), fixed(last)),)
        return tuple(self._season(today.year + shift) for shift in (-1, 0, 1))

    def _season(self, year: int) -> Branch:
        last = date(year + (self.end < self.start), *self.end)
        last = next_open_day(last) if self.roll else last
        return Branch(fixed(date(year, *self.start)), fixed(last))

    def reason(self, known: Known, today: date) -> Phrase:
        """The season."""
        window = self.window(known, today)
        if window is None or window.opens is None or window.closes is None:
            return Phrase("always")
        return Phrase("in_season", {"day": window.opens, "until": window.closes})

    def describe(self) -> Phrase:
        """The days of the year."""
        return Phrase("rule_annual", {"from": self.start, "to": self.end})


@dataclass(frozen=True, kw_only=True)
class Poll(Rule):
    """Whoever attains an age by polling day may vote, from the announcement until that day."""

    age: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`age` in years; the day itself is the fact `poll_date`."""
        return cls(age=fields.integer("age"))

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window up to polling day, for those old enough (公職選挙法9条)."""
        poll = day_fact(facts, "poll_date")
        if poll is None:
            return ()

        def opens(born: date) -> date:
            return EVER if ages.attain(born, self.age) <= poll else NEVER

        return (Branch(opens, fixed(poll)),)

    def reason(self, known: Known, today: date) -> Phrase:
        """Polling day."""
        day = day_fact(known.facts, "poll_date") or today
        return Phrase("may_vote", {"age": self.age * 12, "day": day})

    def describe(self) -> Phrase:
        """The age."""
        return Phrase("rule_poll", {"age": self.age * 12})


@dataclass(frozen=True, kw_only=True)
class UnderAgeOn(Rule):
    """Whoever has not attained an age on a day of the year (住民税: 18 on 1 January)."""

    age: int
    day: MonthDay
    fact: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`age` in years, `day` MM-DD, `fact` naming the date when it is given."""
        return cls(age=fields.integer("age"), day=fields.month_day("day"), fact=fields.text("fact"))

    def _day(self, today: date, facts: Facts) -> date:
        this_year = date(today.year, *self.day)
        return day_fact(facts, self.fact) or this_year

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window of the year that begins on the day."""
        day = self._day(today, facts)
        last = ages.add_months(day, 12) - ages.DAY

        def closes(born: date) -> date:
            return last if ages.attain(born, self.age) > day else EVER

        return (Branch(ever, closes),)

    def reason(self, known: Known, today: date) -> Phrase:
        """The age on the day."""
        day = self._day(today, known.facts)
        return Phrase("under_age_on", {"age": self.age * 12, "day": day})

    def describe(self) -> Phrase:
        """The age and the day."""
        return Phrase("rule_under_age_on", {"age": self.age * 12, "on": self.day})


def _both(left: Branch, right: Branch) -> Branch:
    return Branch(
        lambda anchor: max(left.opens(anchor), right.opens(anchor)),
        lambda anchor: min(left.closes(anchor), right.closes(anchor)),
    )


@dataclass(frozen=True, kw_only=True)
class Joined(Rule):
    """Several rules about one anchor: the days all of them are open (`all`), or each (`any`)."""

    parts: tuple[Rule, ...]
    together: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Not read by itself; the parser joins the parts it has read."""
        raise fields.fault("kind", "write `all:` or `any:` with a list of rules")

    @property
    def recurring(self) -> bool:  # type: ignore[override]
        """Recurring when a part is."""
        return any(part.recurring for part in self.parts)

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """Crossed branches for `all`, every branch for `any`."""
        groups = [part.limited(today, facts) for part in self.parts]
        if not self.together:
            return tuple(branch for group in groups for branch in group)
        crossed = groups[0]
        for group in groups[1:]:
            crossed = tuple(_both(left, right) for left, right in product(crossed, group))
        return crossed

    def applies_to(self, known: Known) -> bool:
        """No part takes the person out."""
        return super().applies_to(known) and all(part.applies_to(known) for part in self.parts)

    def reason(self, known: Known, today: date) -> Phrase:
        """The first part speaks for `all`; for `any` the part that made the window."""
        if self.together:
            return self.parts[0].reason(known, today)
        whole = self.window(known, today)
        made = (part for part in self.parts if whole and part.window(known, today) == whole)
        return next(made, self.parts[0]).reason(known, today)

    def describe(self) -> Phrase:
        """Every part in turn."""
        key = "rule_all" if self.together else "rule_any"
        return Phrase(key, {"parts": tuple(part.describe() for part in self.parts)})
