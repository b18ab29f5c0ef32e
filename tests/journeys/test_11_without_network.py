"""Without network: the card for everybody, My Page as last seen, and nothing after signing out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from tests.journeys.city import City
from tests.journeys.conftest import Home
from tests.journeys.watching import Watched

pytestmark = pytest.mark.journey

HAS_PAGE = "caches.match('/my', { cacheName: 'mado-mine' }).then(Boolean)"
ALL_WORDS = """(async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const key of await cache.keys()) found.push(await (await cache.match(key)).text());
  }
  return found.join('\\n');
})()"""
READY = "navigator.serviceWorker.ready.then(() => true)"


def kept(page: Page) -> None:
    """My Page is in the browser."""
    page.evaluate(READY)
    comes(page, True)


def comes(page: Page, there: bool) -> None:
    """The worker does its work beside the page: it is asked again for a while."""
    for _ in range(100):
        if page.evaluate(HAS_PAGE) is there:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"My Page {'not ' if there else ''}kept")


def away(context: BrowserContext, page: Page, url: str) -> None:
    """No network; then the person opens a page."""
    context.set_offline(True)
    page.goto(url)


def test_my_page_stays_readable_and_goes_with_the_sign_out(
    at_home: Home, city: City, watched: Watched, sessions: dict[str, StorageState]
) -> None:
    page = at_home("けやき")
    context = page.context
    kept(page)
    with watched.away():
        away(context, page, f"{city.public_url}/my")
        expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")
        expect(
            page.get_by_text(re.compile(r"通信できません。\d+年.*\d\d:\d\dに見た"))
        ).to_be_visible()
        expect(page.locator("details.todo, article.card").first).to_be_visible()
        watched.picture(page, "11-my-page-away")
        page.goto(f"{city.public_url}/inbox")  # a personal page that is not kept
        expect(page.get_by_role("heading", level=1)).to_have_text("通信できません")
        page.goto(f"{city.public_url}/disaster-card")
        expect(page.get_by_role("link", name="119")).to_be_visible()
        watched.picture(page, "11-disaster-card")
        context.set_offline(False)
    page.goto(f"{city.public_url}/account/security")
    sessions.pop("けやき")  # the next story signs in anew
    page.get_by_role("button", name="ログアウト", exact=True).click()
    page.wait_for_url(f"{city.public_url}/")
    page.evaluate(READY)
    assert not page.evaluate(HAS_PAGE)
    words = page.evaluate(ALL_WORDS)
    assert "119" in words
    assert "けやき" not in words
    with watched.away():
        away(context, page, f"{city.public_url}/my")
        expect(page.get_by_role("heading", level=1)).to_have_text("通信できません")
        expect(page.get_by_text("最後に見たマイページ")).to_be_hidden()
        context.set_offline(False)


def test_signing_out_without_network_forgets_too(
    at_home: Home, city: City, watched: Watched
) -> None:
    page = at_home("けやき")
    kept(page)
    page.reload()  # now the worker stands between
    with watched.away():
        page.context.set_offline(True)
        page.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")
        page.wait_for_timeout(500)
        page.goto(f"{city.public_url}/my")
        expect(page.get_by_role("heading", level=1)).to_have_text("通信できません")
        page.context.set_offline(False)


def test_another_account_finds_nothing_of_the_one_before(at_home: Home, city: City) -> None:
    """A shared telephone whose cookies were taken over by another sign-in."""
    page = at_home("さくら")
    kept(page)
    other = at_home("けやき").context.storage_state()
    page.context.clear_cookies()
    page.context.add_cookies(other["cookies"])  # type: ignore[arg-type]  # the same values
    page.goto(f"{city.public_url}/account/profile")
    comes(page, False)
    assert "つくし" not in page.evaluate(ALL_WORDS)


def test_in_lines_own_browser_nothing_is_kept(at_home: Home, city: City) -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Line/14.0.0"
    page = at_home("けやき", user_agent=agent)
    page.wait_for_load_state()
    found = page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)")
    assert found == 0
