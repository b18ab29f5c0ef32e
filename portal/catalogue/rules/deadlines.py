"""Windows counted from a known day: birth, a move, a death, a due date, a card, a licence."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from portal.catalogue import ages
from portal.catalogue.reading import Fields
from portal.catalogue.rules.base import (
    Branch,
    EdgeOf,
    Facts,
    Known,
    Phrase,
    Rule,
    itself,
    never,
)
from portal.catalogue.windows import Window
from portal.core.holidays import next_open_day

EXPECTED_DATE = "expected_date"
ADULT_AGE = 18
OLD_ADULT_AGE = 20
ADULT_FROM = date(2022, 4, 1)
ADULT_CARD_BIRTHDAYS = 10
MINOR_CARD_BIRTHDAYS = 5
COGNITIVE_TEST_AGE = 75


def read_anchors(fields: Fields) -> tuple[str, ...]:
    """Names of the dates to count from; the first known one counts."""
    anchors = fields.texts("anchors")
    if not anchors:
        raise fields.fault("anchors", "is missing")
    return anchors


def days_of(anchors: tuple[str, ...]) -> tuple[Phrase, ...]:
    """How the days that are counted from are called, in the order they count."""
    return tuple(Phrase(f"event_{anchor}", {}) for anchor in anchors)


def days_after(days: int | None) -> EdgeOf:
    """An edge a number of days after the anchor; None is without end."""
    return never if days is None else lambda day: day + timedelta(days=days)


@dataclass(frozen=True, kw_only=True)
class Deadline(Rule):
    """A number of days to do something after an event; past it the duty stays."""

    days: int
    count_first_day: bool
    roll: bool
    to_month_end: bool
    until_fy_end: int | None

    value_is_close = True

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`anchors`, `days`, `count_first_day`; optional `roll`, `to_month_end`, `until_fy_end`.

        `until_fy_end`: only for people whose fiscal year of that age has not ended at the event.
        """
        return cls(
            anchors=read_anchors(fields),
            days=fields.integer("days"),
            count_first_day=fields.flag("count_first_day", False),
            roll=fields.flag("roll", False),
            to_month_end=fields.flag("to_month_end", False),
            until_fy_end=fields.optional_integer("until_fy_end"),
            late=True,
        )

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window from the event to the last day."""
        return (Branch(itself, self._last),)

    def applies_to(self, known: Known) -> bool:
        """Only people young enough at the event."""
        event, born = self.anchor_of(known), known.birthdate
        if self.until_fy_end is not None and event and born:
            young = event <= ages.first_mar31(ages.attain(born, self.until_fy_end))
            return young and super().applies_to(known)
        return super().applies_to(known)

    def _last(self, event: date) -> date:
        last = ages.counted_day(event, self.days, count_first_day=self.count_first_day)
        if self.to_month_end:
            # 児童手当法8条2項・3項: a claim in the month of the event pays from the next month
            # anyway, so nobody is late before that month ends.
            last = max(last, ages.end_of_month(event))
        return next_open_day(last) if self.roll else last

    def reason(self, known: Known, today: date) -> Phrase:
        """The event's day, by the name of the anchor that counted."""
        name = self.anchor_name(known) or self.anchors[0]
        return Phrase(f"since_{name}", {"day": known.anchor(name) or today, "days": self.days})

    def describe(self) -> Phrase:
        """The number of days and how they are counted."""
        key = "rule_deadline_counted" if self.count_first_day else "rule_deadline"
        return Phrase(key, {"days": self.days, "event": days_of(self.anchors)})


@dataclass(frozen=True, kw_only=True)
class AroundDate(Rule):
    """From some days before to some days after a date the person entered."""

    from_days: int
    to_days: int | None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`anchors`, `from_days`; optional `to_days` (without it the window has no end)."""
        return cls(
            anchors=read_anchors(fields),
            from_days=fields.integer("from_days"),
            to_days=fields.optional_integer("to_days"),
        )

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        return (Branch(days_after(self.from_days), days_after(self.to_days)),)

    def reason(self, known: Known, today: date) -> Phrase:
        """The date the window lies around."""
        name = self.anchor_name(known) or self.anchors[0]
        return Phrase(f"around_{name}", {"day": known.anchor(name) or today})

    def describe(self) -> Phrase:
        """The days."""
        key = "rule_from_date" if self.to_days is None else "rule_around_date"
        shifts = {"from_days": self.from_days, "to_days": self.to_days or 0}
        return Phrase(key, shifts | {"event": days_of(self.anchors)})


@dataclass(frozen=True, kw_only=True)
class Pregnancy(Rule):
    """Weeks and days of a pregnancy, counted from the expected delivery date (40w0d)."""

    from_week: tuple[int, int]
    to_week: tuple[int, int] | None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`from_week` and optional `to_week`, each [weeks, days]."""
        start, end = fields.integers("from_week"), fields.integers("to_week")
        if len(start) != 2:
            raise fields.fault("from_week", "expected [weeks, days]")
        if len(end) not in (0, 2):
            raise fields.fault("to_week", "expected [weeks, days]")
        to_week = (end[0], end[1]) if end else None
        return cls(anchors=(EXPECTED_DATE,), from_week=(start[0], start[1]), to_week=to_week)

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        start, end = self.from_week, self.to_week
        closes = never if end is None else (lambda edd: ages.gestation_day(edd, *end))
        return (Branch(lambda edd: ages.gestation_day(edd, *start), closes),)

    def reason(self, known: Known, today: date) -> Phrase:
        """The expected date."""
        return Phrase("expected_on", {"day": known.anchor(EXPECTED_DATE) or today})

    def describe(self) -> Phrase:
        """The weeks."""
        if self.to_week is None:
            return Phrase("rule_pregnancy_from", {"weeks": self.from_week[0]})
        params = {"weeks": self.from_week[0], "to_weeks": self.to_week[0]}
        return Phrase("rule_pregnancy", params | {"day_of_week": self.to_week[1]})


@dataclass(frozen=True, kw_only=True)
class NthBirthday(Rule):
    """A card valid until the n-th birthday after its issue, renewable some months before.

    n is 10 for a card of an adult and 5 for a minor's and for certificates; adult means 18, or
    20 for cards issued before 1 April 2022. The window begins the day after "months before".
    """

    n: int | None
    months_before: int

    value_is_close = True

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`anchors` (day of issue), optional `n`, `months_before`."""
        return cls(
            anchors=read_anchors(fields),
            n=fields.optional_integer("n"),
            months_before=fields.integer("months_before"),
            late=True,
        )

    @property
    def reversible(self) -> bool:
        """A birthdate alone says nothing about a card."""
        return False

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """None: the window needs both the birthdate and the day of issue."""
        return ()

    def expires(self, known: Known) -> date | None:
        """Last day of validity, when birthdate and issue are known."""
        issued, born = self.anchor_of(known), known.birthdate
        if issued is None or born is None or issued < born:
            return None
        asked = known.facts.get("n")
        n = self.n or self._birthdays(born, issued)
        return ages.nth_birthday(born, issued, asked if type(asked) is int else n)

    def _birthdays(self, born: date, issued: date) -> int:
        adult = ADULT_AGE if issued >= ADULT_FROM else OLD_ADULT_AGE
        grown = ages.turn(born, adult) <= issued
        return ADULT_CARD_BIRTHDAYS if grown else MINOR_CARD_BIRTHDAYS

    def window(
        self, known: Known, today: date, branches: tuple[Branch, ...] | None = None
    ) -> Window | None:
        """From the day after "n months before" to the birthday."""
        expires = self.expires(known)
        if expires is None or not self.applies_to(known):
            return None
        opens = ages.add_months(expires, -self.months_before) + ages.DAY
        return Window(opens, expires, late=self.late)

    def reason(self, known: Known, today: date) -> Phrase:
        """The last day of validity."""
        return Phrase("card_valid_until", {"day": self.expires(known) or today})

    def describe(self) -> Phrase:
        """The months before."""
        return Phrase("rule_nth_birthday", {"months": self.months_before})


@dataclass(frozen=True, kw_only=True)
class Expiry(Rule):
    """Months before a document expires, for people of an age on that day (高齢者講習)."""

    months_before: int
    min_age: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`anchors` (day of expiry), `months_before`, `min_age` on that day."""
        return cls(
            anchors=read_anchors(fields),
            months_before=fields.integer("months_before"),
            min_age=fields.integer("min_age", 0),
        )

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window before the day of expiry."""
        return (Branch(lambda day: ages.add_months(day, -self.months_before), itself),)

    def applies_to(self, known: Known) -> bool:
        """Only people who have the age on the day of expiry."""
        return super().applies_to(known) and self._is_aged(known, self.min_age)

    def _is_aged(self, known: Known, age: int) -> bool:
        expires, born = self.anchor_of(known), known.birthdate
        return bool(expires and born and ages.attain(born, age) <= expires)

    def reason(self, known: Known, today: date) -> Phrase:
        """The day of expiry; from 75 a cognitive test is added (道路交通法101条の4)."""
        test = self._is_aged(known, COGNITIVE_TEST_AGE)
        key = "licence_expires_with_test" if test else "licence_expires"
        return Phrase(key, {"day": self.anchor_of(known) or today})

    def describe(self) -> Phrase:
        """The months before and the age."""
        return Phrase("rule_expiry", {"months": self.months_before, "age": self.min_age * 12})
