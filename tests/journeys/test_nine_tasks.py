"""Nine tasks done by the words on the pages, in no more steps than docs/tasks.md has.

Residents' tasks at 375 px, with and without JavaScript; clerks' at 1280 px.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.core.clock import today
from tests.journeys.city import City
from tests.journeys.conftest import Desk, Home
from tests.journeys.counting import Steps, allowed, manual
from tests.journeys.people import AuthenticatorApp, Mail, Phone, Place
from tests.journeys.registering import add_person, months_ago
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

TASKS = ("1a", "1b", "2", "3", "4", "5", "6", "7", "8", "9")
BORN = date(today().year - 34, 5, 20)
BIRTH, CHECK = "出生届", "1歳6か月児健診"
NOTICE = "体育館の休館日"
UNKNOWN = "ラマを飼うときの届け出"


@pytest.mark.parametrize("task", TASKS)
def test_the_table_the_steps_and_the_manuals_say_the_same(task: str) -> None:
    said = allowed(task)
    taps = sum(step.startswith("tap ") for step in said.steps)
    assert (said.taps, said.fields) == (taps, len(said.steps) - taps)
    assert manual(task) == (said.taps, said.fields)


def fill_day(steps: Steps, day: date) -> None:
    for label, number in (("年", day.year), ("月", day.month), ("日", day.day)):
        steps.fill(label, str(number))


def agree(steps: Steps) -> None:
    """The terms and the recovery codes, then the birthdate alone: all else may stay empty."""
    for name in ("読みました。同意します", "登録する", "保管しました"):
        steps.tap(name)
    fill_day(steps, BORN)
    steps.tap("保存する")
    expect(steps.place.get_by_role("heading", level=1)).to_have_text("マイページ")


def test_a_newcomers_first_day_in_lines_browser(city: City, watched: Watched) -> None:
    browser = watched.browser()
    mail = Mail(browser, city, f"hakobe-{uuid4().hex[:6]}@resident.example")
    phone = Phone(browser, city, "となりのまちさん")
    add = phone.page.get_by_role("button", name="友だちに追加する")
    if add.is_visible():
        add.click()
        expect(phone.bubbles.last).to_contain_text("こんにちは")
    steps = Steps.on(phone.page, phone.inside)
    steps.tap_menu("マイページ")
    steps.tap("許可する")
    steps.tap("メールアドレスを使う")
    steps.fill("メールアドレス", mail.address)
    steps.tap("番号を送る")
    steps.fill("6けたの番号", mail.code())
    steps.tap("次へ")
    agree(steps)
    steps.finish("1a")
    the_rest_of_the_day(phone.page, phone.inside)


def test_a_newcomers_first_day_without_javascript(city: City, watched: Watched) -> None:
    others = watched.browser()
    mail = Mail(others, city, f"hakobe-{uuid4().hex[:6]}@resident.example")
    app = AuthenticatorApp(others, city)
    page = watched.browser(java_script_enabled=False).new_page()
    page.goto(city.public_url)
    steps = Steps.on(page)
    steps.tap("ログイン")
    steps.tap("メールでログイン")
    steps.fill("メールアドレス", mail.address)
    steps.tap("番号を送る")
    steps.fill("6けたの番号", mail.code())
    steps.tap("次へ")
    steps.tap("認証アプリを使う")
    expect(page.get_by_label("6けたの番号")).to_be_visible()
    app.add(page.get_by_role("link", name="アプリを開く").get_attribute("href") or "")
    steps.fill("6けたの番号", app.code(mail.address))
    steps.tap("次へ")
    agree(steps)
    steps.finish("1b")
    the_rest_of_the_day(page, page)


def the_rest_of_the_day(page: Page, place: Place) -> None:
    """Five tasks, from a My Page that knows of no child yet."""
    find_the_childs_next_check(Steps.on(page, place))
    place.get_by_role("link", name="家族", exact=True).last.click()
    add_person(place, "子ども", today() - timedelta(days=5), "めぶき")
    for task in (prepare_a_visit, ask_about_garbage, report_a_pothole, change_language):
        to_the_front(place)
        task(Steps.on(page, place))


def to_the_front(place: Place) -> None:
    """Where every task begins, by the city's name at the top."""
    place.get_by_role("link", name="まど市 市のまどぐち").click()
    expect(place.get_by_role("heading", level=1)).to_have_text("市役所を、手もとに")


def find_the_childs_next_check(steps: Steps) -> None:
    steps.tap("家族を足す")
    steps.tap("子ども")
    fill_day(steps, months_ago(18))
    steps.fill("呼び名", "どんぐり")
    steps.tap("保存する")
    steps.tap("マイページ")
    steps.tap(CHECK)
    expect(steps.place.get_by_text("母子健康手帳").first).to_be_visible()
    steps.finish("2")


def prepare_a_visit(steps: Steps) -> None:
    steps.tap("マイページへ")
    steps.tap(BIRTH)
    steps.tap("市役所に行く準備をする")
    steps.tap("シートを作る")
    expect(steps.place.get_by_role("heading", level=1)).to_contain_text("来庁シート")
    expect(steps.main).to_contain_text(BIRTH)
    steps.finish("3")


def ask_about_garbage(steps: Steps) -> None:
    steps.tap("ごみの出し方")
    steps.fill("捨てたい物", "布団")
    steps.tap("さがす", within=steps.main)
    expect(steps.main).to_contain_text("粗大ごみ")
    steps.finish("4")


def report_a_pothole(steps: Steps) -> None:
    steps.tap("道路の破損などを知らせる")
    steps.tap("知らせる", within=steps.main.locator(".row"))
    steps.fill("住所や目じるし", "市立図書館の前")
    steps.tap("道路の穴・ひび・段差")
    steps.fill("どうなっていますか(ひとこと)", "ふかさ10センチくらいの穴があります")
    steps.tap("つぎへ(内容の確認)")
    steps.tap("送る")
    expect(steps.place.get_by_role("heading", level=1)).to_have_text(re.compile(r"お知らせ \d"))
    steps.finish("5")


def change_language(steps: Steps) -> None:
    steps.tap("Language")
    steps.tap("English")
    expect(steps.place.get_by_role("heading", level=1)).to_have_text("The city, at hand")
    steps.finish("6")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_stop_a_topic(city: City, at_home: Home, script: bool) -> None:
    page = at_home("さくら", java_script_enabled=script)
    to_the_front(page)
    steps = Steps.on(page)
    steps.tap("お知らせ", within=steps.main)
    steps.tap("まど市の窓口が開きました")
    steps.tap("この分野を減らす")
    expect(page.get_by_text("は、これからこの受信箱だけに届きます。")).to_be_visible()
    steps.finish("7")
    page.get_by_role("button", name="元にもどす").click()


def test_approve_a_notice(at_the_desk: Desk) -> None:
    write_a_notice(at_the_desk("author@city.example"), NOTICE)
    page = at_the_desk("approver@city.example")
    steps = Steps.on(page)
    steps.tap("お知らせ", within=steps.main)
    steps.tap(NOTICE)
    steps.tap("承認して送る")
    expect(page.get_by_text("承認しました。送信を始めます。")).to_be_visible()
    steps.finish("8")


def write_a_notice(page: Page, title: str) -> None:
    """To people of one district, so that few get it."""
    page.get_by_role("link", name="お知らせ").first.click()
    page.get_by_role("link", name="お知らせを書く").click()
    page.get_by_label("題名", exact=True).fill(title)
    page.get_by_label("本文", exact=True).fill("月曜日は休みます。")
    page.get_by_role("group", name="その人が住む地区").get_by_label("みなと地区").check()
    page.get_by_role("button", name="保存して確認する").click()
    page.get_by_role("button", name="承認を頼む").click()
    expect(page.get_by_text("ほかの職員の承認を待っています。")).to_be_visible()


def asked_in_vain(browser: BrowserContext, city: City) -> None:
    page = browser.new_page()
    page.goto(f"{city.public_url}/ask")
    page.get_by_label("質問", exact=True).fill(UNKNOWN)
    page.get_by_role("button", name="質問する").click()
    expect(page.get_by_role("log").locator(".bubble").last).to_be_visible()


def test_answer_a_missed_question(city: City, watched: Watched, at_the_desk: Desk) -> None:
    asked_in_vain(watched.browser(), city)
    page = at_the_desk("editor@city.example")
    steps = Steps.on(page)
    steps.tap("見つからなかった質問", within=steps.main)
    missed = page.locator("article").filter(has_text=UNKNOWN)
    steps.tap("新しい回答を下書きする", within=missed)
    steps.fill("回答", "届け出は要りません。")
    steps.tap("下書きとして保存")
    steps.tap("承認をたのむ")
    expect(page.get_by_text("承認待ち").first).to_be_visible()
    steps.finish("9")
