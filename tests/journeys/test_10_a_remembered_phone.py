"""A tap inside LINE opens My Page signed in, without typing, on a phone that is remembered."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.journeys.city import City
from tests.journeys.conftest import Home
from tests.journeys.people import Mail, Phone, press
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

NAME = "つばき"


def heading(inside: FrameLocator) -> Locator:
    return inside.get_by_role("heading", level=1)


def test_the_rich_menu_opens_my_page_without_typing(city: City, watched: Watched) -> None:
    browser = watched.browser()
    mail, phone = Mail(browser, city, city.address(NAME)), Phone(browser, city, NAME)
    inside = phone.inside
    phone.tap_menu("マイページ")
    allow = inside.get_by_role("button", name="許可する")
    choice = inside.get_by_role("button", name="メールで番号を送る")
    expect(allow.or_(choice)).to_be_visible()
    if allow.is_visible():  # the first time LINE asks for the city
        allow.click()
    choice.click()
    inside.get_by_label("6けたの番号").fill(mail.code())
    inside.get_by_label("この端末を30日おぼえる").check()
    watched.step(phone.page, "remember-1-tick")
    press(inside, "ログイン")
    expect(heading(inside)).to_have_text("マイページ")
    inside.get_by_role("link", name="メニュー").last.click()
    phone.close_page()
    forget_the_session(phone)
    phone.tap_menu("マイページ")
    expect(heading(inside)).to_have_text("マイページ")
    watched.step(phone.page, "remember-2-no-typing")
    phone.close_page()
    phone.tap_menu("お知らせ")
    expect(heading(inside)).to_have_text("お知らせ")


def forget_the_session(phone: Phone) -> None:
    """The session runs out; the device cookie stays."""
    phone.page.context.clear_cookies(name="mado_resident")


def test_the_end_of_a_session_is_announced_and_put_off(at_home: Home) -> None:
    page = at_home("さくら")
    page.clock.install()
    page.reload()
    soon = page.locator('[data-session="soon"]')
    expect(soon).to_be_hidden()
    page.clock.fast_forward("28:30")
    expect(soon).to_be_visible()
    expect(soon).to_contain_text("あと2分でログアウトします")
    assert page.evaluate("document.activeElement.tagName") == "BODY"  # the focus is left alone
    soon.get_by_role("button", name="ログインしたままにする").click()
    expect(soon).to_be_hidden()
    page.clock.fast_forward("31:00")
    expect(page.get_by_text("安全のためログアウトしました")).to_be_visible()
    page.get_by_role("button", name="閉じる").click()
    expect(page.get_by_text("安全のためログアウトしました")).to_be_hidden()
