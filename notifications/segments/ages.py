"""Conditions on ages, as people count them and as the fiscal year does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from notifications.segments import tests
from notifications.segments.meaning import Naming, SegmentFault, Setting
from portal.catalogue.ages import fy

OLDEST = 130


@dataclass(frozen=True, slots=True)
class Years:
    """A span of ages in years, both inclusive; None is unbounded."""

    key: ClassVar[str]
    about_person: ClassVar[bool] = True
    first: int | None
    last: int | None

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        first, last = ends_of(value, where)
        for each in (first, last):
            if each is not None and (type(each) is not int or not 0 <= each <= OLDEST):
                raise SegmentFault(f"{where}: ages are whole numbers from 0 to {OLDEST}")
        if first is not None and last is not None and first > last:
            raise SegmentFault(f"{where}: from is greater than to")
        return cls(first, last)

    def json(self) -> dict[str, int]:
        return without_none(self.first, self.last)

    def span(self, naming: Naming) -> str:
        """The span in words."""
        if self.first == self.last:
            return naming.gettext("%(age)s years old", age=self.first)
        if self.last is None:
            return naming.gettext("%(age)s years old or older", age=self.first)
        if self.first is None:
            return naming.gettext("%(age)s years old or younger", age=self.last)
        return naming.gettext("%(first)s to %(last)s years old", first=self.first, last=self.last)


@dataclass(frozen=True, slots=True)
class Age(Years):
    """Age today as people count it: it goes up on the birthday itself."""

    key = "age"

    def test(self, setting: Setting) -> tests.Test:
        earliest = None if self.last is None else born_by(setting.today, self.last + 1)
        first = None if earliest is None else date.fromordinal(earliest.toordinal() + 1)
        latest = born_by(setting.today, self.first or 0)
        return tests.Between("birthdate", first, latest)

    def words(self, naming: Naming) -> str:
        return naming.gettext("is %(span)s", span=self.span(naming))


@dataclass(frozen=True, slots=True)
class FiscalAge(Years):
    """年度末年齢: the largest age attained by 31 March; cohorts run from 2 April to 1 April."""

    key = "fiscal_age"

    def test(self, setting: Setting) -> tests.Test:
        end = fy(setting.today) + 1
        first = None if self.last is None else date(end - self.last - 1, 4, 2)
        last = None if self.first is None else date(end - self.first, 4, 1)
        return tests.Between("birthdate", first, last)

    def words(self, naming: Naming) -> str:
        return naming.gettext("is %(span)s at the end of the fiscal year", span=self.span(naming))


def ends_of(value: Any, where: str) -> tuple[Any, Any]:
    """Both ends of {"from": …, "to": …}; at least one must be there."""
    if not isinstance(value, Mapping) or not value or set(value) - {"from", "to"}:
        raise SegmentFault(f'{where}: expected {{"from": …, "to": …}}, got {value!r}')
    return value.get("from"), value.get("to")


def without_none(first: Any, last: Any) -> dict[str, Any]:
    """The ends as they are stored."""
    return {k: v for k, v in (("from", first), ("to", last)) if v is not None}


def born_by(today: date, years: int) -> date:
    """Latest birthdate of a person who is `years` years old today (29 February: see `turn`)."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # today is 29 February and that year has none
        return date(today.year - years, 2, 28)
