"""Step 3: the same questions on LINE and on the web, answered in the same words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.people import Phone, press
from tests.journeys.watching import Watched, barriers, width_of

pytestmark = pytest.mark.journey

CLEAR = "住民票の写しはどこで取れますか"
ANSWER = "市役所の市民課か、コンビニで取れます。"
VAGUE, ASKED_BACK = "証明書", "何についてですか"
TOPIC, UNSURE = "住民票・戸籍・印鑑", "近いものを選んでください"
PICK = "戸籍謄本(戸籍全部事項証明書)はどこで取れますか"
PICKED, FEE = "市役所の市民課で取れます", "450円"
DISTRICT, NEXT = "みなと地区", "みなと地区の次の収集日は"
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
    web.get_by_role("link", name="質問", exact=True).last.click()
    ask_on_the_web(web, CLEAR)
    answered = web.get_by_role("log").locator(".bubble").last
    expect(answered).to_contain_text(ANSWER)
    for part in (ANSWER, "1通400円", "4けたの暗証番号"):
        assert plain(part) in plain(on_line)
        assert plain(part) in plain(answered.inner_text())
    expect(answered).to_contain_text("0000-00-")  # the desk to ask


def test_a_talk_goes_from_a_vague_word_to_the_day_of_collection(
    city: City, watched: Watched
) -> None:
    """A question back, candidates, a follow-up, a thing to throw away: on the phone at 375 px."""
    phone = Phone(watched.browser(), city, "つばき")
    for words, answer in (
        (VAGUE, ASKED_BACK),
        (None, UNSURE),
        (None, PICKED),
        ("その手数料は?", FEE),
        ("スプレー缶を捨てたい", "資源物"),
        (None, NEXT),
    ):
        if words:
            phone.say(words)
        else:
            # LINE cuts the labels of buttons at 20 letters.
            label = {UNSURE: TOPIC, PICKED: PICK, NEXT: DISTRICT}[answer][:10]
            phone.page.get_by_role("button", name=re.compile(re.escape(label))).last.click()
        expect(phone.bubbles.last).to_contain_text(answer)
    phone.fold_menu()
    watched.picture(phone.page, "ask-line")


def test_the_same_talk_on_the_web(city: City, watched: Watched) -> None:
    web = watched.browser().new_page()
    web.goto(f"{city.public_url}/ask")
    last = web.get_by_role("log").locator("#latest")
    ask_on_the_web(web, VAGUE)
    expect(last).to_contain_text(ASKED_BACK)
    web.get_by_role("button", name=TOPIC).click()
    expect(last).to_contain_text(UNSURE)
    watched.picture(web, "ask-candidates")
    web.get_by_role("button", name=PICK).click()
    expect(last).to_contain_text(PICKED)
    ask_on_the_web(web, "その手数料は?")
    expect(last).to_contain_text(FEE)
    ask_on_the_web(web, "スプレー缶を捨てたい")
    web.get_by_role("button", name=DISTRICT).click()
    expect(last).to_contain_text(NEXT)
    assert width_of(web) <= 375
    assert barriers(web) == ""
    watched.picture(web, "ask-web")


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
