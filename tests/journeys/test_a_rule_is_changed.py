"""A clerk changes a service with the rule explained while it is typed; a colleague approves it;
residents see it; and it goes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.people import AuthenticatorApp, Mail, clerk_signs_in, press
from tests.journeys.watching import Watched, barriers

pytestmark = pytest.mark.journey

ENTRY = "/staff/catalogue/services/check_18m"
BEFORE, AFTER = "1歳6か月児健診", "1歳6か月児健診と歯の健診"


def desk(city: City, watched: Watched, app: AuthenticatorApp, who: str) -> Page:
    """A clerk at the entry's page."""
    browser = watched.browser(desk=True)
    page = browser.new_page()
    clerk_signs_in(page, Mail(browser, city, who), app, city, who)
    page.goto(city.staff_url + ENTRY)
    return page


def approved(editor: Page, colleague: Page) -> None:
    """What is drafted is proposed by one and approved by the other."""
    press(editor, "承認をたのむ")
    expect(editor.get_by_text("承認待ち").first).to_be_visible()
    colleague.goto(editor.url)
    press(colleague, "承認する")
    expect(colleague.get_by_text("承認しました。")).to_be_visible()


def sees(resident: Page, title: str) -> None:
    """Other processes look for changes every few seconds."""
    for _ in range(20):
        resident.reload()
        if resident.get_by_role("heading", level=1).inner_text() == title:
            return
        resident.wait_for_timeout(500)
    raise AssertionError(resident.locator("h1").inner_text())


def test_a_change_is_explained_approved_seen_and_taken_back(city: City, watched: Watched) -> None:
    app = AuthenticatorApp(watched.browser(), city)
    editor = desk(city, watched, app, "editor@city.example")
    colleague = desk(city, watched, app, "approver@city.example")
    resident = watched.browser().new_page()
    resident.goto(f"{city.public_url}/services/check_18m")
    expect(resident.get_by_role("heading", level=1)).to_have_text(BEFORE)

    editor.get_by_role("link", name="直す").click()
    words = editor.locator("#explanation")
    editor.get_by_label("調べたい生年月日").fill("2025-05-10")
    expect(words).to_contain_text("2026-11-10")
    until = editor.locator('input[name="versions[0].rule.to"]')
    usual = until.input_value()
    until.fill("30")
    expect(words).to_contain_text("2歳6か月になる日の前日まで")
    until.fill(usual)
    expect(words).not_to_contain_text("2歳6か月")
    assert barriers(editor) == ""
    editor.get_by_label("題名 (日本語)").first.fill(AFTER)
    press(editor, "下書きとして保存")
    expect(editor.get_by_text("下書きを保存しました")).to_be_visible()
    approved(editor, colleague)
    sees(resident, AFTER)

    editor.reload()
    press(editor, "はじめから入っていた内容にもどす")
    approved(editor, colleague)
    sees(resident, BEFORE)
