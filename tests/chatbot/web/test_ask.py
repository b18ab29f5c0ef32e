"""Asking on the web: stories in the strict browser against the real answering process."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from portal.core.db import read
from tests.browser import Browser


def test_a_question_is_answered_with_its_desk_and_date(answered: Flask, browser: Browser) -> None:
    browser.get("/ask")
    page = browser.submit("質問する", text="住民票はコンビニで取れますか")
    assert page.status == 200
    assert "コンビニ" in page.text
    assert "担当" in page.text or "窓口" in page.text


def test_a_vague_question_offers_candidates_and_a_pick_gives_exactly_that(
    answered: Flask, browser: Browser
) -> None:
    browser.get("/ask")
    page = browser.submit("質問する", text="証明書")
    picks = [b for b in page.root.all("button") if b.attributes.get("name") == "choice"]
    assert 3 <= len(picks) <= 6  # "none of these" is the last
    label = picks[0].all("span")[0].children[0]
    assert isinstance(label, str)
    page = browser.submit(label.strip())
    assert label.strip() in page.text
    assert page.text.count("証明書") >= 1


def test_garbage_is_answered_in_any_phrase(answered: Flask, browser: Browser) -> None:
    browser.get("/ask")
    page = browser.submit("質問する", text="ペットボトルを捨てたい")
    assert "ペットボトル" in page.text


def test_an_empty_question_is_refused_beside_the_field(answered: Flask, browser: Browser) -> None:
    browser.get("/ask")
    page = browser.submit("質問する", text="   ")
    assert page.errors


def test_what_is_asked_is_stored_nowhere(answered: Flask, browser: Browser) -> None:
    browser.get("/ask")
    browser.submit("質問する", text="わたしの名前はさくらです。児童手当は?")
    with answered.app_context():
        rows = read().execute(text("SELECT data::text FROM sessions")).scalars().all()
    assert not [row for row in rows if "さくら" in row]


def test_a_forged_trail_is_not_shown_as_ours(answered: Flask, browser: Browser) -> None:
    browser.get("/ask")
    page = browser.submit("質問する", text="児童手当", trail="W3siYXNrZWQiOiJ4In1d.forged")
    assert page.status == 200
    assert "児童手当" in page.text


def test_when_the_engine_is_away_the_page_says_try_again(browser: Browser) -> None:
    browser.get("/ask")
    page = browser.submit("質問する", text="児童手当")
    assert page.status == 503
    assert "もう一度" in page.errors[0]
    assert 'value="児童手当"' in page.html  # nothing that was typed is lost


def test_english_questions_are_answered_in_english(answered: Flask, browser: Browser) -> None:
    browser.get("/ask?lang=en")
    page = browser.submit("Send the question", text="When is the city hall open?")
    assert "8:30" in page.text


def test_an_example_may_be_tapped_instead_of_typing(answered: Flask, browser: Browser) -> None:
    browser.get("/ask")
    page = browser.submit("市役所は何時から何時まで開いていますか")
    assert "8時30分" in page.text


def test_the_menu_opens_the_question_about_garbage(answered: Flask, browser: Browser) -> None:
    page = browser.get("/ask/garbage")
    assert page.heading == "ごみの分け方を調べる"
    page = browser.submit("スプレー缶")
    assert "資源物" in page.text


def test_asking_too_often_is_slowed_down(app: Flask, browser: Browser) -> None:
    """Each turn costs the engine time; a script must not take it from people."""
    browser.get("/ask")
    token = browser.page.root.all("input")[0].attributes["value"] if browser.page else ""
    statuses = [
        browser.client.post(
            "/ask",
            base_url=browser.base,
            data={"csrf_token": token, "text": ""},
            headers={"Origin": browser.base},
        ).status_code
        for _ in range(62)
    ]
    assert statuses[-1] == 429
    assert 429 not in statuses[:60]
