"""Four walks through My Page on a phone: new here, a parent of three, nearly 75, expecting a child.

Their pictures are shown in docs/ja/マイページの案内.md.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, StorageState, expect

from portal.core.clock import today
from tests.journeys.city import City
from tests.journeys.conftest import Home
from tests.journeys.people import AuthenticatorApp, Mail, press
from tests.journeys.registering import (
    add_person,
    introduce,
    months_ago,
    register_by_mail,
    type_day,
)
from tests.journeys.test_11_without_network import ALL_WORDS, READY, away
from tests.journeys.watching import PHONE, Watched, width_of

pytestmark = pytest.mark.journey

CHECK = "1歳6か月児健診"
BIRTH, ALLOWANCE = "出生届", "児童手当の申請"
FOR_SCHOOL = "麻しん風しんの予防接種(2期・年長)"  # on every day of the last year before school
IS_KEPT = "(path) => caches.match(path, { cacheName: 'mado-mine' }).then(Boolean)"


def todo(page: Page, title: str, person: str) -> Locator:
    """A to-do of one person, as a card or as a line that opens."""
    todos = page.locator("details.todo, article.card")
    return todos.filter(has_text=title).filter(has_text=person).first


def opened(page: Page, title: str, person: str) -> Locator:
    """The same, opened."""
    found = todo(page, title, person)
    found.locator("summary").first.click()
    return found


def to_my_page(page: Page) -> None:
    page.get_by_role("link", name="マイページ", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")


def to_family(page: Page) -> None:
    page.get_by_role("link", name="家族", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("家族")


def card_of(page: Page, name: str) -> Locator:
    """A person's card on the family page."""
    heading = page.get_by_role("heading", level=2, name=name, exact=True)
    return page.locator("article").filter(has=heading)


def test_somebody_new_sees_the_first_to_dos_with_their_reason(city: City, watched: Watched) -> None:
    browser = watched.browser()
    page = browser.new_page()
    mail = Mail(browser, city, f"aoba-{uuid4().hex[:6]}@resident.example")
    register_by_mail(page, mail, AuthenticatorApp(browser, city), city)
    introduce(page, date(today().year - 34, 5, 20), "みなと地区", "あおば")
    to_family(page)
    add_person(page, "子ども", months_ago(18), "どんぐり")
    watched.guide(page, "new-1-family")
    to_my_page(page)
    watched.guide(page, "new-2-first")
    check = opened(page, CHECK, "どんぐり")
    expect(check.locator(".reason").first).to_contain_text("1歳6か月になったため")
    expect(check).to_contain_text("母子健康手帳")
    watched.guide(page, "new-3-reason", check)
    check.get_by_role("button", name="できた").click()
    expect(page.get_by_text(f"「{CHECK}」を「できた」にしました。")).to_be_visible()
    expect(todo(page, CHECK, "どんぐり")).to_be_hidden()
    watched.guide(page, "new-4-undo")
    press(page, "元にもどす")
    expect(todo(page, CHECK, "どんぐり")).to_be_visible()


def test_a_parent_of_three_plans_one_visit_and_shares_a_child(
    city: City, at_home: Home, watched: Watched, sessions: dict[str, StorageState]
) -> None:
    page = at_home("さくら")
    to_family(page)
    add_person(page, "子ども", today() - timedelta(days=5), "めばえ")
    the_other_parent(page, at_home("けやき"))
    to_my_page(page)
    expect(page.get_by_text(f"「{CHECK}」は、もう一人の保護者がすませました")).to_be_visible()
    watched.guide(page, "three-1-the-other-parent")
    page.get_by_role("link", name="すみれ").click()
    expect(todo(page, FOR_SCHOOL, "すみれ")).to_be_visible()
    watched.guide(page, "three-2-school")
    page.get_by_role("link", name="みんな").click()
    one_visit(page, watched)
    the_calendar(page, city, watched)
    page.goto(f"{city.public_url}/account/security")
    sessions.pop("さくら")
    page.get_by_role("button", name="ログアウト", exact=True).click()
    page.wait_for_url(f"{city.public_url}/")
    page.evaluate(READY)
    assert "めばえ" not in page.evaluate(ALL_WORDS)


def the_other_parent(page: Page, other: Page) -> None:
    """A link for one child; the other parent takes it and checks something off."""
    card_of(page, "つくし").get_by_role("link", name="共有").click()
    page.get_by_label("相手に見せる呼び名").fill("さくら")
    press(page, "リンクを作る")
    other.goto(page.locator("[data-copy-text]").inner_text())
    other.get_by_label("相手に見せる呼び名").fill("けやき")
    press(other, "いっしょに使う")
    to_my_page(other)
    opened(other, CHECK, "つくし").get_by_role("button", name="できた").click()
    expect(other.get_by_text(f"「{CHECK}」を「できた」にしました。")).to_be_visible()


def one_visit(page: Page, watched: Watched) -> None:
    """Two procedures for the newborn child at two desks, on one sheet, readable on the way."""
    for title in (BIRTH, ALLOWANCE):
        opened(page, title, "めばえ").get_by_label("来庁シートに入れる").check()
    page.get_by_role("button", name="市役所に行く準備をする", exact=True).click()
    press(page, "シートを作る")
    expect(page.get_by_role("heading", level=1)).to_contain_text("来庁シート")
    for words in ("1. ", "2. ", BIRTH, ALLOWANCE):
        expect(page.locator("main")).to_contain_text(words)
    watched.guide(page, "three-3-visit")
    sheet = page.url
    page.evaluate(READY)
    page.wait_for_function(IS_KEPT, arg=sheet[sheet.index("/visits") :])
    with watched.away():
        away(page.context, page, sheet)
        expect(page.get_by_text("通信できません")).to_be_visible()
        expect(page.locator("main")).to_contain_text(BIRTH)
        watched.guide(page, "three-4-without-network")
        page.context.set_offline(False)
    page.reload()
    press(page, "えらんだものを「できた」にする")
    expect(page.get_by_role("button", name="元にもどす").first).to_be_visible()
    to_my_page(page)
    expect(todo(page, BIRTH, "めばえ")).to_be_hidden()


def the_calendar(page: Page, city: City, watched: Watched) -> None:
    """An address to subscribe to; the feed says no names."""
    page.goto(f"{city.public_url}/my/calendar")
    if page.get_by_role("button", name="新しいアドレスを作る").is_visible():
        press(page, "新しいアドレスを作る")
    else:
        press(page, "アドレスを作る")
    feed = page.context.request.get(page.locator("[data-copy-text]").inner_text()).text()
    assert feed.startswith("BEGIN:VCALENDAR")
    assert "BEGIN:VEVENT" in feed
    assert not any(name in feed for name in ("めばえ", "つくし", "すみれ", CHECK))
    watched.guide(page, "three-5-calendar")


def test_nearly_75_with_large_letters_a_certificate_and_paper(
    city: City, at_home: Home, watched: Watched
) -> None:
    page = at_home("けやき")
    page.get_by_role("link", name="文字の大きさ").click()
    page.get_by_role("link", name="特大", exact=True).click()
    to_my_page(page)
    expect(page.locator("html.letters-150")).to_be_attached()
    watched.guide(page, "75-1-large-letters")
    coming = opened(page, "後期高齢者医療", "けやき")
    expect(coming.locator(".reason").first).to_contain_text("75歳")
    watched.guide(page, "75-2-birthday", coming)
    page.goto(f"{city.public_url}/certificates")
    page.get_by_role("link", name="住民票の写し").first.click()
    expect(page.get_by_role("heading", name="コンビニの端末で")).to_be_visible()
    expect(page.locator("main")).to_contain_text("300円")
    watched.guide(page, "75-3-certificate")
    press(page, "お気に入りに入れる")
    page.goto(f"{city.public_url}/my/favourites")
    expect(page.get_by_role("link", name="住民票の写し")).to_be_visible()
    watched.guide(page, "75-4-favourites")
    page.get_by_role("link", name="住民票の写し").click()
    page.emulate_media(media="print")
    for gone in (".bar", ".foot", ".btn"):
        assert not any(one.is_visible() for one in page.locator(gone).all()), gone
    expect(page.get_by_text("300円").first).to_be_visible()


def test_expecting_a_child_before_and_after_the_birth_and_in_silence(
    at_home: Home, watched: Watched
) -> None:
    page = at_home("つばき")
    expected = "おなかの子"
    expect(todo(page, "妊婦健康診査", expected)).to_be_visible()
    watched.guide(page, "birth-1-before", page.get_by_role("heading", name="今できること"))
    to_family(page)
    card_of(page, expected).locator("summary").click()
    card_of(page, expected).get_by_role("button", name="この人のことを出さない").click()
    expect(page.get_by_text("この人のことは、もう出さず、送りません。")).to_be_visible()
    watched.guide(page, "birth-2-silence", card_of(page, expected))
    to_my_page(page)
    expect(page.locator("main").get_by_text(expected)).to_have_count(0)
    to_family(page)
    card_of(page, expected).locator("summary").click()
    card_of(page, expected).get_by_role("button", name="この人のことをまた出す").click()
    card_of(page, expected).get_by_role("link", name="生まれました").click()
    type_day(page, today() - timedelta(days=3))
    page.get_by_label("呼び名").fill("わかめ")
    press(page, "保存する")
    to_my_page(page)
    birth = opened(page, BIRTH, "わかめ")
    expect(birth.locator(".reason").first).to_contain_text("わかめさんが")
    expect(page.locator("main").get_by_text("妊婦健康診査")).to_have_count(0)
    watched.guide(page, "birth-3-after", birth)
    assert width_of(page) <= PHONE["width"]
