"""Stories of staff at the answers, through the strict browser."""

from __future__ import annotations

from typing import Any

from flask import Flask

from chatbot.knowledge.entries import Entry
from chatbot.knowledge.store import load_knowledge
from tests.browser import Browser, Page

KEY = "juminhyo"
ENTRY = f"/staff/answers/entries/{KEY}"
KEEP, PROPOSE, APPROVE = "下書きとして保存", "承認をたのむ", "承認する"


def kept(editor: Browser, **changes: Any) -> Page:
    editor.get(f"{ENTRY}/edit")
    return editor.submit(KEEP, **changes)


def known(app: Flask, key: str = KEY) -> Entry | None:
    with app.app_context():
        return load_knowledge().find(key)


def test_a_clerk_edits_and_a_colleague_approves(
    app: Flask, editor: Browser, approver: Browser, browser: Browser
) -> None:
    page = editor.get("/staff/answers?q=住民票の写し")
    editor.get(page.link("住民票の写しはどこで取れますか"))
    page = kept(editor, ja_answer="**市民課の窓口で取れます。**\n1通400円。", note_to="短くします")
    assert page.path == ENTRY and "短くします" in page.text
    page = editor.submit(PROPOSE)
    assert "承認待ち" in page.text
    assert "短く" not in str(known(app))
    approver.get(page.path)
    page = approver.submit(APPROVE)
    assert "市が書いた内容が有効です" in page.text
    found = known(app)
    assert found is not None and found.text("ja").answer.startswith("**市民課の窓口で取れます。**")
    shown = browser.get(f"/faq/{KEY}")
    assert "市民課の窓口で取れます。" in shown.text
    number = next(a for a in page.root.all("a") if "/revisions/" in a.attributes["href"])
    assert "短くします" in editor.get(number.attributes["href"]).text


def test_what_was_typed_stays_when_something_is_amiss(editor: Browser) -> None:
    typed: dict[str, Any] = {
        "ja_answer": "窓口です。",
        "ja_aliases": "じゅうみんひょう",
        "valid_to": "いつか",
    }
    page = kept(editor, **typed)
    assert page.errors and "2026-04-01" in page.errors[0]
    assert "窓口です。" in page.html and "じゅうみんひょう" in page.html and "いつか" in page.html
    page = editor.submit(KEEP, valid_to="", en_answer="")
    assert page.errors, "half an English text is none"
    page = editor.submit(KEEP, en_question="", en_aliases="", valid_to="2020-01-01")
    assert page.errors and page.path.endswith("/edit")


def test_a_second_clerk_sees_both_and_decides(
    app: Flask, editor: Browser, approver: Browser
) -> None:
    editor.get(f"{ENTRY}/edit")
    other = editor.__class__(app, "http://staff.localhost:8000")
    other.client = editor.client
    other.get(f"{ENTRY}/edit")
    other.submit(KEEP, ja_answer="先に書いた答え。")
    page = editor.submit(KEEP, ja_answer="後から書いた答え。")
    assert "先に書いた答え。" in page.text and "後から書いた答え。" in page.html
    page = editor.submit("自分の内容で置きかえる", ja_answer="後から書いた答え。")
    assert page.path == ENTRY and "後から書いた答え。" in page.text


def test_a_new_answer_is_seen_in_both_bubbles_first(app: Flask, editor: Browser) -> None:
    editor.get("/staff/answers/new")
    filled: dict[str, Any] = {
        "ja_question": "市役所で犬を散歩させてもいいですか",
        "ja_answer": "**詳しくは窓口へ。**\n- 一つ目\n[地図](/nowhere)",
        "ko_question": "시청에서 개를 산책시켜도 되나요",
        "ko_answer": "네.",
        "category": "市役所・施設・相談",
        "owner": "総務課",
        "source_title": "まど市ホームページ 総務課",
    }
    page = editor.submit("見え方を確かめる", **filled)
    assert "ウェブでの見え方" in page.text and "・一つ目" in page.text
    assert "最初の文が答えになっていません" in page.text and "/nowhere" in page.text
    assert "人の確認がまだ" in page.text
    page = editor.submit(KEEP, key="dog_walk")
    assert page.path == "/staff/answers/entries/dog_walk"
    assert known(app, "dog_walk") is None
    listed = editor.get("/staff/answers?state=draft&look=unsigned")
    assert "市役所で犬を散歩させてもいいですか" in listed.text
    editor.get("/staff/answers/new")
    page = editor.submit(KEEP, **filled, key="dog_walk")
    assert page.errors


def test_an_answer_is_withdrawn_and_brought_back(
    app: Flask, editor: Browser, approver: Browser, browser: Browser
) -> None:
    kept(editor, ja_answer="前の答え。")
    editor.submit(PROPOSE)
    approver.get(ENTRY)
    approver.submit(APPROVE)
    editor.get(ENTRY)
    editor.submit("取り下げの下書きを作る", note="やめます")
    editor.submit(PROPOSE)
    approver.get(ENTRY)
    approver.submit(APPROVE)
    assert known(app) is None
    assert browser.get(f"/faq/{KEY}").status == 404
    assert "住民票の写し" in editor.get("/staff/answers?state=gone").text
    editor.get(ENTRY)
    page = editor.submit("この内容にもどす")
    assert "前の答え。" in page.text


def test_who_may_only_look_changes_nothing(app: Flask, staff_browser: Browser) -> None:
    from uuid import uuid4

    from tests.notifications.city import sign_in

    looker = sign_in(app, "staff", uuid4(), frozenset({"knowledge.view"}))
    for path in ("", "/lint", "/words", "/tables", "/city-pages", f"/entries/{KEY}"):
        page = looker.get(f"/staff/answers{path}")
        assert page.status == 200 and KEEP not in page.text
    assert looker.get(f"{ENTRY}/edit").status == 403
    stranger = sign_in(app, "staff", uuid4(), frozenset())
    assert stranger.get("/staff/answers").status == 403
