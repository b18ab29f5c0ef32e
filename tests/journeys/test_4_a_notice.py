"""Step 4: one clerk writes, another approves, and families get the notice exactly once."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.core.clock import today
from tests.journeys.city import City
from tests.journeys.conftest import Home
from tests.journeys.people import AuthenticatorApp, Mail, Phone, clerk_signs_in, press
from tests.journeys.registering import add_person, introduce, months_ago, register_by_mail
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

AUTHOR, APPROVER = "author@city.example", "approver@city.example"
TITLE = "1歳6か月児健診のご案内"
TITLE_EN = "Check at one year and six months"
TEXT = "健診の日が近づきました。\n母子健康手帳をお持ちください。"
CHECK = "1歳6か月児健診"


@pytest.fixture
def app(city: City, watched: Watched) -> AuthenticatorApp:
    return AuthenticatorApp(watched.browser(), city)


def staff_desk(watched: Watched, city: City, app: AuthenticatorApp, who: str) -> Page:
    """A clerk who has just signed in."""
    browser: BrowserContext = watched.browser(desk=True)
    mail = Mail(browser, city, who)
    page = browser.new_page()
    clerk_signs_in(page, mail, app, city, who)
    return page


def write(page: Page) -> None:
    page.get_by_role("link", name="お知らせ").first.click()
    page.get_by_role("link", name="お知らせを書く").click()
    page.get_by_label("題名", exact=True).fill(TITLE)
    page.get_by_label("本文", exact=True).fill(TEXT)
    page.locator("summary").filter(has_text="English").click()
    page.get_by_label("題（English）").fill(TITLE_EN)
    page.get_by_label("本文（English）").fill("The day is near. Please bring the handbook.")
    page.get_by_label("リンク").fill("/services/check_18m")
    page.get_by_label("分野").select_option(label="子育て・家族")
    page.get_by_role("group", name="その人は").get_by_label("子ども", exact=True).check()
    page.get_by_label("この手続き・サービスの時期にある").select_option(label=CHECK)
    districts = page.get_by_role("group", name="その人が住む地区")
    districts.get_by_label("みなと地区").check()
    districts.get_by_label("かわべ地区").check()


def number_beside(page: Page, label: str) -> int:
    """A figure of the page, by its label."""
    words = page.locator(".stat").filter(has_text=label).first.inner_text()
    found = re.search(r"\d+", words.replace(label, "").replace(",", ""))
    assert found, words
    return int(found.group())


def test_a_notice_goes_from_one_clerk_over_another_to_the_families_once(
    city: City, watched: Watched, app: AuthenticatorApp, at_home: Home
) -> None:
    sugina = a_family_with_mail_only(city, watched, app)
    sakura = at_home("さくら")
    keyaki = at_home("けやき")
    author = staff_desk(watched, city, app, AUTHOR)
    write(author)
    press(author, "見え方を確かめる")
    expect(author.locator(".sentence")).to_contain_text(CHECK)
    press(author, "保存して確認する")
    sentence = author.locator(".sentence").inner_text()
    for part in ("みなと地区", "かわべ地区", CHECK, "子ども"):
        assert part in sentence
    people = number_beside(author, "人数")
    assert people >= 2
    press(author, "承認を頼む")
    expect(author.get_by_text("ほかの職員の承認を待っています。")).to_be_visible()
    expect(author.get_by_role("button", name="承認して送る")).to_have_count(0)
    approve(staff_desk(watched, city, app, APPROVER), sentence, watched)
    assert "母子健康手帳をお持ちください。" in sugina.open_new(TITLE)
    families_get_it(city, watched, sakura)
    assert TITLE not in keyaki.content()
    keyaki.goto(f"{city.public_url}/inbox")
    expect(keyaki.get_by_text(TITLE)).to_have_count(0)
    each_way_once(city, author, people)


def a_family_with_mail_only(city: City, watched: Watched, app: AuthenticatorApp) -> Mail:
    """Their child is of the age, they live in one of the districts, and have no LINE."""
    browser = watched.browser()
    mail = Mail(browser, city, "sugina@resident.example")
    page = browser.new_page()
    register_by_mail(page, mail, app, city)
    introduce(page, date(today().year - 30, 4, 8), "かわべ地区", "すぎな")
    page.get_by_role("link", name="家族", exact=True).last.click()
    add_person(page, "子ども", months_ago(18), "つゆくさ")
    return mail


def approve(page: Page, sentence: str, watched: Watched) -> None:
    page.get_by_role("link", name="お知らせ").first.click()
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator(".sentence")).to_have_text(sentence)
    watched.picture(page, "4-approve")
    press(page, "承認して送る")
    expect(page.get_by_text("承認しました。送信を始めます。")).to_be_visible()


def families_get_it(city: City, watched: Watched, page: Page) -> None:
    """Sakura's child is of that age and district: LINE, the web inbox, the unread count."""
    phone = Phone(watched.browser(), city, "さくら")
    expect(phone.bubbles.filter(has_text=TITLE)).to_have_count(1)
    phone.fold_menu()
    watched.picture(phone.page, "4-line")
    page.reload()
    tab = page.get_by_role("navigation", name="おもなメニュー").get_by_role("link", name="お知らせ")
    before = int(tab.locator(".count").inner_text().split()[0])
    assert before >= 1
    tab.click()
    expect(page.get_by_role("link", name=TITLE)).to_have_count(1)
    watched.picture(page, "4-inbox")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text("母子健康手帳をお持ちください。")).to_be_visible()
    expect(page.get_by_role("heading", name="なぜ届いたか")).to_be_visible()
    page.get_by_role("link", name="お知らせの一覧へ").click()
    left = tab.locator(".count")
    if before == 1:
        expect(left).to_be_hidden()
    else:
        expect(left).to_contain_text(str(before - 1))
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="くわしく見る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CHECK)


def each_way_once(city: City, author: Page, people: int) -> None:
    """On the stand-ins: one LINE message or one mail for each family, nothing twice."""
    author.reload()
    expect(author.get_by_text("送りました").first).to_be_visible()
    assert number_beside(author, "対象の人数") == people
    line, mail = number_beside(author, "LINE"), number_beside(author, "メール")
    names = [one["name"] for one in city.people["residents"] if one.get("line_user_id")]
    heard = {
        name: sum(TITLE in str(one["message"]) for one in city.talk_of(name)) for name in names
    }
    assert heard["さくら"] == 1
    assert max(heard.values()) == 1
    assert sum(heard.values()) == line
    mails = [one for one in city.mails_to("") if TITLE in one["subject"]]
    assert len(mails) == mail >= 1
    assert len({tuple(one["recipients"]) for one in mails}) == len(mails)
