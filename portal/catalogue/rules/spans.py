"""Windows counted from birth in months or days, and from an age onward."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from portal.catalogue import ages
from portal.catalogue.ages import Edge
from portal.catalogue.reading import Fields
from portal.catalogue.rules.base import Branch, EdgeOf, Facts, Known, Phrase, Rule, itself, never


def age_edge(months: int, edge: Edge) -> EdgeOf:
    """An age in months under a chosen edge, as a function of the birthdate."""
    return lambda birthdate: ages.at_edge(birthdate, months, edge)


def reaching(birthdate: date, months: int, today: date) -> Phrase:
    """ "… turns 1 year 6 months on …", in the past once the day has come."""
    day = ages.turn_months(birthdate, months)
    return Phrase("turned_age" if day <= today else "turns_age", {"age": months, "day": day})


def day_before_school(birthdate: date) -> date:
    """31 March before entering elementary school."""
    return ages.school_entry(birthdate) - ages.DAY


@dataclass(frozen=True, kw_only=True)
class MonthWindow(Rule):
    """From one age in completed months to another, each with its own edge."""

    from_months: int
    to_months: int
    from_edge: Edge
    to_edge: Edge

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`from`, `to` in months, `from_edge` and `to_edge`; from 0 means from birth."""
        start, end = fields.integer("from"), fields.integer("to")
        if end <= start:
            raise fields.fault("to", f"must be more than from ({start})")
        default = Edge.BIRTH if start == 0 else None
        from_edge = fields.choice("from_edge", Edge, default)
        to_edge = fields.choice("to_edge", Edge)
        if from_edge is Edge.BEFORE_ATTAIN or (from_edge is Edge.BIRTH) != (start == 0):
            raise fields.fault("from_edge", "a window begins at birth (from 0), attain or turn")
        if to_edge is Edge.BIRTH:
            raise fields.fault("to_edge", "a window ends at attain, turn or attain_minus_1")
        return cls(from_months=start, to_months=end, from_edge=from_edge, to_edge=to_edge)

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        opens = age_edge(self.from_months, self.from_edge)
        return (Branch(opens, age_edge(self.to_months, self.to_edge)),)

    def reason(self, known: Known, today: date) -> Phrase:
        """ "… turns 1 year 6 months on …", or the birth itself."""
        birthdate = known.birthdate or today
        if self.from_months == 0:
            return Phrase("born_on", {"day": birthdate})
        return reaching(birthdate, self.from_months, today)

    def describe(self) -> Phrase:
        """Both ages with their edges."""
        return Phrase(
            f"rule_months_{self.from_edge}_{self.to_edge}",
            {"age": self.from_months, "until_age": self.to_months},
        )


@dataclass(frozen=True, kw_only=True)
class DayWindow(Rule):
    """From one number of days after birth to another (vaccines counted in weeks)."""

    from_days: int
    to_days: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`from_days` and `to_days` after the day of birth, both inclusive."""
        start, end = fields.integer("from_days"), fields.integer("to_days")
        if end < start:
            raise fields.fault("to_days", f"must not be less than from_days ({start})")
        return cls(from_days=start, to_days=end)

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        start, end = timedelta(days=self.from_days), timedelta(days=self.to_days)
        return (Branch(lambda born: born + start, lambda born: born + end),)

    def reason(self, known: Known, today: date) -> Phrase:
        """Weeks since birth."""
        birthdate = known.birthdate or today
        day = birthdate + timedelta(days=self.from_days)
        return Phrase("weeks_old", {"weeks": self.from_days // 7, "day": day})

    def describe(self) -> Phrase:
        """Days since birth."""
        return Phrase("rule_days", {"from_days": self.from_days, "to_days": self.to_days})


@dataclass(frozen=True, kw_only=True)
class FromAge(Rule):
    """From an age onward, until another age or school entry, or without end."""

    age: int
    edge: Edge
    until_age: int | None
    until_edge: Edge
    until_school: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`age` in years, `edge`; optional `until_age` with `until_edge`, or `until_school`."""
        edge = fields.choice("edge", Edge)
        if edge not in (Edge.ATTAIN, Edge.TURN):
            raise fields.fault("edge", "an age begins at attain or turn")
        return cls(
            age=fields.integer("age"),
            edge=edge,
            until_age=fields.optional_integer("until_age"),
            until_edge=fields.choice("until_edge", Edge, Edge.ATTAIN),
            until_school=fields.flag("until_school", False),
        )

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        return (Branch(age_edge(self.age * 12, self.edge), self._closes()),)

    def _closes(self) -> EdgeOf:
        if self.until_school:
            return day_before_school
        return never if self.until_age is None else age_edge(self.until_age * 12, self.until_edge)

    def reason(self, known: Known, today: date) -> Phrase:
        """ "… turns 75 on …"."""
        return reaching(known.birthdate or today, self.age * 12, today)

    def describe(self) -> Phrase:
        """The age and its edge."""
        return Phrase(f"rule_from_age_{self.edge}", {"age": self.age * 12})


@dataclass(frozen=True, kw_only=True)
class MonthOfAttain(Rule):
    """From the first day of the month in which an age is attained (premiums by month)."""

    age: int
    months: int | None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`age` in years; optional `months` the window stays."""
        return cls(age=fields.integer("age"), months=fields.optional_integer("months"))

    def _opens(self, birthdate: date) -> date:
        return ages.first_of_month(ages.attain(birthdate, self.age))

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        return (Branch(self._opens, whole_months(self._opens, self.months)),)

    def reason(self, known: Known, today: date) -> Phrase:
        """The month of attaining the age."""
        day = self._opens(known.birthdate or today)
        return Phrase("attains_in_month", {"age": self.age * 12, "month": day})

    def describe(self) -> Phrase:
        """The month of attaining the age."""
        return Phrase("rule_month_of_attain", {"age": self.age * 12})


@dataclass(frozen=True, kw_only=True)
class MonthAfterAttain(MonthOfAttain):
    """From the first day of the month after attaining an age (国保70: 1日生まれは誕生日から)."""

    def _opens(self, birthdate: date) -> date:
        return ages.first_of_next_month(ages.attain(birthdate, self.age))

    def reason(self, known: Known, today: date) -> Phrase:
        """The month after attaining the age."""
        day = self._opens(known.birthdate or today)
        return Phrase("attains_before_month", {"age": self.age * 12, "month": day})

    def describe(self) -> Phrase:
        """The month after attaining the age."""
        return Phrase("rule_month_after_attain", {"age": self.age * 12})


def whole_months(opens: EdgeOf, months: int | None) -> EdgeOf:
    """Last day of a number of whole months from an opening on the first of a month."""
    if months is None:
        return never
    return lambda anchor: ages.end_of_month(ages.add_months(opens(anchor), months - 1))


@dataclass(frozen=True, kw_only=True)
class ThroughBirthMonth(Rule):
    """From birth through the calendar month of a birthday (児童手当法6条, amount under three)."""

    age: int
    value_is_close = True

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`age` in years."""
        return cls(age=fields.integer("age"))

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window."""
        return (Branch(itself, lambda born: ages.year_month_after(born, self.age)),)

    def reason(self, known: Known, today: date) -> Phrase:
        """The last month."""
        month = ages.year_month_after(known.birthdate or today, self.age)
        return Phrase("through_month", {"age": self.age * 12, "month": month})

    def describe(self) -> Phrase:
        """The birthday's month."""
        return Phrase("rule_through_birth_month", {"age": self.age * 12})
