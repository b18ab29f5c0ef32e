"""The line of ages holds the very windows of the tables of examples, each in the group of its age.

Rules only: no application, no database.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal.catalogue.ages import attain_months
from portal.catalogue.check import rules_by_check
from portal.catalogue.evaluation import Person
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Kind, Relation
from portal.catalogue.windows import State, state_of
from portal.mypage.timeline import (
    MONTHS,
    Entry,
    Stage,
    Timeline,
    age_in_months,
    group_of_age,
    timeline,
)

IN_PEACE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

DATA = Path(__file__).parents[2] / "data"
TODAY = date(2026, 11, 20)
RELATIONS = (Relation.CHILD, Relation.SELF)


def rows() -> list[dict[str, str]]:
    """Examples of services that birthdate and sex alone decide, with at least one day."""
    found = []
    for name in ("age_vectors.csv", "age_vectors_more.csv"):
        for row in csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()):
            plain = row["birthdate"] and not row["facts"] and row["expected_state"] != "value"
            days = [row["due_from"], row["due_to"]]
            if plain and any(days) and all(len(day) in (0, 10) for day in days):
                found.append(row)
    return found


def entries(line: Timeline) -> list[Entry]:
    groups = [*line.past, *line.coming]
    return [*line.now, *(each for group in groups for each in group.entries)]


def line_of(
    person: Person, today: date, acts: dict[tuple[str, str], str] | None = None
) -> Timeline:
    everything = frozenset(topic for each in load_catalogue().services for topic in each.topics)
    return timeline(load_catalogue(), person, {}, today, acts or {}, everything)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["vector_id"])
def test_windows_are_those_of_the_table(row: dict[str, str]) -> None:
    born = date.fromisoformat(row["birthdate"])
    today = date.fromisoformat(row["today"]) if row["today"] else TODAY
    wanted = [
        service
        for service, milestone in rules_by_check(load_catalogue()).get(row["rule_id"], [])
        if milestone is None and service.confirmed and service.recommendable
    ]
    state = {"eligible": "open", "due_soon": "open"}.get(row["expected_state"])
    for service in wanted if (state or row["expected_state"]) in ("open", "future") else []:
        relation = next(each for each in RELATIONS if each in service.who.relations)
        line = line_of(Person("x", relation, born, sex=row["sex"][:1].upper()), today)
        spans = [each.window for each in entries(line) if each.service is service]
        assert any(
            span
            and (not row["due_from"] or str(span.opens) == row["due_from"])
            and (not row["due_to"] or str(span.closes) == row["due_to"])
            for span in spans
        ), (service.key, spans)


def test_there_are_enough_examples() -> None:
    assert len(rows()) > 60


@IN_PEACE
@given(some.dates(date(2000, 1, 1), date(2030, 12, 31)), some.integers(0, 40 * 12))
def test_ages_in_months_are_attained_the_day_before(born: date, months: int) -> None:
    attained = attain_months(born, months)
    if months:
        assert age_in_months(born, attained) == months
        assert age_in_months(born, attained - timedelta(days=1)) == months - 1


def test_groups_cover_every_age_once() -> None:
    months, seen = 0, []
    while months < 20 * 12:
        first, after = group_of_age(months)
        assert first == months < after
        seen.append(first)
        months = after
    assert tuple(seen[: len(MONTHS)]) == MONTHS
    assert group_of_age(4) == (3, 5)
    assert group_of_age(23) == (18, 24)


@IN_PEACE
@given(some.integers(0, 19 * 365), some.sampled_from(("", "F", "M")))
def test_every_entry_stands_where_its_days_say(age: int, sex: str) -> None:
    line = line_of(Person("x", Relation.CHILD, TODAY - timedelta(days=age), sex=sex), TODAY)
    for each in line.now:
        assert each.stage in (Stage.NOW, Stage.SOON, Stage.OVERDUE)
        assert each.window is None or each.window.first <= TODAY
    firsts = [group.first for group in line.coming]
    assert firsts == sorted(set(firsts))
    for group in line.coming:
        for each in group.entries:
            assert each.window is None or state_of(each.window, TODAY) is State.FUTURE
    for group in line.past:
        assert all(each.window and each.window.last < TODAY for each in group.entries)
        assert all(each.service.kind is not Kind.INFORMATION for each in group.entries)


def test_nothing_unconfirmed_has_a_date() -> None:
    line = line_of(Person("x", Relation.CHILD, TODAY - timedelta(days=60)), TODAY)
    unconfirmed = [each for each in entries(line) if not each.service.confirmed]
    assert unconfirmed
    assert all(each.window is None and each.reason.key == "unconfirmed" for each in unconfirmed)


def test_what_is_done_is_past_and_what_is_dismissed_is_gone() -> None:
    child = Person("x", Relation.CHILD, date(2025, 5, 10))
    open_now = {each.service.key for each in line_of(child, TODAY).now}
    assert {"check_18m", "vac_mr1"} <= open_now
    acts = {("check_18m", ""): "done", ("vac_mr1", ""): "dismissed"}
    line = line_of(child, TODAY, acts)
    done = [each for group in line.past for each in group.entries if each.stage is Stage.DONE]
    assert [each.service.key for each in done] == ["check_18m"]
    assert "vac_mr1" not in {each.service.key for each in entries(line)}


def test_sensitive_services_and_silenced_people_have_no_line() -> None:
    child = Person("x", Relation.CHILD, date(2025, 5, 10))
    assert not any(each.service.sensitive for each in entries(line_of(child, TODAY)))
    silent = Person("x", Relation.CHILD, date(2025, 5, 10), silenced=True)
    assert line_of(silent, TODAY).empty


def test_years_from_now_a_grown_person_sees_ten_of_them() -> None:
    line = line_of(Person("x", Relation.SELF, date(1964, 1, 15)), TODAY)
    keys = {each.service.key for group in line.coming for each in group.entries}
    assert {"ltc65", "pension65", "nhi70"} <= keys
    assert "elder75" not in keys
