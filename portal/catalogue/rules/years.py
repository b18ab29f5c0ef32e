"""Windows that follow fiscal years (1 April to 31 March), so cohorts run 2 April to 1 April."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from portal.catalogue import ages
from portal.catalogue.reading import Fields, MonthDay
from portal.catalogue.rules.base import Branch, Facts, Known, Phrase, Rule, itself, never
from portal.catalogue.rules.spans import day_before_school


@dataclass(frozen=True, kw_only=True)
class UntilFiscalYearEnd(Rule):
    """From birth to the first 31 March on or after attaining an age (18歳に達する日以後の…)."""

    age: int

    value_is_close = True

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`age` in years."""
        return cls(age=fields.integer("age"))

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        return (Branch(itself, self._closes),)

    def _closes(self, birthdate: date) -> date:
        return ages.first_mar31(ages.attain(birthdate, self.age))

    def reason(self, known: Known, today: date) -> Phrase:
        """The last day."""
        day = self._closes(known.birthdate or today)
        return Phrase("until_fy_end", {"age": self.age * 12, "day": day})

    def describe(self) -> Phrase:
        """The age."""
        return Phrase("rule_until_fy_end", {"age": self.age * 12})


@dataclass(frozen=True, kw_only=True)
class AfterFiscalYearEnd(Rule):
    """From 1 April after the fiscal year of one age, to that of another, to school or on."""

    age: int
    to_age: int | None
    until_school: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`age`; optional `to_age`, or `until_school`."""
        return cls(
            age=fields.integer("age"),
            to_age=fields.optional_integer("to_age"),
            until_school=fields.flag("until_school", False),
        )

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        if self.until_school:
            return (Branch(self._opens, day_before_school),)
        return (Branch(self._opens, never if self.to_age is None else self._closes),)

    def _opens(self, birthdate: date) -> date:
        return ages.first_mar31(ages.attain(birthdate, self.age)) + ages.DAY

    def _closes(self, birthdate: date) -> date:
        return ages.first_mar31(ages.attain(birthdate, self.to_age or self.age))

    def reason(self, known: Known, today: date) -> Phrase:
        """The first day."""
        day = self._opens(known.birthdate or today)
        return Phrase("from_fy_start", {"age": self.age * 12, "day": day})

    def describe(self) -> Phrase:
        """The age."""
        return Phrase("rule_from_fy_start", {"age": self.age * 12})


@dataclass(frozen=True, kw_only=True)
class FiscalYearSpan(Rule):
    """From the fiscal year of attaining one age through that of another (HPV: 12 to 16)."""

    from_age: int
    to_age: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`from` and `to` ages in years."""
        start, end = fields.integer("from"), fields.integer("to")
        if end < start:
            raise fields.fault("to", f"must not be less than from ({start})")
        return cls(from_age=start, to_age=end)

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        return (Branch(self._opens, self._closes),)

    def _opens(self, birthdate: date) -> date:
        return ages.fy_start(ages.fy(ages.attain(birthdate, self.from_age)))

    def _closes(self, birthdate: date) -> date:
        return ages.first_mar31(ages.attain(birthdate, self.to_age))

    def reason(self, known: Known, today: date) -> Phrase:
        """The fiscal year it begins."""
        day = self._opens(known.birthdate or today)
        return Phrase("age_in_fy", {"age": self.from_age * 12, "fiscal_year": day.year})

    def describe(self) -> Phrase:
        """Both ages."""
        params = {"age": self.from_age * 12, "until_age": self.to_age * 12}
        return Phrase("rule_fy_span", params)


@dataclass(frozen=True, kw_only=True)
class SchoolYear(Rule):
    """Days relative to the year of entering elementary school ("-1y 10-01")."""

    from_year: int
    from_day: MonthDay
    to_year: int
    to_day: MonthDay

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`from` and `to`, each a year relative to school entry and a day of the year."""
        start, end = fields.year_day("from"), fields.year_day("to")
        if end < start:
            raise fields.fault("to", "must not be before from")
        return cls(from_year=start[0], from_day=start[1], to_year=end[0], to_day=end[1])

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        return (Branch(self._opens, self._closes),)

    def _opens(self, birthdate: date) -> date:
        return date(ages.school_entry(birthdate).year + self.from_year, *self.from_day)

    def _closes(self, birthdate: date) -> date:
        return date(ages.school_entry(birthdate).year + self.to_year, *self.to_day)

    def reason(self, known: Known, today: date) -> Phrase:
        """The day of entering school, elementary or junior high."""
        entry = ages.school_entry(known.birthdate or today)
        if self.from_year >= JUNIOR_YEARS - 1:
            entry = entry.replace(year=entry.year + JUNIOR_YEARS)
            return Phrase("enters_junior_high", {"day": entry})
        return Phrase("enters_school", {"day": entry})

    def describe(self) -> Phrase:
        """Days around school entry."""
        params = {"from_year": self.from_year, "from": self.from_day}
        return Phrase("rule_school", params | {"to_year": self.to_year, "to": self.to_day})


JUNIOR_YEARS = 6


@dataclass(frozen=True, kw_only=True)
class CohortEvent(Rule):
    """A yearly event for those who attained an age in the fiscal year before it."""

    age: int
    day: MonthDay

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`age` in years and the `day` of the event, MM-DD."""
        return cls(age=fields.integer("age"), day=fields.month_day("day"))

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One day."""
        return (Branch(self._held, self._held),)

    def _held(self, birthdate: date) -> date:
        year = ages.fy(ages.attain(birthdate, self.age)) + 1
        return date(year + (self.day < (4, 1)), *self.day)

    def reason(self, known: Known, today: date) -> Phrase:
        """The day of the event."""
        day = self._held(known.birthdate or today)
        return Phrase("cohort_event", {"age": self.age * 12, "day": day})

    def describe(self) -> Phrase:
        """The age and the day."""
        return Phrase("rule_cohort_event", {"age": self.age * 12, "on": self.day})
