"""Data patches: tried without a trace, approved by another, run once, and back again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.db import read, transaction
from portal.core.errors import Conflict, Forbidden
from portal.operations.data_patches import keeping, running
from portal.operations.data_patches.records import DataPatch
from portal.operations.data_patches.script import FaultyScript, parse
from portal.residents.models import Person
from tests.notifications.city import APPROVER, WRITER, resident, sign_in

SCRIPT = """
- update: persons
  where: {district: east, relation: [self, child]}
  set: {district: west, nickname: すみれ}
  expect: 2
- delete: persons
  where: {district: north}
  expect: 1
"""
BOTH = frozenset({"patches.write", "patches.approve"})


def people() -> list[tuple[str | None, str | None]]:
    with transaction() as session:
        found = session.query(Person).order_by(Person.id)
        return [(one.nickname, one.district) for one in found]


def family(app: Flask) -> None:
    day = date(2022, 5, 1)
    with app.app_context():
        resident(nickname="さくら", district="east", children=((day, "east"), (day, "north")))


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("", "a list"),
        ("- select: persons", "exactly one"),
        ("- {delete: persons, where: {}, expect: 1}", "which rows"),
        ("- {delete: persons, expect: 1}", "needs where"),
        ("- {update: persons, where: {id: 1}, set: {}, expect: 1}", "at least one"),
        ("- {delete: persons, where: {id: !!python/name:os.system ''}, expect: 1}", "not YAML"),
        ("- {delete: persons, where: {id: 1}, expect: true}", "number of rows"),
    ],
)
def test_scripts_say_nothing_else(script: str, fault: str) -> None:
    with pytest.raises(FaultyScript, match=fault):
        parse(script)


def test_faulty_steps_are_named_and_change_nothing(app: Flask) -> None:
    family(app)
    with app.app_context():
        before = people()
        for script, fault in (
            (SCRIPT.replace("expect: 1", "expect: 2"), "step 2: 1 rows, not 2"),
            ("- {delete: audit_entries, where: {action: a}, expect: 0}", "no patch may touch"),
            ("- {delete: persons, where: {nickname: さくら}, expect: 1}", "encrypted"),
            ("- {delete: persons, where: {none: 1}, expect: 1}", "no column none"),
            ("- {update: persons, where: {district: east}, set: {sex: X}, expect: 2}", "refuses"),
        ):
            with pytest.raises(FaultyScript, match=fault):
                running.tried(parse(script))
        assert people() == before


def test_a_patch_is_tried_approved_run_once_and_taken_back(app: Flask) -> None:
    family(app)
    vendor, chief = (sign_in(app, "staff", one, BOTH) for one in (WRITER, APPROVER))
    vendor.get("/staff/patches/new")
    fields: dict[str, Any] = {"title": "地区の修正", "reason": "市民課の依頼", "script": SCRIPT}
    shown = vendor.submit("試す（何も変えない）", **fields).text
    assert "east" not in shown.split("実行した場合")[1]
    assert "●" in shown
    with app.app_context():
        before = people()
    page = vendor.submit("承認のために保存", **fields)
    number = page.path.rsplit("/", 1)[1]
    assert "ほかの職員が決めます" in vendor.get(f"/staff/patches/waiting/{number}").text
    with app.app_context(), transaction() as session:
        found = session.get(DataPatch, number)
        assert found is not None
        with pytest.raises(Forbidden):
            keeping.decide(session, found.id, WRITER, found.digest, approve=True)
        with pytest.raises(Conflict):
            keeping.decide(session, found.id, APPROVER, "another", approve=True)
        with pytest.raises(Conflict):
            keeping.run(session, found.id, WRITER)
    chief.get(f"/staff/patches/waiting/{number}")
    chief.submit("このスクリプトを承認する")
    vendor.get(f"/staff/patches/{number}")
    vendor.submit("今すぐ実行する")
    with app.app_context():
        assert people() == [("すみれ", "west"), ("すみれ", "west")]
        log = "SELECT details->>'rows' FROM audit_entries WHERE action = 'patch.run'"
        assert read().execute(text(log)).scalars().all() == ["3"]
        with transaction() as session, pytest.raises(Conflict):
            keeping.run(session, found.id, WRITER)
    vendor.get(f"/staff/patches/{number}")
    prepared = vendor.submit("元に戻す修正を準備する")
    assert "さくら" not in prepared.text
    back = prepared.path.rsplit("/", 1)[1]
    with app.app_context():
        with transaction() as session:
            undo = session.get(DataPatch, back)
            assert undo is not None
            assert undo.undoes == found.id
            keeping.decide(session, undo.id, APPROVER, undo.digest, approve=True)
        with transaction() as session:
            keeping.run(session, undo.id, None)
        assert sorted(people(), key=str) == sorted(before, key=str)


def test_rows_that_changed_since_are_not_touched(app: Flask) -> None:
    family(app)
    with app.app_context():
        with transaction() as session:
            made = keeping.prepare(session, WRITER, title="a", script=SCRIPT, reason="b")
            keeping.decide(session, made.id, APPROVER, made.digest, approve=True)
        with transaction() as session:
            session.execute(text("UPDATE persons SET position = 7 WHERE district = 'north'"))
        with pytest.raises(FaultyScript, match="as they were"), transaction() as session:
            keeping.run(session, made.id, WRITER)
        assert len(people()) == 3
