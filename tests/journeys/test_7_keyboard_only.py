"""With the keys alone: sign in and a to-do, a question, approving a notice; focus is seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import Desk
from tests.journeys.keyboard import Keys
from tests.journeys.people import AuthenticatorApp, Mail, number_in
from tests.journeys.test_nine_tasks import write_a_notice
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

SKIP = "本文へ進む"
NOTICE = "図書館の休館日"


def arrives(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def test_signing_in_and_a_to_do(city: City, watched: Watched) -> None:
    browser = watched.browser()
    mail = Mail(browser, city, "kaede@resident.example")
    app = AuthenticatorApp(browser, city)
    page = browser.new_page()
    page.goto(f"{city.public_url}/sign-in")
    keys = Keys(page)
    assert keys.tab() == SKIP
    keys.to("メールでログイン")
    keys.press("Enter")
    arrives(page, "メールでログイン")
    an_error_leads_to_its_field(page, keys)
    keys.type("kaede@resident.example")
    keys.press("Enter")
    arrives(page, "番号")
    code = number_in(mail.open_new("番号"))
    page.bring_to_front()
    keys.to("6けたの番号")
    keys.type(code)
    keys.press("Enter")
    arrives(page, "2つ目の確認")
    keys.to("認証アプリを使う")
    keys.press("Enter")
    arrives(page, "アプリの番号を入れてください")
    number = app.code("かえで")
    page.bring_to_front()
    keys.to("6けたの番号")
    keys.type(number)
    keys.press("Enter")
    arrives(page, "マイページ")
    keys.to_any(".todo > summary")
    keys.press("Space")
    keys.to_any(".todo[open] button")
    keys.press("Space")
    expect(page.get_by_text("「できた」にしました。")).to_be_visible()
    keys.to("元にもどす")
    keys.press("Enter")
    expect(page.get_by_text("元にもどしました。")).to_be_visible()
    assert keys.faults == []


def an_error_leads_to_its_field(page: Page, keys: Keys) -> None:
    """Nothing typed: the summary has the focus, its first link is next and leads to the field."""
    keys.to("メールアドレス")
    keys.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    keys.begin()
    assert keys.tab().startswith("メールアドレス: ")
    keys.press("Enter")
    expect(page.get_by_label("メールアドレス")).to_be_focused()


def test_asking_a_question(city: City, watched: Watched) -> None:
    page = watched.browser().new_page()
    page.goto(city.public_url)
    keys = Keys(page)
    assert len(set(keys.around())) > 20
    assert page.locator(":focus").inner_text() == SKIP
    keys.press("Enter")
    keys.begin()
    keys.tab()
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")
    keys.press("Shift+Tab")
    assert not page.evaluate("document.activeElement.closest('main a, main button')")
    keys.to("質問")
    keys.press("Enter")
    arrives(page, "市役所に質問する")
    keys.to("質問")
    while page.locator(":focus").evaluate("one => one.tagName") != "INPUT":
        keys.to("質問")
    keys.type("布団は何ごみ?")
    keys.press("Enter")
    expect(page.get_by_role("log").locator(".bubble").last).to_contain_text("粗大ごみ")
    assert keys.faults == []


def test_approving_a_notice(at_the_desk: Desk) -> None:
    write_a_notice(at_the_desk("author@city.example"), NOTICE)
    page = at_the_desk("approver@city.example")
    keys = Keys(page)
    keys.to(SKIP)
    keys.press("Enter")
    keys.to("お知らせ")
    keys.press("Enter")
    arrives(page, "お知らせ")
    keys.to(NOTICE)
    keys.press("Enter")
    arrives(page, NOTICE)
    keys.to("承認して送る")
    keys.press("Enter")
    expect(page.get_by_text("承認しました。送信を始めます。")).to_be_visible()
    assert keys.faults == []
