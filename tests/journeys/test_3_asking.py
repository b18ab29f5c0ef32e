"""Step 3: the same questions on LINE and on the web, answered in the same words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.people import Phone, press
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

CLEAR = "住民票の写しはどこで取れますか"
ANSWER = "市役所の市民課か、コンビニで取れます。"
VAGUE = "手続き"
UNSURE = "近いものを選んでください"
PICK = "ネットでできる手続きは何ですか"
PICKED = "マイナンバーカードが要るものもあります"
THING, ITS_CLASS = "布団は何ごみ?", "粗大ごみ"


def ask_on_the_web(page: Page, words: str) -> None:
    page.get_by_label("質問", exact=True).fill(words)
    press(page, "質問する")


def plain(text: str) -> str:
    """Words alone: how lines break is the medium's own."""
    return re.sub(r"\s|・|\*|-", "", text)


def test_questions_are_answered_in_the_talk_and_on_the_web_alike(
    city: City, watched: Watched
) -> None:
    phone = Phone(watched.browser(), city, "つばき")
    phone.say(CLEAR)
    expect(phone.bubbles.last).to_contain_text(ANSWER)
    phone.fold_menu()
    watched.picture(phone.page, "3-answer")
    on_line = phone.bubbles.last.locator(".flex, .bubble").inner_text()
    web = watched.browser().new_page()
    web.goto(f"{city.public_url}/")
    web.get_by_role("link", name="質問").last.click()
    ask_on_the_web(web, CLEAR)
    answered = web.get_by_role("log").locator(".bubble").last
    expect(answered).to_contain_text(ANSWER)
    for part in (ANSWER, "1通400円", "4けたの暗証番号"):
        assert plain(part) in plain(on_line)
        assert plain(part) in plain(answered.inner_text())
    expect(answered).to_contain_text("0000-00-")  # the desk to ask


def test_a_vague_question_gets_candidates_and_a_pick_gets_the_answer(
    city: City, watched: Watched
) -> None:
    phone = Phone(watched.browser(), city, "つばき")
    phone.say(VAGUE)
    expect(phone.bubbles.last).to_contain_text(UNSURE)
    phone.page.get_by_role("button", name=PICK).last.click()
    expect(phone.page.locator(".resident .bubble").last).to_have_text(re.compile(PICK[:6]))
    expect(phone.bubbles.last).not_to_contain_text(UNSURE)
    expect(phone.bubbles.last).to_contain_text(PICKED)
    web = watched.browser().new_page()
    web.goto(f"{city.public_url}/ask")
    ask_on_the_web(web, VAGUE)
    web.get_by_role("button", name=PICK).click()
    expect(web.get_by_role("log").locator(".bubble").last).to_contain_text(PICKED)


def test_garbage_is_sorted_by_its_name(city: City, watched: Watched) -> None:
    phone = Phone(watched.browser(), city, "けやき")
    phone.say(THING)
    expect(phone.bubbles.last).to_contain_text(ITS_CLASS)
    web = watched.browser().new_page()
    web.goto(f"{city.public_url}/ask")
    ask_on_the_web(web, THING)
    expect(web.get_by_role("log").locator(".bubble").last).to_contain_text(ITS_CLASS)


def test_each_question_is_answered_once(city: City, watched: Watched) -> None:
    phone = Phone(watched.browser(), city, "さくら")
    before = len(city.talk_of("さくら"))
    phone.say("市役所は何時まで開いていますか")
    expect(phone.page.locator(".resident .bubble").last).to_contain_text("何時まで")
    expect(phone.bubbles.last).to_contain_text("17時15分")
    phone.page.wait_for_timeout(1500)  # a second answer would have come by now
    assert len(city.talk_of("さくら")) == before + 2
