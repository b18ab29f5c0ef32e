"""Rules run backwards agree with the same rules run forwards, for every service of the city."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.catalogue.load import load_catalogue
from portal.catalogue.reverse import (
    BirthdateRange,
    NotReversible,
    birthdates_closing_between,
    birthdates_open_on,
    birthdates_opening_between,
    merge,
)
from portal.catalogue.rules import Facts, Known, Rule, parse_rule

CITY: Facts = {"poll_date": date(2026, 12, 6)}
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
BIRTHDATES = st.dates(date(1915, 1, 1), date(2032, 12, 31))
EDGE_BIRTHDATES = st.builds(
    lambda year, day: date(year, *day),
    st.sampled_from(range(1916, 2032, 4)),
    st.sampled_from([(2, 28), (2, 29), (3, 1), (3, 31), (4, 1), (4, 2), (12, 31), (1, 1), (8, 31)]),
)
RULES: list[tuple[str, Rule]] = [
    (f"{service.key}.{place}", rule)
    for service in load_catalogue().services
    for place, rule in [
        *((str(n), version.rule) for n, version in enumerate(service.versions)),
        *((milestone.key, milestone.rule) for milestone in service.milestones),
    ]
    if rule.reversible
]


def inside(ranges: tuple[BirthdateRange, ...], born: date) -> bool:
    return any(born in each for each in ranges)


@pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=[name for name, _ in RULES])
@settings(max_examples=40, deadline=None)
@given(day=DAYS, born=BIRTHDATES | EDGE_BIRTHDATES)
@example(day=date(2026, 11, 20), born=date(2020, 2, 29))
@example(day=date(2027, 3, 31), born=date(2020, 4, 1))
@example(day=date(2027, 4, 1), born=date(2020, 4, 2))
@example(day=date(2026, 4, 1), born=date(1961, 4, 1))
def test_backwards_agrees_with_forwards(rule: Rule, day: date, born: date) -> None:
    window = rule.window(Known(born, CITY), day)
    is_open = window is not None and window.first <= day <= window.last
    assert inside(birthdates_open_on(rule, day, CITY), born) == is_open
    opens = window is not None and window.opens == day
    assert inside(birthdates_opening_between(rule, day, day, CITY), born) == opens
    closes = is_open and window is not None and window.closes == day
    if len(rule.limited(day, CITY)) == 1:
        assert inside(birthdates_closing_between(rule, day, day, CITY), born) == closes
    elif closes:
        assert inside(birthdates_closing_between(rule, day, day, CITY), born)


@pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=[name for name, _ in RULES])
@settings(max_examples=10, deadline=None)
@given(day=DAYS)
def test_the_ends_of_a_range_are_sharp(rule: Rule, day: date) -> None:
    def is_open(born: date) -> bool:
        window = rule.window(Known(born, CITY), day)
        return window is not None and window.first <= day <= window.last

    for each in birthdates_open_on(rule, day, CITY):
        if each.first is not None:
            assert is_open(each.first)
            assert not is_open(each.first - timedelta(days=1))
        if each.last is not None:
            assert is_open(each.last)
            assert not is_open(each.last + timedelta(days=1))


def test_the_18_month_check_as_the_clerk_asks_for_it() -> None:
    rule = load_catalogue().service("check_18m").versions[0].rule
    [found] = birthdates_open_on(rule, date(2026, 11, 20))
    assert found == BirthdateRange(date(2024, 11, 21), date(2025, 5, 20))
    [soon] = birthdates_opening_between(rule, date(2026, 12, 1), date(2026, 12, 31))
    # born on 31 May: there is no 31 November, so the day itself is 1 December
    assert soon == BirthdateRange(date(2025, 5, 31), date(2025, 6, 30))


def test_milestone_ages_are_several_ranges() -> None:
    rule = load_catalogue().service("dental").versions[0].rule
    ranges = birthdates_open_on(rule, date(2026, 11, 20))
    assert len(ranges) == 6
    assert ranges[-1] == BirthdateRange(date(2006, 4, 2), date(2007, 4, 1))


def test_a_rule_without_an_end_has_a_range_without_a_beginning() -> None:
    rule = load_catalogue().service("elder75").versions[0].rule
    assert birthdates_open_on(rule, date(2026, 11, 20)) == (
        BirthdateRange(None, date(1951, 11, 20)),
    )
    always = parse_rule({"kind": "always"})
    assert birthdates_open_on(always, date(2026, 11, 20)) == (BirthdateRange(None, None),)


def test_cards_and_licences_cannot_be_asked_for_birthdates() -> None:
    for key in ("myna_card", "licence70", "move_in"):
        rule = load_catalogue().service(key).versions[0].rule
        with pytest.raises(NotReversible):
            birthdates_open_on(rule, date(2026, 11, 20))


def test_spans_join_where_they_touch() -> None:
    assert merge([(5, 6), (1, 2), (3, 3), (9, 8)]) == [(1, 3), (5, 6)]
