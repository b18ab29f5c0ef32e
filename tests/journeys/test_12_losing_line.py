"""Somebody loses LINE: back in by mail and paper, or by the counter; and who was not me is out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from launcher.demo_people import demo_residents
from portal.core.clock import today
from tests.journeys.city import City
from tests.journeys.people import (
    AuthenticatorApp,
    Mail,
    clerk_signs_in,
    give_code,
    line_says,
    press,
    resident_signs_in,
)
from tests.journeys.registering import type_day
from tests.journeys.watching import Watched, barriers

pytestmark = pytest.mark.journey

NAME = "あやめ"
LOST = "ログインできなくなったとき"
COUNTER = ("counter1@city.example", "counter2@city.example")
BORN = next(
    card.born
    for one in demo_residents(today())
    if one.nickname == NAME
    for card in one.cards
    if card.relation == "self"
)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_by_mail_and_a_recovery_code_and_with_a_new_line(city: City, watched: Watched) -> None:
    code = a_recovery_code(watched.browser().new_page(), city)
    page = watched.browser().new_page()
    mail = Mail(page.context, city, city.address(NAME))
    page.goto(f"{city.public_url}/sign-in")
    page.get_by_role("link", name=LOST).click()
    heading(page, LOST)
    watched.step(page, "lost-1-what-is-left")
    by_mail(page, mail)
    page.get_by_label("LINEだけ").check()
    page.get_by_label("控えの番号、または").fill(code)
    assert barriers(page) == ""
    watched.step(page, "lost-2-paper")
    press(page, "次へ")
    heading(page, "また入れました")
    watched.step(page, "lost-3-in-again")
    connect_line_anew(page, watched)


def a_recovery_code(page: Page, city: City) -> str:
    """While everything is fine: ten codes on paper; the fifth of them."""
    resident_signs_in(page, city, NAME)
    page.goto(f"{city.public_url}/account/security")
    press(page, "新しく10個作る")
    heading(page, "控えの番号")
    return page.locator("[data-copy-text]").inner_text().split()[4]


def by_mail(page: Page, mail: Mail) -> None:
    """The first half: the mail is read."""
    page.get_by_role("link", name="メールで進む").click()
    page.get_by_label("メールアドレス").fill(mail.address)
    press(page, "番号を送る")
    give_code(page, mail.code())
    heading(page, "紙の番号を入れてください")


def connect_line_anew(page: Page, watched: Watched) -> None:
    """The old LINE is off; the one of the new phone comes on."""
    page.get_by_role("link", name="安全の設定").last.click()
    card = page.get_by_role("article").filter(has=page.get_by_role("heading", name="LINE"))
    expect(card.first).to_contain_text("つながっていません")
    watched.step(page, "lost-4-line-is-off")
    press(page, "LINEとつなぐ")
    line_says(page, NAME, page.get_by_role("button", name="つなぐ", exact=True))
    heading(page, "この2つをつなぎますか")
    watched.step(page, "lost-5-new-line")
    press(page, "つなぐ")
    expect(card.first).to_contain_text("つながっています")


def test_by_a_code_two_clerks_stand_for(city: City, watched: Watched) -> None:
    page = watched.browser().new_page()
    page.goto(f"{city.public_url}/sign-in/recover")
    by_mail(page, Mail(page.context, city, city.address(NAME)))
    page.get_by_role("link", name="番号がないときは窓口へ").click()
    press(page, "受付番号を出す")
    number = page.locator(".stat-value").inner_text()
    assert barriers(page) == ""
    watched.step(page, "desk-1-number")
    code = code_of_the_counter(city, watched, number)
    page.goto(f"{city.public_url}/sign-in/recover/paper")
    page.get_by_label("LINEだけ").check()
    page.get_by_label("控えの番号、または").fill(code)
    watched.step(page, "desk-3-code")
    press(page, "次へ")
    heading(page, "また入れました")
    connect_line_anew(page, watched)


def code_of_the_counter(city: City, watched: Watched, number: str) -> str:
    """One clerk asks, another agrees and prints."""
    app = AuthenticatorApp(watched.browser(), city)
    first, second = (at_the_counter(city, watched, app, who) for who in COUNTER)
    first.get_by_role("link", name="窓口での手助け").first.click()
    first.get_by_label("ログインできなくなった").check()
    first.get_by_label("受付番号").fill(number)
    press(first, "さがす")
    first.get_by_role("link", name="1回だけの番号を頼む").click()
    first.get_by_label("LINEだけ").check()
    first.get_by_label("運転免許証").check()
    assert BORN is not None
    type_day(first, BORN)
    press(first, "2人目の職員に頼む")
    expect(first.get_by_role("button", name="同意して")).to_have_count(0)
    second.goto(first.url)
    press(second, "同意して番号を印刷する")
    watched.picture(second, "tour/desk-2-printed")
    return second.locator(".stat-value").inner_text()


def at_the_counter(city: City, watched: Watched, app: AuthenticatorApp, who: str) -> Page:
    """A clerk of the counter who has signed in."""
    browser = watched.browser(desk=True)
    mail = Mail(browser, city, who)
    page = browser.new_page()
    clerk_signs_in(page, mail, app, city, who)
    return page


def test_this_was_not_me_ends_everything(city: City, watched: Watched) -> None:
    mine = watched.browser().new_page()
    resident_signs_in(mine, city, NAME)
    mail = Mail(mine.context, city, city.address(NAME))
    strange = watched.browser().new_page()
    resident_signs_in(strange, city, NAME)
    told = mail.open_new("新しい端末")
    watched.step(mail.page, "not-me-1-mail")
    link = re.search(rf"{city.public_url}/not-me/\S+", told)
    assert link, told
    page = watched.browser().new_page()
    page.goto(link.group())
    heading(page, "身におぼえがないときは")
    watched.step(page, "not-me-2-button")
    press(page, "自分ではない。すべて終わらせる")
    heading(page, "もう一度ログインしてください")
    watched.step(page, "not-me-3-ended")
    for each in (mine, strange):
        each.goto(f"{city.public_url}/my")
        heading(each, "ログイン・新しく登録")
