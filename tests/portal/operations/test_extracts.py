"""Extraction by clerks: masked at once, in the clear once and by two, never what is sensitive."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Column as Stored
from sqlalchemy import text
from sqlalchemy.sql import visitors

from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import read, transaction
from portal.core.errors import Conflict, Forbidden
from portal.core.extracting import NEVER, Subject
from portal.core.registries import registries
from portal.core.signing import signing_keys, verify_file
from portal.operations.extracts import asking, files, keeping
from portal.operations.extracts.choosing import Choice, Condition
from tests.browser import Browser, Page
from tests.notifications.city import APPROVER, WRITER, months_ago, resident
from tests.notifications.city import sign_in as signs_in

PEOPLE = "/staff/extracts/people"
LOOK, TAKE = "20行を見てみる", "伏せたまま受け取る"
ASK = "元の値で受け取る申請"


def opened(content: bytes) -> tuple[str, bytes]:
    """The file of a ZIP, its signature verified."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        name, signature = sorted(packed.namelist())
        assert signature == f"{name}.sig"
        verify_file(signing_keys().trusted, packed.read(name), packed.read(signature))
        return name, packed.read(name)


def lines(content: bytes, encoding: str = "utf-8-sig") -> list[str]:
    return opened(content)[1].decode(encoding).split("\r\n")[:-1]


def sent(browser: Browser, path: str, button: str, **fields: Any) -> Page:
    """What the page's form answers."""
    browser.get(path)
    page = browser.submit(button, **fields)
    assert page.status == 200
    return page


def file(browser: Browser, path: str, button: str, **fields: Any) -> bytes:
    """The ZIP a form answers."""
    form = browser.get(path).form(button)
    data = Browser._filled(form) | fields
    pressed = next(one.attributes for one in form.all("button") if button in one.text)
    if "name" in pressed:
        data[pressed["name"]] = pressed["value"]
    action = form.attributes.get("action") or path
    answer = browser.client.post(action, data=data, base_url=browser.base)
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    return bytes(answer.data)


def family(app: Flask) -> UUID:
    children = ((months_ago(20), "east"), (months_ago(30), "west"))
    with app.app_context():
        return resident(
            nickname="=さくら", birthdate=date(1990, 4, 2), district="east", children=children
        )


def stored(subject: Subject) -> set[str]:
    """Every stored column a subject touches."""
    parts: list[Any] = [*(one.value for one in subject.columns), *subject.order]
    return {
        f"{found.table.name}.{found.name}"
        for part in parts
        for found in visitors.iterate(part)
        if isinstance(found, Stored) and found.table is not None
    }


def test_subjects_mask_what_is_sealed_and_touch_nothing_sensitive(ctx: Flask) -> None:
    subjects = registries().extracts
    assert {one.key for one in subjects} >= {"residents", "people", "deliveries", "reports"}
    assert len({one.key for one in subjects}) == len(subjects)
    for subject in subjects:
        assert not stored(subject) & NEVER, subject.key
        for column in subject.columns:
            value: Any = column.value
            sealed = isinstance(value.type, Personal | PersonalJSON)
            assert column.personal or not sealed, f"{subject.key}.{column.key}"
        every = Choice(subject.key, tuple(one.key for one in subject.columns))
        asking.preview(subject, every)  # the database understands it


def test_masked_files_leave_at_once_with_a_reason(app: Flask) -> None:
    family(app)
    clerk = signs_in(app, "staff", WRITER, frozenset({"extracts.run"}))
    wanted = {"columns": ["nickname", "relation", "age"], "has-district": "EAST"}
    assert "●" in sent(clerk, PEOPLE, LOOK, **wanted).text
    assert sent(clerk, PEOPLE, TAKE, **wanted).errors
    taken = file(clerk, PEOPLE, TAKE, reason="保育の計画", **wanted)
    with app.app_context():
        parent, child = lines(taken)[1:]
        assert parent.startswith("●,登録した本人,")
        assert child == ",子ども,0"
        log = "SELECT details FROM audit_entries WHERE action = 'extract.taken'"
        details = read().execute(text(log)).scalar_one()
        assert details["rows"] == 2
        assert details["conditions"] == ["district:has"]
        assert "east" not in str(details).lower()


def test_conditions_on_birthdates_need_the_second_clerk(app: Flask) -> None:
    family(app)
    clerk = signs_in(app, "staff", WRITER, frozenset({"extracts.run"}))
    wanted = {"columns": ["relation"], "from-birthdate": "2022-04-02", "reason": "x"}
    for button in (LOOK, TAKE):
        assert "もう1人の承認が必要" in sent(clerk, PEOPLE, button, **wanted).text
    choice = Choice("people", ("relation",), (Condition("birthdate", "from", ("2022-04-02",)),))
    with app.app_context(), transaction() as session, pytest.raises(Forbidden):
        keeping.take(session, WRITER, choice, "csv", "x")


def test_in_the_clear_once_by_two_and_residents_see_it(app: Flask) -> None:
    who = family(app)
    both = frozenset({"extracts.run", "extracts.approve"})
    clerk, chief = (signs_in(app, "staff", one, both) for one in (WRITER, APPROVER))
    wanted = {"columns": ["nickname", "birthdate"], "is-relation": ["self"], "format": "xlsx"}
    shown = sent(clerk, PEOPLE, ASK, reason="就学のお知らせ", **wanted).path
    number = shown.rsplit("/", 1)[1]
    weighing = f"/staff/extracts/waiting/{number}"
    assert "ほかの職員が決めます" in clerk.get(weighing).text
    with app.app_context(), transaction() as session:
        request = keeping.request_for_update(session, UUID(number))
        with pytest.raises(Forbidden):
            keeping.decide(session, request.id, WRITER, request.digest, approve=True)
        with pytest.raises(Conflict):
            keeping.decide(session, request.id, APPROVER, "another", approve=True)
        with pytest.raises(Conflict):
            keeping.fetch(session, request.id, WRITER)
    sent(chief, weighing, "この抽出を承認する")
    taken = file(clerk, shown, "元の値で受け取る")
    with app.app_context():
        name, book = opened(taken)
        assert name.endswith(".xlsx")
        rows = list(load_workbook(io.BytesIO(book)).worksheets[0].values)
        assert rows[1:] == [("'=さくら", "1990-04-02")]
        looks = text("SELECT place FROM resident_looks WHERE resident_id = :who")
        assert read().execute(looks, {"who": who}).scalars().all() == ["extract"]
        with transaction() as session, pytest.raises(Conflict):
            keeping.fetch(session, UUID(number), WRITER)
    assert "元の値で受け取る" not in clerk.get(shown).text


def test_kept_extractions_run_again_and_come_back(app: Flask) -> None:
    clerk = signs_in(app, "staff", WRITER, frozenset({"extracts.run"}))
    choice = Choice("misses", ("words", "times"), (Condition("times", "from", ("3",)),))
    with app.app_context(), transaction() as session:
        saved = keeping.save(session, WRITER, "よく探される言葉", choice).id
    page = clerk.get("/staff/extracts")
    assert "よく探される言葉" in page.text
    again = clerk.get(f"/staff/extracts/misses?saved={saved}")
    boxes = {one.attributes.get("name"): one.attributes for one in again.root.all("input")}
    assert boxes["from-times"]["value"] == "3"
    clerk.get("/staff/extracts")
    clerk.submit("消す")
    assert "よく探される言葉" not in clerk.get(f"/staff/extracts?removed={saved}").text
    clerk.submit("元に戻す")
    assert "よく探される言葉" in clerk.get("/staff/extracts").text


def test_files_are_harmless_and_say_where_a_letter_is_missing(ctx: Flask) -> None:
    content = files.packed("list", "csv-cp932", ("名",), [("𠮷田",), ("=1+1",), ("@x",)])
    assert lines(content, "cp932") == ["名", "〓田", "'=1+1", "'@x"]


def test_too_many_rows_and_too_long_are_said(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    family(ctx)
    subject, choice = keeping.subject_of("people"), Choice("people", ("relation",))
    monkeypatch.setattr(asking, "MOST", 2)
    with pytest.raises(asking.TooMuch, match="more than"):
        asking.extract(subject, choice, clear=False)
