"""Reading rules, the kinds the examples do not reach, and choosing among windows."""

from datetime import date
from typing import Any

import pytest

from portal.catalogue.phrases import say
from portal.catalogue.reading import Fields
from portal.catalogue.rules import KINDS, FaultyEntry, Known, parse_rule
from portal.catalogue.windows import Window

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("text", "rule: expected fields with names"),
        ({}, "rule: kind: is missing"),
        ({"kind": "moon"}, "rule: kind: unknown kind 'moon'"),
        ({"kind": 3}, "rule: kind: expected a text"),
        ({"kind": "always", "colour": 1}, "rule: unknown field colour"),
        ({"kind": "always", "late": "yes"}, "rule: late: expected true or false"),
        ({"kind": "always", "not_before": "soon"}, "rule: not_before: expected a date"),
        ({"kind": "always", "excludes": "x"}, "rule: excludes: expected a list of texts"),
        ({"kind": "month_window", "from": 3}, "rule: to: is missing"),
        ({"kind": "month_window", "from": "3", "to": 5}, "rule: from: expected a whole number"),
        ({"kind": "month_window", "from": 5, "to": 5}, "rule: to: must be more than from (5)"),
        (
            {"kind": "month_window", "from": 1, "to": 5, "from_edge": "x", "to_edge": "attain"},
            "rule: from_edge: expected one of",
        ),
        (
            {"kind": "month_window", "from": 1, "to": 5, "from_edge": "birth", "to_edge": "turn"},
            "rule: from_edge: a window begins",
        ),
        (
            {"kind": "month_window", "from": 0, "to": 5, "to_edge": "birth"},
            "rule: to_edge: a window ends",
        ),
        ({"kind": "day_window", "from_days": 5, "to_days": 4}, "rule: to_days: must not be less"),
        ({"kind": "from_age", "age": 3, "edge": "birth"}, "rule: edge: an age begins"),
        ({"kind": "fy_span", "from": 16, "to": 12}, "rule: to: must not be less"),
        (
            {"kind": "school_year", "from": "x", "to": "0y 03-31"},
            "rule: from: expected a text like",
        ),
        (
            {"kind": "school_year", "from": "0y 13-31", "to": "0y 03-31"},
            "rule: from: expected a day of the year",
        ),
        (
            {"kind": "school_year", "from": "0y 04-01", "to": "0y 03-31"},
            "rule: to: must not be before from",
        ),
        ({"kind": "milestone_ages", "ages": [40, 30]}, "rule: ages: expected ages in rising order"),
        ({"kind": "milestone_ages"}, "rule: ages: expected ages in rising order"),
        ({"kind": "milestone_ages", "ages": ["40"]}, "rule: ages: expected a list of whole"),
        ({"kind": "deadline", "days": 14}, "rule: anchors: is missing"),
        ({"kind": "pregnancy"}, "rule: from_week: expected [weeks, days]"),
        (
            {"kind": "pregnancy", "from_week": [8, 0], "to_week": [9]},
            "rule: to_week: expected [weeks, days]",
        ),
        ({"kind": "annual", "from": "02-30", "to": "03-15"}, "rule: from: expected a day of the"),
        ({"all": [{"kind": "always"}]}, "rule: all: expected a list of two or more"),
        ({"any": {"kind": "always"}}, "rule: any: expected a list of two or more"),
        ({"all": [{"kind": "always"}, {"kind": "moon"}]}, "rule.all[1]: kind: unknown kind"),
        (
            {
                "all": [
                    {"kind": "until_fy_end", "age": 3},
                    {"kind": "deadline", "anchors": ["moved_in"], "days": 14},
                ]
            },
            "rule: all: the rules must count from the same date",
        ),
    ],
)
def test_a_faulty_rule_names_its_field(value: Any, words: str) -> None:
    with pytest.raises(FaultyEntry, match=r"^rule") as caught:
        parse_rule(value)
    assert words in str(caught.value)


EVERY_KIND: dict[str, dict[str, Any]] = {
    "month_window": {"from": 1, "to": 5, "from_edge": "attain", "to_edge": "turn"},
    "day_window": {"from_days": 28, "to_days": 41},
    "from_age": {"age": 40, "edge": "turn", "until_age": 75, "until_edge": "attain"},
    "month_of_attain": {"age": 40, "months": 2},
    "month_after_attain": {"age": 70},
    "through_birth_month": {"age": 3},
    "until_fy_end": {"age": 18},
    "after_fy_end": {"age": 18, "to_age": 22},
    "fy_span": {"from": 12, "to": 16},
    "school_year": {"from": "6y 02-01", "to": "6y 04-30"},
    "cohort_event": {"age": 20, "day": "05-04"},
    "milestone_ages": {"ages": [20, 30]},
    "yearly_from_age": {"min": 40, "max": 60},
    "deadline": {"anchors": ["harvest"], "days": 14},
    "around_date": {"anchors": ["harvest"], "from_days": -3},
    "pregnancy": {"from_week": [8, 0]},
    "nth_birthday": {"anchors": ["card_issued"], "months_before": 3},
    "expiry": {"anchors": ["licence_expiry"], "months_before": 6, "min_age": 70},
    "annual": {"from": "10-01", "to": "01-31"},
    "poll": {"age": 18},
    "under_age_on": {"age": 18, "day": "01-01", "fact": "levy_date"},
    "always": {},
}
FACTS = {
    "harvest": date(2026, 11, 18),
    "expected_date": date(2027, 1, 15),
    "card_issued": date(2017, 3, 10),
    "licence_expiry": date(2027, 1, 20),
    "poll_date": date(2026, 12, 6),
}


def test_every_kind_is_tried_below() -> None:
    assert EVERY_KIND.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", ["", "さくらさん"])
def test_every_kind_says_its_reason_and_itself(kind: str, language: str, name: str) -> None:
    rule = parse_rule({"kind": kind, **EVERY_KIND[kind]})
    known = Known(date(1950, 5, 4), FACTS)
    for phrase in (rule.reason(known, TODAY), rule.describe()):
        said = say(phrase, language, name)
        assert said
        assert not set("{}[]|") & set(said)
    joined = (
        parse_rule({"any": [{"kind": kind, **EVERY_KIND[kind]}] * 2})
        if kind not in ("nth_birthday",)
        else rule
    )
    assert say(joined.describe(), language)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_anchors_give_no_window(kind: str) -> None:
    rule = parse_rule({"kind": kind, **EVERY_KIND[kind]})
    window = rule.window(Known(), TODAY)
    assert (window is None) == bool(rule.anchors)
    excluded = parse_rule({"kind": kind, **EVERY_KIND[kind], "excludes": ["away"]})
    assert excluded.window(Known(date(1950, 5, 4), {**FACTS, "away": True}), TODAY) is None


def window_of(value: dict[str, Any], born: str, today: date = TODAY, **facts: Any) -> Window | None:
    return parse_rule(value).window(Known(date.fromisoformat(born), facts), today)


def test_windows_of_the_kinds_without_examples() -> None:
    week = window_of({"kind": "day_window", "from_days": 28, "to_days": 41}, "2026-11-01")
    assert week == Window(date(2026, 11, 29), date(2026, 12, 12))
    span = window_of({"kind": "after_fy_end", "age": 18, "to_age": 22}, "2005-04-02")
    assert span == Window(date(2024, 4, 1), date(2028, 3, 31))
    open_end = window_of({"kind": "after_fy_end", "age": 18}, "2005-04-02")
    assert open_end == Window(date(2024, 4, 1), None)
    school = window_of(
        {"kind": "from_age", "age": 3, "edge": "attain", "until_school": True}, "2023-05-02"
    )
    assert school == Window(date(2026, 5, 1), date(2030, 3, 31))
    until = window_of(
        {"kind": "from_age", "age": 65, "edge": "turn", "until_age": 75}, "1955-05-02"
    )
    assert until == Window(date(2020, 5, 2), date(2030, 5, 1))
    months = window_of({"kind": "month_of_attain", "age": 40, "months": 3}, "1986-12-01")
    assert months == Window(date(2026, 11, 1), date(2027, 1, 31))
    endless = window_of({"kind": "month_of_attain", "age": 40}, "1986-12-01")
    assert endless == Window(date(2026, 11, 1), None)
    january = window_of({"kind": "cohort_event", "age": 20, "day": "01-12"}, "2006-04-02")
    assert january == Window(date(2028, 1, 12), date(2028, 1, 12))


def test_yearly_checks_end_at_their_greatest_age() -> None:
    rule = {"kind": "yearly_from_age", "min": 40, "max": 60}
    assert window_of(rule, "1966-04-02") == Window(date(2026, 4, 1), date(2027, 3, 31))
    assert window_of(rule, "1966-04-01") == Window(date(2025, 4, 1), date(2026, 3, 31))
    assert window_of(rule, "2000-01-01") == Window(date(2039, 4, 1), date(2040, 3, 31))


def test_the_later_of_two_anchors_counts() -> None:
    rule = {"kind": "deadline", "anchors": ["birthdate", "moved_in"], "days": 15}
    moved = window_of(rule, "2020-01-01", moved_in=date(2026, 11, 10))
    assert moved == Window(date(2026, 11, 10), date(2026, 11, 25), late=True)
    born = window_of(rule, "2026-11-15", moved_in=date(2026, 11, 10))
    assert born == Window(date(2026, 11, 15), date(2026, 11, 30), late=True)


def test_a_move_gives_no_child_allowance_to_do_for_a_grown_child() -> None:
    rule = {
        "kind": "deadline",
        "anchors": ["birthdate", "moved_in"],
        "days": 15,
        "until_fy_end": 18,
    }
    assert window_of(rule, "2008-04-01", moved_in=date(2026, 11, 10)) is None
    assert window_of(rule, "2008-04-02", moved_in=date(2026, 11, 10)) is not None


def test_cards_of_minors_and_adults_by_the_law_of_the_day_of_issue() -> None:
    rule = EVERY_KIND["nth_birthday"] | {"kind": "nth_birthday"}
    nineteen = window_of(rule, "2003-01-01", card_issued=date(2022, 3, 31))
    assert nineteen is not None
    assert nineteen.closes == date(2027, 1, 1)
    adult = window_of(rule, "2003-01-01", card_issued=date(2022, 4, 1))
    assert adult is not None
    assert adult.closes == date(2032, 1, 1)
    assert window_of(rule, "2003-01-01", card_issued=date(2002, 1, 1)) is None


def test_a_rule_can_begin_and_end_with_the_law() -> None:
    rule = {
        "kind": "until_fy_end",
        "age": 18,
        "not_before": date(2026, 4, 1),
        "not_after": "2026-12-31",
    }
    assert window_of(rule, "2020-01-01") == Window(date(2026, 4, 1), date(2026, 12, 31))
    assert window_of(rule, "2007-01-01") is None


def test_seasons_come_back_every_year_and_a_city_may_set_its_own() -> None:
    season = {"kind": "annual", "from": "10-01", "to": "01-31", "season_fact": "season"}
    over = parse_rule(season).window(Known(), date(2027, 2, 1))
    assert over == Window(date(2027, 10, 1), date(2028, 1, 31))
    own = {"season": (date(2026, 10, 15), date(2027, 2, 28))}
    assert parse_rule(season).window(Known(facts=own), TODAY) == Window(*own["season"])
    numbers = parse_rule(season).window(Known(facts={"season": (1, 2)}), TODAY)
    assert numbers == Window(date(2026, 10, 1), date(2027, 1, 31))
    rolled = parse_rule({"kind": "annual", "from": "02-16", "to": "03-15", "roll": True})
    window = rolled.window(Known(), date(2026, 3, 1))
    assert window == Window(date(2026, 2, 16), date(2026, 3, 16))  # 15 March 2026 is a Sunday
    assert rolled.reason(Known(), TODAY).key == "in_season"


def test_a_rule_without_its_city_fact_is_silent() -> None:
    assert window_of({"kind": "poll", "age": 18}, "2000-01-01") is None
    always = parse_rule(
        {"kind": "annual", "from": "10-01", "to": "01-31", "not_after": "2001-01-01"}
    )
    assert always.reason(Known(), TODAY).key == "always"


def test_all_is_recurring_when_a_part_is_and_speaks_for_the_open_part() -> None:
    rule = parse_rule(
        {
            "all": [
                {"kind": "from_age", "age": 65, "edge": "attain"},
                {"kind": "annual", "from": "10-01", "to": "01-31"},
            ]
        }
    )
    known = Known(date(1950, 1, 1))
    assert rule.window(known, date(2026, 5, 1)) == Window(date(2026, 10, 1), date(2027, 1, 31))
    assert rule.reason(known, TODAY).key == "turned_age"
    parts = parse_rule(
        {
            "any": [
                {"kind": "milestone_ages", "ages": [65], "fy_to": 2020},
                {"kind": "milestone_ages", "ages": [76]},
            ]
        }
    )
    assert parts.reason(known, TODAY).params["fiscal_year"] == 2025


def test_a_joined_rule_without_a_window_still_says_why_it_asks() -> None:
    never = {"kind": "milestone_ages", "ages": [65], "fy_to": 2000}
    parts = parse_rule({"any": [never, {**never, "ages": [70]}]})
    assert parts.window(Known(date(1950, 1, 1)), TODAY) is None
    assert parts.reason(Known(date(1950, 1, 1)), TODAY).key == "age_in_fy"
    with pytest.raises(FaultyEntry, match="write `all:` or `any:`"):
        type(parts).read(Fields({}, "rule"))


def test_reasons_of_babies_and_of_moving() -> None:
    known = Known(date(2026, 11, 1))
    birth = parse_rule({"kind": "month_window", "from": 0, "to": 12, "to_edge": "attain"})
    assert birth.reason(known, TODAY).key == "born_on"
    entry = parse_rule({"kind": "school_year", "from": "-1y 04-01", "to": "0y 03-31"})
    assert entry.reason(known, TODAY).key == "enters_school"
    weeks = parse_rule({"kind": "pregnancy", "from_week": [28, 0], "to_week": [36, 6]})
    assert say(weeks.describe(), "en") == "from week 28 to 36 weeks 6 days of pregnancy"
    around = parse_rule(
        {"kind": "around_date", "anchors": ["move_date"], "from_days": -30, "to_days": 10}
    )
    assert say(around.describe(), "ja") == "引っ越す日の30日前から10日後まで"
