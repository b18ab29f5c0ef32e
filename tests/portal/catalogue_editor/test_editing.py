"""Stories of staff at the catalogue's editor, through the strict browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.load import load_catalogue
from portal.catalogue.models import CatalogueRevision
from portal.core.clock import today
from portal.core.db import read
from tests.browser import Browser, Page

KEY = "check_18m"
ENTRY = f"/staff/catalogue/services/{KEY}"
KEEP, PROPOSE, APPROVE = "下書きとして保存", "承認をたのむ", "承認する"
TEST = {"tests[0].birthdate": "2025-05-10", "tests[0].opens": "2026-11-10"}


def kept(editor: Browser, **changes: Any) -> Page:
    editor.get(f"{ENTRY}/edit")
    return editor.submit(KEEP, **changes)


def priority(app: Flask) -> int:
    with app.app_context():
        return load_catalogue().service(KEY).priority


def states(app: Flask) -> list[str]:
    with app.app_context():
        rows = read().execute(select(CatalogueRevision.state).order_by(CatalogueRevision.number))
        return list(rows.scalars())


def test_a_clerk_edits_and_a_colleague_approves(
    app: Flask, editor: Browser, approver: Browser
) -> None:
    page = editor.get("/staff/catalogue?q=1歳6か月")
    assert "1件" in page.text
    editor.get(page.link("1歳6か月児健診"))
    page = kept(editor, priority="2", note_to="順番を下げます")
    assert page.path == ENTRY and "順番を下げます" in page.text
    assert "優先度(0〜10) 9 2" in page.text
    page = editor.submit(PROPOSE)
    assert "承認待ち" in page.text and priority(app) == 9
    approver.get(page.path)
    page = approver.submit(APPROVE)
    assert priority(app) == 2
    assert "市が書いた内容が有効です" in page.text
    listed = editor.get("/staff/catalogue?state=proposed")
    assert "当てはまる項目はありません" in listed.text


def test_an_editor_can_not_approve_and_the_author_neither(
    app: Flask, editor: Browser, approver: Browser
) -> None:
    kept(editor, priority="2")
    page = editor.submit(PROPOSE)
    with pytest.raises(AssertionError, match="no form"):
        page.form(APPROVE)
    with app.app_context():
        found = read().execute(select(CatalogueRevision.id)).scalar_one()
    editor.get(f"{ENTRY}/edit")
    token = editor.page.form(KEEP).all("input") if editor.page else []
    csrf = next(e.attributes["value"] for e in token if e.attributes["name"] == "csrf_token")
    answer = editor.client.post(
        f"http://staff.localhost:8000/staff/catalogue/revisions/{found}/approval",
        data={"csrf_token": csrf},
        headers={"Origin": "http://staff.localhost:8000"},
    )
    assert answer.status_code == 403 and priority(app) == 9
    assert approver.get(f"{ENTRY}/edit").status == 403


def test_sent_back_with_a_word_and_discarded(
    app: Flask, editor: Browser, approver: Browser
) -> None:
    kept(editor, priority="2")
    editor.submit(PROPOSE)
    approver.get(ENTRY)
    page = approver.submit("差し戻す", note="根拠も書いてください")
    assert "根拠も書いてください" in page.text
    editor.get(ENTRY)
    page = editor.submit("下書きを捨てる")
    assert "第1版" in page.text and states(app) == ["discarded"]
    page = editor.submit("この内容にもどす")
    assert "優先度(0〜10) 9 2" in page.text


def test_approved_for_a_day_to_come(app: Flask, editor: Browser, approver: Browser) -> None:
    kept(editor, priority="2")
    editor.submit(PROPOSE)
    approver.get(ENTRY)
    page = approver.submit(APPROVE, live_on="2020-01-01")
    assert "もう過ぎています" in page.text and states(app) == ["proposed"]
    page = approver.submit(APPROVE, live_on=(today() + timedelta(days=3)).isoformat())
    assert "開始日待ち" in page.text and priority(app) == 9


def test_back_to_the_wording_of_the_program(app: Flask, editor: Browser, approver: Browser) -> None:
    back = "はじめから入っていた内容にもどす"
    assert back not in editor.get(ENTRY).text
    for change in ("2", ""):
        page = kept(editor, priority=change) if change else editor.submit(back)
        editor.submit(PROPOSE)
        approver.get(ENTRY)
        approver.submit(APPROVE)
        assert priority(app) == int(change or 9)
        assert back in editor.get(ENTRY).text
    assert page.path == ENTRY


def test_withdrawn_by_two_clerks(app: Flask, editor: Browser, approver: Browser) -> None:
    editor.get(ENTRY)
    page = editor.submit("取り下げの下書きを作る", note="終わった事業です")
    assert "台帳から取り下げます" in page.text
    editor.submit(PROPOSE)
    approver.get(ENTRY)
    approver.submit(APPROVE)
    with app.app_context():
        assert load_catalogue().find(KEY) is None
    assert "有効ではありません" in editor.get(ENTRY).text


def test_a_desk_that_services_name_says_why_it_stays(editor: Browser) -> None:
    editor.get("/staff/catalogue/desks/children")
    page = editor.submit("取り下げの下書きを作る")
    assert page.status == 409 and "台帳が成り立ちません" in page.text


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(
    app: Flask, editor: Browser
) -> None:
    page = kept(editor, **{"title.ja": "", "versions[0].rule.to": "abc", "priority": "99"})
    for words in ("入力してください", "整数で書いてください", "小さすぎるか、大きすぎます"):
        assert any(words in each for each in page.errors)
    assert 'value="abc"' in page.html and 'value="99"' in page.html
    page = editor.submit(
        KEEP, **{"title.ja": "あ" * 41, "versions[0].rule.to": "24", "priority": "9"}
    )
    assert any("40文字" in each for each in page.errors)
    page = editor.submit(KEEP, **{"title.ja": "健診", "versions[0].rule.to": "3"})
    assert any("始まりより後" in each for each in page.errors)
    page = editor.submit(KEEP, **{"versions[0].rule.to": "24", "sensitive": "y"})
    assert any("要配慮" in each for each in page.errors)
    assert states(app) == []


def test_the_kind_of_a_rule_changes_its_fields_and_keeps_the_old_ones(editor: Browser) -> None:
    editor.get(f"{ENTRY}/edit")
    page = editor.submit("この種類の欄を出す", **{"versions[0].rule.kind": "from_age"})
    assert 'name="versions[0].rule.age"' in page.html
    page = editor.submit("この種類の欄を出す", **{"versions[0].rule.kind": "month_window"})
    assert 'value="18"' in page.html
    page = editor.submit("この種類の欄を出す", **{"versions[0].rule.kind": "any"})
    assert 'name="versions[0].rule.parts[1].kind"' in page.html
    page = editor.submit("規則を1つ足す")
    assert 'name="versions[0].rule.parts[2].kind"' in page.html


def test_the_rule_is_explained_in_words_and_examples(editor: Browser) -> None:
    editor.get(f"{ENTRY}/edit")
    page = editor.submit("確かめる", sample="2024-02-29")
    assert "1歳6か月になる日から、2歳になる日の前日まで" in page.text
    assert "2025-08-29 – 2026-02-28" in page.text
    page = editor.submit("確かめる", **{"versions[0].rule.to_edge": "turn"})
    assert "2歳になる日まで" in page.text


def test_the_script_gets_the_words_alone(app: Flask, editor: Browser) -> None:
    page = editor.get(f"{ENTRY}/edit")
    form = page.form(KEEP)
    data = Browser._filled(form) | {"versions[0].rule.from": ["12"]}
    answer = editor.client.post(
        "http://staff.localhost:8000/staff/catalogue/explanation",
        data=data,
        headers={"Origin": "http://staff.localhost:8000"},
    )
    words = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "1歳になる日から" in words and "<html" not in words
    assert states(app) == []


def test_a_failing_test_holds_the_proposal_back(app: Flask, editor: Browser) -> None:
    editor.get(f"{ENTRY}/edit")
    editor.submit("確認例を足す")
    page = editor.submit(KEEP, **TEST, **{"tests[0].closes": "2027-05-10"})
    page = editor.submit(PROPOSE)
    assert page.status == 409 and "規則の確認例が合っていません" in page.text
    assert states(app) == ["draft"]
    page = editor.get(f"{ENTRY}/edit")
    assert "合わない" in page.text and "2026-11-10 – 2027-05-09" in page.text
    editor.submit(KEEP, **TEST, **{"tests[0].closes": "2027-05-09"})
    page = editor.submit(PROPOSE)
    assert states(app) == ["discarded", "proposed"]


def test_versions_follow_one_another(app: Flask, editor: Browser) -> None:
    editor.get(f"{ENTRY}/edit")
    editor.submit("次の期間の規則を足す")
    more = {"versions[0].valid_to": "令和9年3月31日", "versions[1].rule.kind": "always"}
    page = editor.submit(KEEP, **more, **{"versions[1].valid_from": "2027-03-31"})
    assert any("重ならない" in each for each in page.errors)
    page = editor.submit(KEEP, **{"versions[1].valid_from": "2027-05-01"})
    assert "規則2: 有効期間の始まり" in page.text
    with app.app_context():
        body = read().execute(select(CatalogueRevision.body)).scalar_one()
    assert [each.get("valid_to") for each in body["versions"]] == ["2027-03-31", None]


def test_a_new_service_from_nothing(app: Flask, editor: Browser, approver: Browser) -> None:
    editor.get("/staff/catalogue/services/new")
    texts = {"title.ja": "市内バス", "title.en": "City bus", "summary.ja": "乗り放題です。"}
    texts |= {"summary.en": "Ride all day.", "category": "交通", "service_type": "お知らせ"}
    page = editor.submit(KEEP, **texts, key="check_18m", desk="civic")
    assert any("もうあります" in each for each in page.errors)
    page = editor.submit(KEEP, key="city_bus")
    assert page.path == "/staff/catalogue/services/city_bus"
    editor.submit(PROPOSE)
    approver.get(page.path)
    approver.submit(APPROVE)
    with app.app_context():
        assert load_catalogue().service("city_bus").title.en == "City bus"


def test_two_clerks_at_one_entry(app: Flask, editor: Browser) -> None:
    editor.get(f"{ENTRY}/edit")
    late = editor.page
    kept(editor, priority="2")
    editor.page = late
    page = editor.submit(KEEP, priority="3")
    assert "ほかの" in page.text and "優先度(0〜10) 2 3" in page.text
    editor.submit("自分の内容で置きかえる")
    assert states(app) == ["discarded", "draft"]


def test_desks_items_and_districts_have_forms(app: Flask, editor: Browser) -> None:
    for word, key in (("desks", "tax"), ("items", "bank"), ("districts", "minato")):
        editor.get(f"/staff/catalogue/{word}/{key}/edit")
        page = editor.submit(KEEP, **{"name.en": "Another name"})
        assert page.path == f"/staff/catalogue/{word}/{key}" and "Another name" in page.text
    page = editor.get("/staff/catalogue/desks/tax/edit")
    page = editor.submit(KEEP, phone="")
    assert page.errors
    assert editor.get("/staff/catalogue/nonsense").status == 404
    assert editor.get("/staff/catalogue/desks/nowhere/edit").status == 404
