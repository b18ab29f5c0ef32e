"""What lint finds, on purpose-made entries and on what we ship."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from portal.catalogue import lint as linting
from portal.catalogue.commands import services
from portal.catalogue.lint import Level, lint, lint_service
from portal.catalogue.load import Entry, Thing, catalogue_of, shipped_catalogue, shipped_entries
from portal.catalogue.model import Catalogue

TODAY = date(2026, 11, 20)
KEY = "check_18m"


def with_service(**changes: Any) -> Catalogue:
    entries = {thing: dict(shipped_entries()[thing]) for thing in Thing}
    body = {**entries[Thing.SERVICE][KEY].body, **changes}
    body = {name: value for name, value in body.items() if value is not None}
    entries[Thing.SERVICE][KEY] = Entry(f"service: {KEY}", body)
    return catalogue_of(entries)


def said(**changes: Any) -> list[tuple[str, str]]:
    service = with_service(**changes).service(KEY)
    return [(each.level, each.english) for each in lint_service(service, TODAY)]


def versions(*days: tuple[str | None, str | None]) -> dict[str, Any]:
    listed = [{"valid_from": a, "valid_to": z, "rule": {"kind": "always"}} for a, z in days]
    return {"rule": None, "versions": listed}


GAP = versions((None, "2026-12-31"), ("2027-02-01", None))
PLAIN = {"ja": "健診です。", "en": "A check."}
UNSURE = {"confirmed": False, "summary": PLAIN, "cost": None}
DATED = {**UNSURE, "note": {"ja": "5月15日まで", "en": "until May"}}
LATE = {"birthdate": "2025-05-10", "opens": "2026-11-11", "closes": "2027-05-09"}
HALF = {"kind": "month_window", "from": 6, "to": 12, "from_edge": "turn", "to_edge": "attain"}
SCHOOL = {"kind": "from_age", "age": 6, "edge": "turn", "until_school": True}
APRIL = "Born on 1 April: 2026-03-31. Born on 2 April: a year later, 2027-03-31"


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        (GAP, "warning", "from 2027-01-01 to 2027-01-31"),
        (versions((None, "2026-03-31")), "warning", "ended on 2026-03-31"),
        (versions(("2026-01-01", "2027-03-31")), "note", "follows after 2027-03-31"),
        (versions(("2027-01-01", None)), "note", "begins on 2027-01-01"),
        (UNSURE, "note", "Not confirmed: no date"),
        (DATED, "warning", "days, ages or amounts"),
        ({"title": {"ja": "健診", "en": "健診"}}, "warning", "English text is Japanese"),
        ({"title": {"ja": "健" * 40, "en": "Check"}}, "warning", "Long: 40"),
        ({"tests": [LATE]}, "error", "Test 1 fails"),
        ({"tests": [{"birthdate": "2025-05-10", "never": True}]}, "error", "Test 1 fails"),
        ({"checks": None}, "note", "No test stands"),
        ({}, "note", "29 February: the same day as born on 1 March (2026-02-28)"),
        ({"rule": {"kind": "until_fy_end", "age": 6}}, "note", APRIL),
        ({"rule": HALF}, "note", "29, 30 or 31 August: the same day (2026-03-01)"),
        ({"rule": SCHOOL}, "warning", "No window for"),
    ],
)
def test_what_is_found(changes: dict[str, Any], level: str, words: str) -> None:
    found = said(**changes)
    assert any(each == level and words in text for each, text in found), found


def test_a_rule_outside_the_days_it_is_in_force_is_an_error() -> None:
    rule = {"kind": "always", "not_before": "2028-01-01"}
    found = said(rule=None, versions=[{"valid_to": "2027-12-31", "rule": rule}])
    assert ("error", "The rule's own days lie outside the days it is in force.") in found


def test_right_tests_are_silent_and_independent_of_the_day() -> None:
    tests = [
        {"birthdate": "2025-05-10", "opens": "2026-11-10", "closes": "2027-05-09"},
        {"birthdate": "2024-02-29", "opens": "2025-08-29", "closes": "2026-02-28"},
    ]
    assert not [text for level, text in said(tests=tests) if level == "error"]


def test_others_tell_which_links_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linting, "_dead_links", [])
    linting.use_dead_links(lambda: {"mynaportal": "404 Not Found"})
    found = [each.english for each in lint(shipped_catalogue(), TODAY)]
    assert sum("404 Not Found" in each for each in found) == 8


def test_desks_without_hours_and_things_nobody_names() -> None:
    found = {(each.key, each.english) for each in lint(shipped_catalogue(), TODAY)}
    assert ("licence_centre", "The desk has no opening hours that can be read.") in found
    assert any(text == "No service names it." for _, text in found)


def test_what_we_ship_has_no_error() -> None:
    assert not [each for each in lint(shipped_catalogue(), TODAY) if each.level is Level.ERROR]


def test_lint_from_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    ran = CliRunner().invoke(services, ["lint", "--json"])
    found = json.loads(ran.output)
    assert ran.exit_code == 0
    assert set(found[0]) == {"thing", "key", "level", "field", "text"}
    ran = CliRunner().invoke(services, ["lint"])
    assert ran.output.splitlines()[-1].startswith("0 errors, ")
