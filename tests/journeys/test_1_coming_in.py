"""Step 1: two people come in, one with LINE on the phone page, one by mail with an app."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from portal.core.clock import today
from tests.journeys.city import City
from tests.journeys.people import AuthenticatorApp, Mail, Phone, give_code, press
from tests.journeys.registering import (
    add_person,
    agree_and_keep_codes,
    introduce,
    months_ago,
    register_by_mail,
)
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey


NUMBERS = {"allow": 2, "choose": 3, "terms": 4, "codes": 5, "address": 1, "number": 2, "app": 3}


def see(watched: Watched, page: Page, way: str, step: str) -> None:
    """A picture of the tour; of what both ways have in common only the first one's."""
    if way == "line" or step in ("address", "number", "app"):
        watched.step(page, f"{way}-{NUMBERS[step]}-{step}")


def test_a_newcomer_taps_the_rich_menu_and_comes_in_with_line(city: City, watched: Watched) -> None:
    browser = watched.browser()
    mail = Mail(browser, city, "hajimete@resident.example")
    phone = Phone(browser, city, "はじめてさん")
    watched.picture(phone.page, "1-rich-menu")
    watched.step(phone.page, "line-1-menu")
    phone.tap_menu("マイページ")
    inside = phone.inside
    expect(inside.get_by_role("heading", level=1)).to_have_text("許可の確認")
    seen = partial(see, watched, phone.page, "line")
    seen("allow")
    press(inside, "許可する")
    expect(inside.get_by_role("link", name="メールアドレスを使う")).to_be_visible()
    seen("choose")
    inside.get_by_role("link", name="メールアドレスを使う").click()
    inside.get_by_label("メールアドレス").fill("hajimete@resident.example")
    press(inside, "番号を送る")
    give_code(inside, mail.code())
    codes = agree_and_keep_codes(inside, seen)
    assert len(set(codes)) == 10
    introduce(inside, date(today().year - 34, 5, 20), "みなと地区", "わかば")
    inside.get_by_role("link", name="家族", exact=True).last.click()
    add_person(inside, "子ども", months_ago(18), "どんぐり")
    add_person(inside, "子ども", months_ago(4), "ふたば")
    watched.picture(phone.page, "1-family")
    inside.get_by_role("link", name="マイページ", exact=True).first.click()
    expect(inside.get_by_role("heading", level=1)).to_have_text("マイページ")
    expect(inside.get_by_text("どんぐり").first).to_be_visible()
    expect(inside.get_by_text("ふたば").first).to_be_visible()
    phone.close_page()


def test_a_newcomer_comes_in_by_mail_with_the_authenticator_app(
    city: City, watched: Watched
) -> None:
    browser = watched.browser()
    mail = Mail(browser, city, "yomogi@resident.example")
    page = browser.new_page()
    seen = partial(see, watched, page, "mail")
    register_by_mail(page, mail, AuthenticatorApp(browser, city), city, seen)
    introduce(page, date(today().year - 45, 9, 2), "かわべ地区", "よもぎ")
    page.get_by_role("link", name="家族", exact=True).last.click()
    add_person(page, "子ども", months_ago(30), "たんぽぽ")
    add_person(page, "親", date(today().year - 74, 11, 3), "くすのき")
    page.get_by_role("link", name="マイページ", exact=True).first.click()
    expect(page.get_by_text("たんぽぽ").first).to_be_visible()


def test_who_adds_the_account_is_greeted_and_gets_the_menu(city: City, watched: Watched) -> None:
    phone = Phone(watched.browser(), city, "となりのまちさん")
    press(phone.page, "友だちに追加する")
    expect(phone.bubbles.last).to_contain_text("こんにちは")
    phone.tap_menu("マイページ")
    expect(phone.inside.get_by_role("button", name="許可する")).to_be_visible()
