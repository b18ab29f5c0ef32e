"""The My Number card: connected, shown beside what was typed, and good to come in with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.people import press, resident_signs_in
from tests.journeys.watching import Watched, barriers

pytestmark = pytest.mark.journey

CARD, PIN = "さくらさんのカード", "1234"


@pytest.fixture
def sakura(city: City, watched: Watched) -> Iterator[Page]:
    """Sakura, whose card is not connected; nor is it afterwards."""
    page = watched.browser().new_page()
    resident_signs_in(page, city, "さくら")
    take_off(page, city)
    yield page
    take_off(page, city)


def take_off(page: Page, city: City) -> None:
    page.goto(f"{city.public_url}/account/card")
    off = page.get_by_role("link", name="カードを外す")
    if off.is_visible():
        off.click()
        press(page, "つながりを切る")
        expect(off).to_be_hidden()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def hold_the_card(page: Page) -> None:
    """What the phone's own app does on the real service."""
    page.get_by_label(CARD).check()
    page.get_by_label("暗証番号").fill(PIN)
    press(page, "本人確認をする")


def test_a_card_is_connected_and_opens_the_account(
    city: City, watched: Watched, sakura: Page
) -> None:
    page = sakura
    page.goto(f"{city.public_url}/account/security")
    press(page, "カードをつなぐ")
    watched.step(page, "card-1-hold")
    hold_the_card(page)
    heading(page, "このカードをつなぎますか")
    assert barriers(page) == ""
    watched.step(page, "card-2-confirm")
    press(page, "はい、自分のカードをつなぐ")
    heading(page, "マイナンバーカード")
    expect(page.locator("main")).to_contain_text("まど市かわべ二丁目4番1号")
    assert barriers(page) == ""
    watched.step(page, "card-3-what-it-said")
    page.goto(f"{city.public_url}/account/security")
    page.get_by_role("button", name="ログアウト", exact=True).click()
    page.goto(f"{city.public_url}/sign-in")
    press(page, "カードでログイン")
    hold_the_card(page)
    heading(page, "マイページ")
