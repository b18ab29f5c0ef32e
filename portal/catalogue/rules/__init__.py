"""Every kind of rule, and reading one from a catalogue entry."""

from collections.abc import Mapping
from dataclasses import replace

from portal.catalogue.reading import FaultyEntry, Fields
from portal.catalogue.rules.base import (
    BIRTHDATE,
    NO_FACTS,
    Facts,
    FactValue,
    Known,
    Phrase,
    Rule,
)
from portal.catalogue.rules.calendar import Always, Annual, Joined, Poll, UnderAgeOn
from portal.catalogue.rules.deadlines import AroundDate, Deadline, Expiry, NthBirthday, Pregnancy
from portal.catalogue.rules.fiscal_age import MilestoneAges, YearlyFromAge
from portal.catalogue.rules.spans import (
    DayWindow,
    FromAge,
    MonthAfterAttain,
    MonthOfAttain,
    MonthWindow,
    ThroughBirthMonth,
)
from portal.catalogue.rules.years import (
    AfterFiscalYearEnd,
    CohortEvent,
    FiscalYearSpan,
    SchoolYear,
    UntilFiscalYearEnd,
)

KINDS: Mapping[str, type[Rule]] = {
    "month_window": MonthWindow,
    "day_window": DayWindow,
    "from_age": FromAge,
    "month_of_attain": MonthOfAttain,
    "month_after_attain": MonthAfterAttain,
    "through_birth_month": ThroughBirthMonth,
    "until_fy_end": UntilFiscalYearEnd,
    "after_fy_end": AfterFiscalYearEnd,
    "fy_span": FiscalYearSpan,
    "school_year": SchoolYear,
    "cohort_event": CohortEvent,
    "milestone_ages": MilestoneAges,
    "yearly_from_age": YearlyFromAge,
    "deadline": Deadline,
    "around_date": AroundDate,
    "pregnancy": Pregnancy,
    "nth_birthday": NthBirthday,
    "expiry": Expiry,
    "annual": Annual,
    "poll": Poll,
    "under_age_on": UnderAgeOn,
    "always": Always,
}


def parse_rule(value: object, where: str = "rule") -> Rule:
    """A rule from a mapping of YAML or JSON; raises FaultyEntry naming the field."""
    fields = Fields(value, where)
    rule = _joined(fields) if fields.has("all") or fields.has("any") else _single(fields)
    rule = replace(
        rule,
        not_before=fields.optional_day("not_before"),
        not_after=fields.optional_day("not_after"),
        excludes=fields.texts("excludes"),
        late=fields.flag("late", rule.late),
    )
    fields.finish()
    return rule


def _single(fields: Fields) -> Rule:
    kind = fields.text("kind")
    if kind not in KINDS:
        raise fields.fault("kind", f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
    return KINDS[kind].read(fields)


def _joined(fields: Fields) -> Rule:
    name = "all" if fields.has("all") else "any"
    value = fields.raw(name)
    if not isinstance(value, list) or len(value) < 2:
        raise fields.fault(name, "expected a list of two or more rules")
    parts = [parse_rule(each, f"{fields.where}.{name}[{n}]") for n, each in enumerate(value)]
    anchors = {part.anchors for part in parts if part.anchors}
    if len(anchors) > 1 or any(isinstance(part, NthBirthday) for part in parts):
        raise fields.fault(name, "the rules must count from the same date")
    anchor = next(iter(anchors), ())
    return Joined(anchors=anchor, parts=tuple(parts), together=name == "all")


__all__ = [
    "BIRTHDATE",
    "KINDS",
    "NO_FACTS",
    "FactValue",
    "Facts",
    "FaultyEntry",
    "Known",
    "Phrase",
    "Rule",
    "parse_rule",
]
