"""Rules by 年度末年齢, the age at the end of the fiscal year: milestones and yearly checks."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from portal.catalogue import ages
from portal.catalogue.reading import Fields
from portal.catalogue.rules.base import Branch, Facts, Known, Phrase, Rule
from portal.catalogue.windows import EVER, NEVER


def fact_number(facts: Facts, name: str) -> int | None:
    """A fact that is a whole number, also when written like "101+"."""
    value = facts.get(name)
    if isinstance(value, str) and value.rstrip("+").isdecimal():
        return int(value.rstrip("+"))
    return value if type(value) is int else None


@dataclass(frozen=True, kw_only=True)
class MilestoneAges(Rule):
    """Whole fiscal years in which a person reaches one of some ages (40, 50, 60 …)."""

    milestones: tuple[int, ...]
    fy_from: int | None
    fy_to: int | None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`ages`; optional `fy_from` and `fy_to` for transitional years."""
        milestones = fields.integers("ages")
        if not milestones or list(milestones) != sorted(set(milestones)):
            raise fields.fault("ages", "expected ages in rising order")
        first, last = fields.optional_integer("fy_from"), fields.optional_integer("fy_to")
        return cls(milestones=milestones, fy_from=first, fy_to=last)

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """One window an age; a city's own `ages` or one `fiscal_age` may narrow them."""
        milestones = self._asked(facts)
        wanted = fact_number(facts, "fiscal_age")
        if wanted in milestones:
            milestones = (wanted,)
        return tuple(self._branch(age) for age in milestones)

    def _asked(self, facts: Facts) -> tuple[int, ...]:
        own = facts.get("ages")
        if type(own) is int:
            return (own,)
        if not isinstance(own, tuple):
            return self.milestones
        return tuple(age for age in own if isinstance(age, int))

    def _branch(self, age: int) -> Branch:
        start = EVER if self.fy_from is None else ages.fy_start(self.fy_from)
        end = NEVER if self.fy_to is None else ages.fy_end(self.fy_to)
        return Branch(
            lambda born: max(ages.fy_start(ages.fy(ages.attain(born, age))), start),
            lambda born: min(ages.first_mar31(ages.attain(born, age)), end),
        )

    def reason(self, known: Known, today: date) -> Phrase:
        """The age at the end of the fiscal year the window lies in."""
        window = self.window(known, today)
        year = ages.fy(window.opens if window and window.opens else today)
        age = ages.fy_end_age(known.birthdate or today, year)
        return Phrase("age_in_fy", {"age": age * 12, "fiscal_year": year})

    def describe(self) -> Phrase:
        """The ages."""
        return Phrase("rule_milestones", {"ages": self.milestones})


@dataclass(frozen=True, kw_only=True)
class YearlyFromAge(Rule):
    """Every fiscal year, or every n-th, from an age on: screenings and health checks.

    A person checked in fiscal year Y (fact `last_fact`) is due again in Y + interval.
    """

    min_age: int
    max_age: int | None
    until_turn: int | None
    interval_years: int
    last_fact: str | None
    fy_from: int | None
    fy_to: int | None

    recurring = True

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`min`; optional `max`, `until_turn`, `interval_years`, `last_fact`, `fy_from`, `fy_to`.

        `until_turn` ends the window on the day before that birthday (特定健診: 75).
        """
        return cls(
            min_age=fields.integer("min"),
            max_age=fields.optional_integer("max"),
            until_turn=fields.optional_integer("until_turn"),
            interval_years=fields.integer("interval_years", 1),
            last_fact=fields.optional_text("last_fact"),
            fy_from=fields.optional_integer("fy_from"),
            fy_to=fields.optional_integer("fy_to"),
        )

    def branches(self, today: date, facts: Facts) -> tuple[Branch, ...]:
        """The first year, this year, the next possible one and the last one."""
        year = fact_number(facts, "fy") or ages.fy(today)
        due = max(year, self._due_year(facts))
        years = {year, due, due + 1}
        floor = ages.fy_start(self._due_year(facts))
        branches = (self._first(floor), *(self._in_year(each, floor) for each in sorted(years)))
        return (*branches, self._last(floor)) if self._has_end else branches

    @property
    def _has_end(self) -> bool:
        return any(each is not None for each in (self.max_age, self.until_turn, self.fy_to))

    def _due_year(self, facts: Facts) -> int:
        last = facts.get(self.last_fact) if self.last_fact else None
        if isinstance(last, date):
            return ages.fy(last) + self.interval_years
        return self.fy_from or EVER.year

    def _start(self, born: date) -> date:
        return ages.fy_start(ages.fy(ages.attain(born, self.min_age)))

    def _end(self, born: date) -> date:
        end = NEVER if self.fy_to is None else ages.fy_end(self.fy_to)
        if self.max_age is not None:
            end = min(end, ages.first_mar31(ages.attain(born, self.max_age)))
        if self.until_turn is not None:
            end = min(end, ages.attain(born, self.until_turn))
        return end

    def _in_year(self, year: int, floor: date) -> Branch:
        start, end = max(ages.fy_start(year), floor), ages.fy_end(year)
        return Branch(
            lambda born: max(self._start(born), start), lambda born: min(self._end(born), end)
        )

    def _first(self, floor: date) -> Branch:
        return Branch(
            lambda born: max(self._start(born), floor),
            lambda born: min(self._end(born), ages.first_mar31(max(self._start(born), floor))),
        )

    def _last(self, floor: date) -> Branch:
        """The last year, for people the rule has left behind."""
        return Branch(
            lambda born: max(ages.fy_start(ages.fy(self._end(born))), floor, self._start(born)),
            self._end,
        )

    def reason(self, known: Known, today: date) -> Phrase:
        """The age at the end of the fiscal year the window lies in."""
        window = self.window(known, today)
        year = ages.fy(window.opens if window and window.opens else today)
        age = ages.fy_end_age(known.birthdate or today, year)
        return Phrase("age_in_fy", {"age": age * 12, "fiscal_year": year})

    def describe(self) -> Phrase:
        """The least age and the interval."""
        params = {"age": self.min_age * 12, "years": self.interval_years}
        return Phrase("rule_yearly_from_age", params)
