"""Two parents and one card: A invites, B accepts, B checks off, A sees who did it and ends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Home
from tests.journeys.people import press
from tests.journeys.watching import DESK, Watched, barriers, width_of

pytestmark = pytest.mark.journey

CHILD, CHECK_18 = "つくし", "1歳6か月児健診"


def test_two_parents_share_a_child(at_home: Home, watched: Watched) -> None:
    a, b = at_home("さくら"), at_home("けやき")
    link = a_link_for_the_other_parent(a, watched)
    b.goto(link)
    expect(b.get_by_text(f"「さくら」さんが「{CHILD}」のカード")).to_be_visible()
    looks_right(b, watched, "11-an-invitation")
    b.get_by_label("相手に見せる呼び名").fill("けやき")
    press(b, "いっしょに使う")
    expect(b.get_by_role("heading", level=2, name=CHILD)).to_be_visible()
    b.get_by_role("link", name="マイページ", exact=True).first.click()
    todo = b.locator("details.todo, article.card").filter(has_text=CHECK_18).first
    todo.locator("summary").first.click()
    todo.get_by_role("button", name="できた").click()
    expect(b.get_by_text(f"「{CHECK_18}」を「できた」にしました。")).to_be_visible()

    a.goto(a.url.split("/family")[0] + "/my/done")
    row = a.locator("article.card").filter(has_text=CHECK_18)
    expect(row).to_contain_text("もう一人の保護者（けやき）が")
    looks_right(a, watched, "11-who-did-it")
    row.get_by_role("button", name="元にもどす").click()
    expect(a.get_by_text("元にもどしました。")).to_be_visible()
    the_sharing_ends(a, b, watched)


def a_link_for_the_other_parent(a: Page, watched: Watched) -> str:
    """From the family page; the link is shown once."""
    a.get_by_role("link", name="家族", exact=True).last.click()
    looks_right(a, watched, "11-family")
    a.locator("article").filter(has_text=CHILD).get_by_role("link", name="共有").click()
    looks_right(a, watched, "11-share")
    a.get_by_label("相手に見せる呼び名").fill("さくら")
    press(a, "リンクを作る")
    expect(a.get_by_role("link", name="LINEで送る")).to_be_visible()
    looks_right(a, watched, "11-the-link")
    return a.locator("[data-copy-text]").inner_text()


def the_sharing_ends(a: Page, b: Page, watched: Watched) -> None:
    """A ends it; B is told once and sees nothing more."""
    a.goto(a.url.split("/my")[0] + "/family")
    a.locator("article").filter(has_text=CHILD).get_by_role("link", name="共有").click()
    press(a, "共有をやめる")
    expect(a.get_by_text("相手にはもう、このカードは何も見えません")).to_be_visible()
    b.goto(b.url.split("/my")[0] + "/family")
    expect(b.get_by_text(CHILD)).to_have_count(0)
    looks_right(b, watched, "11-it-ended")
    press(b, "読みました")
    expect(b.get_by_text("共有が終わりました")).to_have_count(0)


def looks_right(page: Page, watched: Watched, name: str) -> None:
    """No barrier, nothing wider than the phone or the desk; a picture of it."""
    assert barriers(page) == ""
    assert width_of(page) <= 375
    watched.picture(page, name)
    phone = page.viewport_size
    page.set_viewport_size(DESK)
    assert width_of(page) <= DESK["width"]
    if phone:
        page.set_viewport_size(phone)
