"""Step 1: two people come in, one with LINE on the phone page, one by mail with an app."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from portal.core.clock import today
from tests.journeys.city import City
from tests.journeys.people import (
    AuthenticatorApp,
    Mail,
    Phone,
    Place,
    give_code,
    press,
    sign_in_by_mail,
)
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey


def months_ago(months: int) -> date:
    number = today().year * 12 + today().month - 1 - months
    return date(number // 12, number % 12 + 1, min(today().day, 28)) - timedelta(days=3)


def type_day(place: Place, day: date) -> None:
    place.get_by_label("年", exact=True).fill(str(day.year))
    place.get_by_label("月", exact=True).fill(str(day.month))
    place.get_by_label("日", exact=True).fill(str(day.day))


def introduce(place: Place, born: date, district: str, nickname: str) -> None:
    """The page after the first sign-in."""
    expect(place.get_by_role("heading", level=1)).to_have_text("あなたのことを教えてください")
    type_day(place, born)
    place.get_by_label("住んでいる地区").select_option(label=district)
    place.get_by_label("あなたの呼び名").fill(nickname)
    press(place, "保存する")
    expect(place.get_by_role("heading", level=1)).to_have_text("マイページ")


def add_person(place: Place, relation: str, born: date, nickname: str) -> None:
    place.get_by_role("link", name=relation, exact=True).click()
    type_day(place, born)
    place.get_by_label("呼び名").fill(nickname)
    press(place, "保存する")
    expect(place.get_by_text("カードを足しました。")).to_be_visible()
    expect(place.get_by_role("heading", level=2, name=nickname)).to_be_visible()


def agree_and_keep_codes(place: Place) -> list[str]:
    """Terms, then the ten recovery codes; gives them."""
    place.get_by_label("読みました。同意します").check()
    press(place, "登録する")
    expect(place.get_by_role("heading", level=1)).to_have_text("控えの番号")
    codes = place.locator("[data-copy-text]").inner_text().split()
    press(place, "保管しました")
    return codes


def test_a_newcomer_taps_the_rich_menu_and_comes_in_with_line(city: City, watched: Watched) -> None:
    browser = watched.browser()
    mail = Mail(browser, city, "hajimete@resident.example")
    phone = Phone(browser, city, "はじめてさん")
    watched.picture(phone.page, "1-rich-menu")
    phone.tap_menu("マイページ")
    inside = phone.inside
    press(inside, "LINEでログイン")
    expect(inside.get_by_role("heading", level=1)).to_have_text("許可の確認")
    press(inside, "許可する")
    inside.get_by_role("link", name="メールアドレスを使う").click()
    inside.get_by_label("メールアドレス").fill("hajimete@resident.example")
    press(inside, "番号を送る")
    give_code(inside, mail.code())
    codes = agree_and_keep_codes(inside)
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
    app = AuthenticatorApp(browser, city)
    page = browser.new_page()
    sign_in_by_mail(page, mail, city.public_url, "yomogi@resident.example")
    page.get_by_role("link", name="認証アプリを使う").click()
    app.add(page.get_by_role("link", name="アプリを開く").get_attribute("href") or "")
    give_code(page, app.code("yomogi@resident.example"))
    agree_and_keep_codes(page)
    introduce(page, date(today().year - 45, 9, 2), "かわべ地区", "よもぎ")
    page.get_by_role("link", name="家族", exact=True).last.click()
    add_person(page, "子ども", months_ago(30), "たんぽぽ")
    add_person(page, "親", date(today().year - 74, 11, 3), "くすのき")
    page.get_by_role("link", name="マイページ", exact=True).first.click()
    expect(page.get_by_text("たんぽぽ").first).to_be_visible()
