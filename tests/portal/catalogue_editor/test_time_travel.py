"""A fictitious family on any day, from the page and the command line; what comes in a month."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from portal.catalogue import editing, upcoming
from portal.catalogue.commands import services
from portal.catalogue.load import Thing, load_catalogue, shipped_entries
from portal.catalogue.reverse import birthdates_opening_between
from portal.core.db import read, transaction
from portal.core.settings import Settings
from portal.residents.models import Person
from tests.browser import Browser
from tests.notifications.city import resident
from tests.portal.catalogue_editor.conftest import APPROVER, EDITOR

FAMILY: dict[str, Any] = {
    "persons": [
        {
            "relation": "self",
            "birthdate": "1990-04-02",
            "sex": "F",
            "district": "minato",
            "interests": [],
            "expected_date": None,
            "facts": {},
        },
        {"relation": "child", "birthdate": "2025-05-10"},
    ],
    "facts": {},
}
DECEMBER = date(2026, 12, 1), date(2026, 12, 31)


@pytest.fixture
def previewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command on a family without a database; gives exit status and output."""
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(family: Any, *more: str) -> tuple[int, str]:
        file = tmp_path / "family.json"
        file.write_text(json.dumps(family), encoding="utf-8")
        ran = CliRunner().invoke(services, ["preview", "--family", str(file), *more])
        return ran.exit_code, ran.output

    return run


def test_a_family_from_the_command_line(previewed: Any) -> None:
    status, output = previewed(FAMILY, "--on", "2026-11-20", "--json")
    found = {each["service"]: each for each in json.loads(output)}
    assert status == 0
    assert found["check_18m"] == {
        "service": "check_18m",
        "title": "1歳6か月児健診",
        "person": "child",
        "state": "open",
        "opens": "2026-11-10",
        "closes": "2027-05-09",
        "reason": "お子さんが2026年11月10日に1歳6か月になったため",
        "desk": "こども家庭センター",
    }
    assert found["cancer_cervix"]["opens"] is None  # not confirmed: no date
    status, output = previewed(FAMILY, "--on", "2026-11-20", "--language", "en")
    assert "because your child reached 1 year 6 months" in output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"relation": "aunt"}, "family.persons[0]: relation: expected one of"),
        ({"relation": "self", "birthdate": "1990-4-2"}, "family.persons[0]: birthdate"),
        ({"relation": "self", "sex": "female"}, "family.persons[0]: sex: expected F, M"),
        ({"relation": "self", "district": "moon"}, "family.persons[0]: district: unknown 'moon'"),
        ({"relation": "expected"}, "family.persons[0]: expected_date: is missing"),
        ({"relation": "self", "birthday": "1990-04-02"}, "unknown field birthday"),
        ({"relation": "self", "facts": {"moved_in": 1.5}}, "facts.moved_in: expected a date"),
    ],
)
def test_a_wrong_family_says_its_field(previewed: Any, change: dict[str, Any], words: str) -> None:
    status, output = previewed({"persons": [change]}, "--json")
    assert status == 1 and words in output and "Traceback" not in output


@pytest.mark.parametrize("family", [[], {}, {"persons": []}, {"persons": {}}, None, "x"])
def test_no_family_is_said_too(previewed: Any, family: Any) -> None:
    status, output = previewed(family)
    assert status == 1 and "Traceback" not in output


def published(app: Flask, key: str, **changes: Any) -> None:
    body = {**shipped_entries()[Thing.SERVICE][key].body, **changes}
    with app.app_context(), transaction() as session:
        made = editing.draft(session, Thing.SERVICE, key, body, by=EDITOR)
        editing.propose(session, made.id)
        editing.approve(session, made.id, by=APPROVER)


def test_the_command_takes_the_citys_own_entries(
    app: Flask, settings: Settings, previewed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(app, "check_18m", title={"ja": "歯の健診", "en": "Teeth"})
    monkeypatch.setenv("DATABASE_URL", settings.DATABASE_URL)
    _, output = previewed(FAMILY, "--on", "2026-11-20")
    assert "歯の健診 [check_18m]" in output


def test_a_family_typed_at_the_page(editor: Browser) -> None:
    editor.get("/staff/catalogue/time-travel")
    page = editor.submit("1人足す", **{"persons[0].birthdate": "平成2年4月2日"})
    page = editor.submit("見る", **{"persons[1].birthdate": "2025-05-10", "day": "2026-11-20"})
    assert "1歳6か月児健診" in page.text and "2026-11-10 – 2027-05-09" in page.text
    page = editor.submit("見る", day="2040-01-01")
    assert "1歳6か月児健診" not in page.text
    page = editor.submit("見る", day="someday", **{"persons[1].relation": "expected"})
    assert any("日付は" in each for each in page.errors) and len(page.errors) == 2


def test_a_draft_on_trial(app: Flask, editor: Browser) -> None:
    rule = {"kind": "month_window", "from": 12, "to": 13, "from_edge": "turn", "to_edge": "turn"}
    body = {**shipped_entries()[Thing.SERVICE]["check_18m"].body, "rule": rule}
    with app.app_context(), transaction() as session:
        draft = editing.draft(session, Thing.SERVICE, "check_18m", body, by=EDITOR)
    values = {"persons[0].relation": "child", "persons[0].birthdate": "2025-11-15"}
    editor.get("/staff/catalogue/time-travel")
    page = editor.submit("見る", day="2026-11-20", **values)
    assert "1歳6か月児健診" not in page.text.split("2026-11-20に")[1]
    page = editor.submit("見る", draft=str(draft.id))
    assert "2026-11-15 – 2026-12-15" in page.text


def counted(app: Flask) -> dict[tuple[str, str], tuple[int, int]]:
    with app.app_context():
        lines = upcoming.counted(upcoming.coming(load_catalogue(), *DECEMBER), read())
    return {(line.what, line.service.key): (line.persons, line.residents) for line in lines}


def test_counts_agree_with_the_rule_for_each_birthdate(app: Flask) -> None:
    births = [date(2025, month, day) for month in (5, 6, 7) for day in (1, 2, 30)]
    with app.app_context():
        for birth in births:
            resident(children=((birth, "minato"), (birth, "minato")))
        rule = load_catalogue().service("check_18m").versions[0].rule
        ranges = birthdates_opening_between(rule, *DECEMBER)
    meant = sum(any(birth in each for each in ranges) for birth in births)
    assert meant == 3
    assert counted(app)["opens", "check_18m"] == (2 * meant, meant)


def test_dates_people_entered_are_counted_and_excluded_ones_not(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        for facts in ({}, {"licence_expiry": "2027-06-10"}, {"licence_expiry": "2029-06-10"}):
            who = resident(birthdate=date(1950, 1, 1))
            session.query(Person).filter_by(resident_id=who).update({"facts": facts})
    assert counted(app)["opens", "licence70"] == (1, 1)


def test_the_page_and_the_table_of_what_comes(app: Flask, editor: Browser) -> None:
    with app.app_context():
        resident(children=((date(2025, 6, 2), "minato"),))
    versions = [
        {"valid_to": "2026-12-14", "rule": {"kind": "always"}},
        {"valid_from": "2026-12-15", "rule": {"kind": "from_age", "age": 0, "edge": "turn"}},
    ]
    body = {**shipped_entries()[Thing.SERVICE]["library"].body, "versions": versions}
    body = {name: value for name, value in body.items() if name != "rule"}
    with app.app_context(), transaction() as session:
        made = editing.draft(session, Thing.SERVICE, "library", body, by=EDITOR)
        editing.propose(session, made.id)
        editing.approve(session, made.id, by=APPROVER)
        body = {**shipped_entries()[Thing.SERVICE]["check_18m"].body, "priority": 1}
        made = editing.draft(session, Thing.SERVICE, "check_18m", body, by=EDITOR)
        editing.propose(session, made.id)
        editing.approve(session, made.id, by=APPROVER, live_on=date(2026, 12, 20))
    page = editor.get("/staff/catalogue/changes?month=2026-12")
    assert "規則が始まる" in page.text and "承認済みの変更が始まる" in page.text
    answer = editor.client.get(
        "http://staff.localhost:8000/staff/catalogue/changes.csv?month=2026-12"
    )
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert ["始まる", "2026-12-01", "2026-12-31", "check_18m"] in [row[:4] for row in rows]
    assert editor.get("/staff/catalogue/changes?month=99999-99").status == 200


def test_lint_stands_on_a_page(editor: Browser) -> None:
    page = editor.get("/staff/catalogue/lint?level=warning")
    assert "未確認ですが" in page.text
