"""The fields of every kind of rule, as the editor's form asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from portal.catalogue.staff.specs import Choices, Spec
from portal.core.errors import N_

JOINED: Choices = (
    ("all", N_("All of several rules")),
    ("any", N_("Any of several rules")),
)
KIND_WORDS: Mapping[str, str] = {
    "always": N_("At any time"),
    "month_window": N_("From one age to another (months)"),
    "day_window": N_("Days after birth"),
    "from_age": N_("From an age on"),
    "month_of_attain": N_("From the month an age is reached"),
    "month_after_attain": N_("From the month after an age is reached"),
    "through_birth_month": N_("Through the month of a birthday"),
    "until_fy_end": N_("Until 31 March after an age"),
    "after_fy_end": N_("From 1 April after an age"),
    "fy_span": N_("From the fiscal year of one age to that of another"),
    "school_year": N_("Around entering school"),
    "cohort_event": N_("Yearly event for one age"),
    "milestone_ages": N_("Fiscal years of certain ages"),
    "yearly_from_age": N_("Every fiscal year from an age on"),
    "deadline": N_("Within days of an event"),
    "around_date": N_("Around a date"),
    "pregnancy": N_("Weeks of pregnancy"),
    "nth_birthday": N_("Before a card expires"),
    "expiry": N_("Before a licence expires"),
    "annual": N_("The same season every year"),
    "poll": N_("Until polling day"),
    "under_age_on": N_("Under an age on a day"),
    **dict(JOINED),
}
ANCHORS: Choices = (
    ("birthdate", N_("Day of birth")),
    ("expected_date", N_("Expected date of birth")),
    ("moved_in", N_("Day of moving in")),
    ("move_date", N_("Planned day of moving")),
    ("death_known", N_("Day a death became known")),
    ("insurance_changed", N_("Day the insurance changed")),
    ("card_issued", N_("Day the card was issued")),
    ("cert_issued", N_("Day the card's certificate was issued")),
    ("licence_expiry", N_("Day the licence expires")),
    ("married_on", N_("Day of the marriage")),
    ("disaster_on", N_("Day of the disaster")),
)
EXCLUDES: Choices = (
    ("married", N_("Married")),
    ("enrolled", N_("Already enrolled in childcare")),
    ("other_insurer", N_("Insured elsewhere")),
)
STARTS: Choices = (
    ("birth", N_("From birth")),
    ("attain", N_("The day before the birthday (by law)")),
    ("turn", N_("The birthday itself")),
)
ENDS: Choices = (*STARTS[1:], ("attain_minus_1", N_("Two days before the birthday")))
AGE, MONTHS, DAYS, YEAR = (0, 150), (0, 1800), (-5000, 50_000), (1989, 2150)


def _number(path: str, label: str, bounds: tuple[int, int], *, need: bool = True) -> Spec:
    return Spec(path, "number", label, required=need, least=bounds[0], most=bounds[1])


def _flag(path: str, label: str) -> Spec:
    return Spec(path, "flag", label, default=False)


_AGE = _number("age", N_("Age in years"), AGE)
_UNTIL_SCHOOL = _flag("until_school", N_("Ends on 31 March before entering school"))
_ANCHORS = Spec("anchors", "many", N_("Counted from (the latest known)"), choices=ANCHORS)
_ANCHORS = replace(_ANCHORS, required=True)
_FY_FROM = _number("fy_from", N_("First fiscal year"), YEAR, need=False)
_FY_TO = _number("fy_to", N_("Last fiscal year"), YEAR, need=False)
_MONTHS_BEFORE = _number("months_before", N_("Months before"), (0, 120))
_FROM_DAY = Spec("from", "month_day", N_("First day (month-day)"), required=True)
_TO_DAY = Spec("to", "month_day", N_("Last day (month-day)"), required=True)
_YEAR_HINT = N_("0y is the year of entering elementary school: -1y 10-01 is 1 October before it.")

RULE_SPECS: Mapping[str, tuple[Spec, ...]] = {
    "always": (),
    "month_window": (
        _number("from", N_("From (months of age)"), MONTHS),
        Spec("from_edge", "choice", N_("Begins on"), choices=STARTS),
        _number("to", N_("To (months of age)"), MONTHS),
        Spec("to_edge", "choice", N_("Ends on"), choices=ENDS, required=True),
    ),
    "day_window": (
        _number("from_days", N_("First day after birth"), DAYS),
        _number("to_days", N_("Last day after birth"), DAYS),
    ),
    "from_age": (
        _AGE,
        Spec("edge", "choice", N_("Begins on"), choices=STARTS[1:], required=True),
        _number("until_age", N_("Until age"), AGE, need=False),
        Spec("until_edge", "choice", N_("Ends on"), choices=ENDS),
        _UNTIL_SCHOOL,
    ),
    "month_of_attain": (_AGE, _number("months", N_("For how many months"), MONTHS, need=False)),
    "month_after_attain": (_AGE, _number("months", N_("For how many months"), MONTHS, need=False)),
    "through_birth_month": (_AGE,),
    "until_fy_end": (_AGE,),
    "after_fy_end": (_AGE, _number("to_age", N_("Until age"), AGE, need=False), _UNTIL_SCHOOL),
    "fy_span": (
        _number("from", N_("From age"), AGE),
        _number("to", N_("To age"), AGE),
    ),
    "school_year": (
        Spec("from", "year_day", N_("From"), _YEAR_HINT, required=True),
        Spec("to", "year_day", N_("To"), required=True),
    ),
    "cohort_event": (_AGE, Spec("day", "month_day", N_("Day of the event"), required=True)),
    "milestone_ages": (
        Spec("ages", "numbers", N_("Ages, with commas"), required=True, most=150),
        _FY_FROM,
        _FY_TO,
    ),
    "yearly_from_age": (
        _number("min", N_("From age"), AGE),
        _number("max", N_("To age"), AGE, need=False),
        _number("until_turn", N_("Ends before the birthday of"), AGE, need=False),
        replace(
            _number("interval_years", N_("Once in how many years"), (1, 50), need=False), default=1
        ),
        Spec("last_fact", "line", N_("Fact that holds the last visit")),
        _FY_FROM,
        _FY_TO,
    ),
    "deadline": (
        _ANCHORS,
        _number("days", N_("Days"), DAYS),
        _flag("count_first_day", N_("The day of the event is day 1")),
        _flag("roll", N_("A last day on a holiday moves to the next working day")),
        _flag("to_month_end", N_("At least until the end of the month")),
        _number("until_fy_end", N_("Only until 31 March after the age"), AGE, need=False),
    ),
    "around_date": (
        _ANCHORS,
        _number("from_days", N_("First day (minus: before)"), DAYS),
        _number("to_days", N_("Last day (empty: no end)"), DAYS, need=False),
    ),
    "pregnancy": (
        Spec("from_week", "weeks", N_("From week"), N_("Like 28w0d."), required=True),
        Spec("to_week", "weeks", N_("To week")),
    ),
    "nth_birthday": (
        _ANCHORS,
        _number("n", N_("Valid for how many birthdays (empty: 10, minors 5)"), (1, 50), need=False),
        _MONTHS_BEFORE,
    ),
    "expiry": (
        _ANCHORS,
        _MONTHS_BEFORE,
        replace(_number("min_age", N_("From age"), AGE, need=False), default=0),
    ),
    "annual": (
        _FROM_DAY,
        _TO_DAY,
        _flag("roll", N_("A last day on a holiday moves to the next working day")),
        Spec("season_fact", "line", N_("Fact that holds this year's season")),
    ),
    "poll": (_AGE,),
    "under_age_on": (
        _AGE,
        Spec("day", "month_day", N_("Day of the year"), required=True),
        Spec("fact", "line", N_("Fact that holds the day"), required=True),
    ),
    "all": (),
    "any": (),
}
LATE_BY_ITSELF = frozenset({"deadline", "nth_birthday"})


def terms(kind: str) -> tuple[Spec, ...]:
    """What every kind of rule may have besides its own fields."""
    return (
        Spec("not_before", "day", N_("The law applies from")),
        Spec("not_after", "day", N_("The law applies until")),
        Spec("excludes", "many", N_("Not for people who are"), choices=EXCLUDES),
        Spec(
            "late",
            "flag",
            N_("The duty stays after the last day (overdue)"),
            default=kind in LATE_BY_ITSELF,
        ),
    )


def rule_specs(prefix: str, kind: str) -> list[Spec]:
    """The fields of one rule of this kind, its kind first."""
    kinds = Spec("kind", "choice", N_("Kind of rule"), choices=tuple(KIND_WORDS.items()))
    own = (replace(kinds, required=True), *RULE_SPECS.get(kind, ()), *terms(kind))
    return [replace(spec, path=f"{prefix}.{spec.path}") for spec in own]
