"""/faq: found by category and words, one address each, structured data, feedback without a name."""

from __future__ import annotations

import json

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from chatbot.knowledge import editing
from chatbot.knowledge.models import Thing
from portal.core.db import read, transaction
from tests.browser import Browser, Page
from tests.chatbot.knowledge.test_store import body

BASE = "http://localhost:8000"


def data(page: Page) -> dict[str, dict[str, object]]:
    scripts = [e for e in page.root.all("script") if "ld+json" in e.attributes.get("type", "")]
    return {(found := json.loads(each.text))["@type"]: found for each in scripts}


def test_the_way_from_the_index_to_an_answer(browser: Browser) -> None:
    page = browser.get("/faq")
    page = browser.get(page.link("住民票・戸籍・印鑑"))
    assert page.heading == "住民票・戸籍・印鑑"
    page = browser.get(page.link("住民票の手数料はいくらですか"))
    assert "窓口は1通400円" in page.text and "市民課" in page.text and "2026年10月1日" in page.text
    assert data(page)["FAQPage"]["mainEntity"][0]["name"] == page.heading  # type: ignore[index]
    assert "住民票の手数料" not in browser.get("/faq?category=税").text
    assert browser.get("/faq?category=ない").status == 404


def test_words_find_questions_also_by_other_ways_to_ask(browser: Browser) -> None:
    page = browser.get("/faq?q=チャイルド")
    assert "当てはまる質問はありません" in page.text
    page = browser.get("/faq?q=住民票の値段")
    assert "住民票の手数料はいくらですか" in page.text and "件の質問" in page.text


def test_other_languages_are_led_to(app: Flask, browser: Browser) -> None:
    with app.app_context(), transaction() as session:
        texts = body()["texts"] | {"zh-Hans": {"question": "问", "answer": "答", "signed": False}}
        editing.live_at_once(session, Thing.FAQ, "juminhyo", body(texts=texts), by=None, note="")
    page = browser.get("/faq/juminhyo")
    page = browser.get(page.link("简体中文"))
    assert page.heading == "问" and "机器翻译" in page.text
    assert 'lang="zh-Hans"' in page.html
    english = browser.get("/faq/juminhyo?lang=en")
    assert english.heading.startswith("Where can I get")
    assert browser.get("/faq/juminhyo?in=ko").status == 404


def test_copies_may_be_kept_and_search_engines_are_told(client: FlaskClient) -> None:
    for path in ("/faq", "/faq/juminhyo"):
        answer = client.get(path, base_url=BASE)
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert f'<link rel="canonical" href="{BASE}{path}">' in answer.get_data(as_text=True)
    listed = client.get("/sitemap.xml", base_url=BASE).get_data(as_text=True)
    assert f"<loc>{BASE}/faq/juminhyo</loc><lastmod>2026-10-01</lastmod>" in listed
    assert "/faq/hello<" not in listed
    assert client.get("/faq/hello", base_url=BASE).status_code == 404


def test_whether_it_helped_is_kept_without_who(app: Flask, browser: Browser) -> None:
    page = browser.get("/faq/juminhyo")
    browser.get(page.link("役に立ちましたか"))
    page = browser.submit("情報が古い")
    assert page.path == "/faq/juminhyo" and "ありがとうございます" in page.text
    browser.get("/faq/juminhyo/helpful")
    browser.submit("はい、役に立ちました")
    with app.app_context():
        found = read().execute(text("SELECT key, solved, reason FROM asked_questions ORDER BY id"))
        assert {tuple(row) for row in found} == {
            ("juminhyo", False, "old"),
            ("juminhyo", True, None),
        }
