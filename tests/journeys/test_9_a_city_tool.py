"""Typed once: the library's form is filled in by the city's window, as the resident allows."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.people import press, resident_signs_in
from tests.journeys.watching import Watched, barriers, width_of

pytestmark = pytest.mark.journey

USE, ALLOW = "まど市の窓口の内容を使う", "許可して進む"
TOLD_WITHIN = 20  # seconds until the tool hears that it is over


@pytest.fixture
def sakura(city: City, watched: Watched) -> Page:
    """Sakura, by a sign-in of her own, since this story ends it; nothing is connected."""
    page = watched.browser().new_page()
    resident_signs_in(page, city, "さくら")
    page.goto(f"{city.public_url}/account/services")
    ends = page.get_by_role("button", name="つながりを切る")
    while ends.count():
        ends.first.click()
        expect(page.get_by_text("つながりを切りました")).to_be_visible()
    return page


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def to_the_library(page: Page, city: City) -> None:
    page.goto(f"{city.public_url}/links")
    page.locator("a.card-link").filter(has_text="市立図書館").click()
    page.get_by_role("link", name="利用カードを申し込む").click()
    press(page, USE)


def filled(page: Page) -> dict[str, str]:
    labels = ("呼び名", "生年月日", "住んでいる地区")
    return {label: page.get_by_label(label, exact=True).input_value() for label in labels}


def test_a_tool_fills_its_form_in_and_forgets_on_disconnecting(
    city: City, watched: Watched, sakura: Page
) -> None:
    page = sakura
    to_the_library(page, city)
    heading(page, "図書館の利用カード")
    for words in ("生年月日", "呼び名", "同じことをもう一度書かなくて", "許可しない"):
        expect(page.locator("main")).to_contain_text(words)
    assert barriers(page) == "" and width_of(page) <= 375
    watched.step(page, "tool-1-consent")
    press(page, ALLOW)
    heading(page, "利用カードの申込み")
    values = filled(page)
    assert values["呼び名"] == "さくら" and all(values.values()), values
    expect(page.get_by_role("definition").filter(has_text="さくら")).to_be_visible()
    assert barriers(page) == "" and width_of(page) <= 375
    watched.step(page, "tool-2-filled-in")
    press(page, "最新の内容を受け取る")
    assert filled(page) == values
    press(page, "申し込む(デモ)")
    heading(page, "受け付けました")

    page.goto(f"{city.public_url}/account/services")
    card = page.get_by_role("article").filter(has_text="図書館の利用カード")
    expect(card).to_contain_text("生年月日")
    expect(card).to_contain_text("回、最後は")
    watched.step(page, "tool-3-disconnect")
    card.get_by_role("button", name="つながりを切る").click()
    expect(page.locator("main")).not_to_contain_text("図書館の利用カード")
    until = time.monotonic() + TOLD_WITHIN  # by back-channel logout, so a worker's moment later
    page.goto(f"{city.tool_url}/library-card")
    while not page.get_by_role("button", name=USE).is_visible() and time.monotonic() < until:
        time.sleep(0.3)
        page.reload()
    assert filled(page) == dict.fromkeys(values, "")


def test_signing_out_at_the_tool_signs_out_of_the_window(city: City, sakura: Page) -> None:
    to_the_library(sakura, city)
    heading(sakura, "図書館の利用カード")
    press(sakura, ALLOW)
    press(sakura, "ログアウトする")
    expect(sakura.get_by_role("button", name=USE)).to_be_visible()
    assert sakura.url.startswith(city.tool_url)
    sakura.goto(f"{city.public_url}/my")
    heading(sakura, "ログイン")
