"""Step 5: where the city's window ends, it leads on: applications, certificates, other sites."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.city import City
from tests.journeys.conftest import Home
from tests.journeys.people import Phone, press
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

SITES = (
    "電子申請",
    "地方税ポータル(eLTAX)",
    "市税などの口座振替の申込み",
    "マイナポータル",
    "移住ポータル",
    "まちさんぽ",
    "英語の観光案内",
    "産業と仕事の相談室",
    "子育て応援サイト",
    "図書館デジタルアーカイブ",
    "市立図書館",
    "空き家などの情報",
    "消防の出動情報",
    "体育施設の予約",
)


def test_an_application_leaves_lines_browser_for_the_phones_own(
    city: City, watched: Watched
) -> None:
    browser = watched.browser()
    phone = Phone(browser, city, "つばき")
    phone.tap_menu("予約・電子申請")
    expect(phone.inside.get_by_role("heading", level=1)).to_have_text("市のほかのサイト")
    with browser.expect_page() as opened:
        phone.inside.get_by_role("link", name="電子申請").click()
    outside = opened.value
    expect(outside.get_by_role("heading", level=1)).to_have_text("電子申請")
    expect(phone.inside.get_by_role("heading", level=1)).to_have_text("ほかのブラウザで開きます")
    outside.get_by_role("link", name="保育所の入所申込み").click()
    outside.get_by_label("呼び名").fill("つばき")
    press(outside, "申請を送る(デモ)")
    expect(outside.get_by_role("heading", level=1)).to_have_text("受け付けました")


def test_other_sites_open_within_lines_browser(city: City, watched: Watched) -> None:
    phone = Phone(watched.browser(), city, "つばき")
    phone.tap_menu("予約・電子申請")
    phone.inside.get_by_role("link", name="移住ポータル").click()
    expect(phone.inside.get_by_role("heading", level=1)).to_have_text("移住ポータル")


def test_all_sites_of_the_tender_are_listed(city: City, watched: Watched) -> None:
    page = watched.browser().new_page()
    page.goto(f"{city.public_url}/")
    page.get_by_role("link", name="市のほかのサイト").click()
    for name in SITES:
        expect(page.locator("a.card-link").filter(has_text=name).first).to_be_visible()
    expect(page.locator("a.card-link").filter(has_text="ブラウザーで開きます")).to_have_count(4)


def test_certificates_say_whether_the_kiosks_are_open_now(city: City, watched: Watched) -> None:
    phone = Phone(watched.browser(), city, "つばき")
    phone.tap_menu("証明書")
    card = phone.inside.get_by_role("article", name="住民票の写し")
    expect(card).to_contain_text(re.compile("コンビニで今とれます|コンビニでは今とれません"))
    expect(card).to_contain_text(re.compile("今日は\\d+:\\d+まで|次は.+から"))
    expect(phone.inside.get_by_role("article", name="除籍の証明書")).to_contain_text("窓口だけ")
    watched.picture(phone.page, "5-certificates")


@pytest.mark.parametrize(
    ("area", "heading"),
    # what is the resident's own asks who it is: LINE's own page first, or the second step at once
    [("質問する", "市役所に質問する"), ("ごみ", "ごみ"), ("お知らせ", "許可の確認|2つ目の確認")],
)
def test_every_area_of_the_rich_menu_leads_somewhere(
    city: City, watched: Watched, area: str, heading: str
) -> None:
    phone = Phone(watched.browser(), city, "つばき")
    phone.tap_menu(area)
    expect(phone.inside.get_by_role("heading", level=1)).to_have_text(re.compile(heading))


def test_a_to_do_leads_to_its_application(at_home: Home, watched: Watched) -> None:
    page = at_home("さくら")
    page.goto(page.url.replace("/my", "/services/child_allowance"))
    link = page.get_by_role("link", name=re.compile("ネットで"))
    way = page.url + "/online"  # so that who comes back can be asked how easy it was
    assert way.endswith(link.get_attribute("href") or "-")
    answer = page.context.request.get(way, max_redirects=0)
    assert "openExternalBrowser=1" in answer.headers["location"]
