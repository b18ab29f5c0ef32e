"""Step 2: My Page says per person what can be done, why, until when, where and with what."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Home
from tests.journeys.people import press
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

CHECK_18 = "1歳6か月児健診"
IN_THE_LAST_YEAR = "麻しん風しんの予防接種(2期・年長)"  # before school, on every day of the year
NOT_WANTED = "水ぼうそうの予防接種(2回)"
PUT_OFF = "五種混合の予防接種(4回)"


def line_of(page: Page, title: str, person: str) -> Locator:
    """A to-do of one person, as a card or as a line that opens."""
    todos = page.locator("details.todo, article.card")
    return todos.filter(has_text=title).filter(has_text=person).first


def opened(page: Page, title: str, person: str) -> Locator:
    line = line_of(page, title, person)
    line.locator("summary").first.click()
    return line


def test_each_person_has_to_dos_with_reason_date_desk_and_things_to_bring(
    at_home: Home, watched: Watched
) -> None:
    page = at_home("さくら")
    expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")
    watched.picture(page, "2-my-page")
    check = opened(page, CHECK_18, "つくし")
    expect(check.locator("time").first).to_have_text(re.compile(r"\d{4}年\d+月\d+日"))
    expect(check.locator(".reason")).to_contain_text("つくし")
    expect(check).to_contain_text("母子健康手帳")
    expect(check).to_contain_text("持ちもの")
    expect(check.get_by_role("link", name=re.compile("0000-00-"))).to_be_visible()
    expect(check).to_contain_text("母子保健法")
    check.scroll_into_view_if_needed()
    watched.picture(page, "2-to-do")


def test_the_page_of_one_person_shows_that_person_only(at_home: Home) -> None:
    page = at_home("さくら")
    page.get_by_role("link", name="すみれ").click()
    expect(line_of(page, IN_THE_LAST_YEAR, "すみれ")).to_be_visible()
    expect(page.locator(".todo, .card").filter(has_text="つくし")).to_have_count(0)
    page.get_by_role("link", name="みんな").click()
    expect(line_of(page, CHECK_18, "つくし")).to_be_visible()


def test_what_is_done_hidden_or_put_off_leaves_the_page_and_can_come_back(
    at_home: Home,
) -> None:
    page = at_home("さくら")
    opened(page, CHECK_18, "つくし").get_by_role("button", name="できた").click()
    expect(page.get_by_text(f"「{CHECK_18}」を「できた」にしました。")).to_be_visible()
    expect(line_of(page, CHECK_18, "つくし")).to_be_hidden()
    press(page, "元にもどす")
    expect(page.get_by_text("元にもどしました。")).to_be_visible()
    opened(page, CHECK_18, "つくし").get_by_role("button", name="できた").click()
    opened(page, NOT_WANTED, "つくし").get_by_role("button", name="対象外").click()
    expect(page.get_by_text(f"「{NOT_WANTED}」をかくしました。")).to_be_visible()
    opened(page, PUT_OFF, "つくし").get_by_role("link", name="あとで").click()
    page.get_by_label("2週間後").check()
    press(page, "あとでにする")
    expect(page.get_by_text(f"「{PUT_OFF}」を「あとで」にしました。")).to_be_visible()
    for title in (CHECK_18, NOT_WANTED, PUT_OFF):
        expect(line_of(page, title, "つくし")).to_be_hidden()
    everything_comes_back(page)


def everything_comes_back(page: Page) -> None:
    """/my/done keeps them with their words, and gives each back."""
    page.get_by_role("link", name="済んだこと・あとで").click()
    expect(page.locator("article.card")).to_have_count(3)
    for title in (CHECK_18, NOT_WANTED, PUT_OFF):
        row = page.locator("article.card").filter(has_text=title)
        row.get_by_role("button", name="元にもどす").click()
        expect(page.get_by_text("元にもどしました。")).to_be_visible()
    expect(page.get_by_text("まだ何もありません")).to_be_visible()
    page.get_by_role("link", name="マイページへ").click()
    for title in (CHECK_18, NOT_WANTED, PUT_OFF):
        expect(line_of(page, title, "つくし")).to_be_visible()


def test_recommendations_lead_to_the_page_of_the_service(at_home: Home) -> None:
    page = at_home("けやき")
    section = page.get_by_role("region", name=re.compile("おすすめ|今できること")).first
    first = section.locator("details.todo").first
    title = first.get_by_role("heading").inner_text()
    first.locator("summary").click()
    expect(first.locator(".reason")).to_be_visible()
    first.get_by_role("link", name="メモ・持ち物・カレンダー").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("link", name="くわしく見る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("heading", name="窓口と連絡先")).to_be_visible()
