"""Step 6: in English, and for browsers without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import Home
from tests.journeys.people import Mail, Phone, give_code, press
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
PUBLIC = {
    "/": "The city, at hand",
    "/sign-in": "Sign in or register",
    "/sign-in/email": "Sign in by mail",
    "/ask": "Ask the city",
    "/search": "Search",
    "/services": "All services",
    "/services/check_18m": "Check at one year and six months",
    "/certificates": "Get a certificate",
    "/links": "Other sites of the city",
    "/menu": "Menu",
    "/privacy": "How we treat your data",
    "/accessibility": "Accessibility",
}
INSIDE = {
    "/my": "My Page",
    "/my/done": None,
    "/inbox": "City notices",
    "/family": "Family",
    "/family/new/child": None,
    "/account/profile": "Your settings",
    "/account/security": "Security",
}


def left_in_japanese(page: Page) -> list[str]:
    """Words still in Japanese, but for names: the language's own, the city's people's."""
    words = page.locator("body").inner_text().splitlines()
    names = ("日本語", "さくら", "つくし", "すみれ")
    found = []
    for line in words:
        rest = re.sub(r"\S+(法|条例|令)\S*", "", line)  # laws are cited by their own names
        for name in names:
            rest = rest.replace(name, "")
        if JAPANESE.search(rest):
            found.append(line)
    return found


def to_english(page: Page) -> None:
    page.locator("summary").filter(has_text="Language").click()
    page.get_by_role("link", name="English").click()


def test_public_pages_switch_to_english(city: City, watched: Watched) -> None:
    page = watched.browser().new_page()
    page.goto(f"{city.public_url}/")
    to_english(page)
    left = {}
    for path, heading in PUBLIC.items():
        page.goto(city.public_url + path)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        left[path] = left_in_japanese(page)
    assert {path: words for path, words in left.items() if words} == {}


def open_everything(page: Page) -> None:
    """Every line that opens, those behind "more" too."""
    for line in page.locator("details.rest, details.todo, details.fold").all():
        line.locator("summary").first.click()


def test_a_residents_pages_switch_to_english_and_back(
    at_home: Home, city: City, watched: Watched
) -> None:
    page = at_home("さくら")
    to_english(page)
    left = {}
    for path, heading in INSIDE.items():
        page.goto(city.public_url + path)
        if heading:
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        if path == "/my":
            watched.picture(page, "6-english")
            open_everything(page)
        left[path] = left_in_japanese(page)
    page.locator("summary").filter(has_text="English").click()
    page.get_by_role("link", name="日本語", exact=True).click()
    assert {path: words for path, words in left.items() if words} == {}


def test_the_bot_answers_in_english(city: City, watched: Watched) -> None:
    page = watched.browser().new_page()
    page.goto(f"{city.public_url}/ask?lang=en")
    page.get_by_label("Your question").fill("Where can I get a copy of my residence record?")
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("log").locator(".bubble").last).to_contain_text(
        re.compile("convenience store", re.IGNORECASE)
    )


def test_without_scripts_a_resident_signs_in_and_gets_things_done(
    city: City, watched: Watched
) -> None:
    plain = watched.browser(java_script_enabled=False)
    mail = Mail(plain, city, "tsubaki@resident.example")
    page = plain.new_page()
    page.goto(f"{city.public_url}/sign-in/email")
    page.get_by_label("メールアドレス").fill("tsubaki@resident.example")
    press(page, "番号を送る")
    give_code(page, mail.code())
    press(page, "自分のLINEに番号を送る")
    give_code(page, Phone(watched.browser(), city, "つばき").code(), "ログイン")
    expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")
    finish_the_first(page)
    ask(page)
    read_the_inbox(page)


def finish_the_first(page: Page) -> None:
    todo = page.locator("details.todo, article.card").filter(
        has=page.get_by_role("button", name="できた", include_hidden=True)
    )
    todo.first.locator("summary").first.click()
    todo.first.get_by_role("button", name="できた").click()
    expect(page.get_by_text("「できた」にしました。")).to_be_visible()
    press(page, "元にもどす")
    expect(page.get_by_text("元にもどしました。")).to_be_visible()


def ask(page: Page) -> None:
    page.get_by_role("link", name="質問", exact=True).click()
    page.get_by_label("質問", exact=True).fill("証明書")
    page.get_by_role("main").get_by_role("button").last.click()
    page.get_by_role("button", name="住民票・戸籍・印鑑").click()
    page.get_by_role("button", name="印鑑証明書はどこで取れますか").click()
    expect(page.get_by_role("log").locator(".bubble").last).to_contain_text("印鑑登録")


def read_the_inbox(page: Page) -> None:
    tab = page.get_by_role("navigation", name="おもなメニュー").get_by_role("link", name="お知らせ")
    tab.click()
    page.get_by_role("link", name="まど市の窓口が開きました").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("まど市の窓口が開きました")
    tab.click()
    card = page.locator("article.card").filter(has_text="まど市の窓口が開きました")
    expect(card.get_by_text("新着")).to_have_count(0)
