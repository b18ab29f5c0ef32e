"""Questions taken from the running website of the city, and a page that changes afterwards."""

from __future__ import annotations

from typing import Any

from flask import Flask

from chatbot.knowledge import from_pages
from chatbot.knowledge.staff import entries
from standins.city_site.content import FAQ, FAQ_PATH
from standins.processes import StandinProcess
from tests.browser import Browser
from tests.portal.city_pages.conftest import (  # noqa: F401  (fixtures)
    BASE,
    Make,
    settings,
    source,
    website,
    website_process,
)

PAGE, URL = "/staff/answers/city-pages", f"{BASE}{FAQ_PATH}"
AROUND: dict[str, Any] = {
    "category": "くらし",
    "owner": "環境衛生課",
    "title": "まど市ホームページ",
}


def test_questions_become_drafts_and_changes_wait_for_a_clerk(
    app: Flask,
    editor: Browser,
    website: StandinProcess,  # noqa: F811
    source: Make,  # noqa: F811
) -> None:
    source()
    editor.get(PAGE)
    page = editor.submit("ページを読み取る", url="https://elsewhere.example/faq")
    assert page.status == 422 and "市のホームページではありません" in page.text
    page = editor.submit("ページを読み取る", url=URL)
    assert "ハチの巣は市が取ってくれますか" in page.text
    page = editor.submit("選んだものを下書きにする")
    assert page.status == 422 and "4つの欄" in page.text
    page = editor.submit("選んだものを下書きにする", **AROUND)
    assert "下書き2件。1件はすでにある回答" in page.text
    with app.app_context():
        drafts = [line.open.body for line in entries.lines() if line.open]
        assert {body["source"]["url"] for body in drafts} == {URL}
        from_pages.look_at(URL)
        assert from_pages.waiting() == []
    changed = FAQ.replace("道や公園の巣は、", "道の巣は、").replace("Q1.", "Q1.(終わり)")
    website.post("/__standin__/page", {"path": FAQ_PATH, "html": changed})
    with app.app_context():
        from_pages.look_at(URL)
        from_pages.look_at(URL)
        assert len(from_pages.waiting()) == 2
    page = editor.get(PAGE)
    assert "道の巣は、環境衛生課に" in page.text and "この質問がなくなりました" in page.text
    editor.submit("見直しました")
    page = editor.submit("見直しました")
    assert "内容が変わったページ" not in page.text
    with app.app_context():
        from_pages.look_at(URL)
        assert from_pages.waiting() == []
