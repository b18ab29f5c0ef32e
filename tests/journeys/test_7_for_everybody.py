"""Nobody is shut out: no barriers for axe, nothing lost with letters twice as large on 320 px."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page

from tests.journeys.city import City
from tests.journeys.conftest import Home
from tests.journeys.narrow import NARROW, POINTER, THUMB, lost_on
from tests.journeys.people import AuthenticatorApp, Mail, clerk_signs_in
from tests.journeys.test_6_english_and_plain import INSIDE, PUBLIC
from tests.journeys.watching import DESK, PHONE, Watched, barriers

pytestmark = pytest.mark.journey

SIZES = (PHONE, DESK)
# Others by MADO_LANGUAGES=vi,tl,ja-Hira: letters and barriers of these pages in each.
LANGUAGES = os.environ.get("MADO_LANGUAGES", "ja").split(",")
MORE_PUBLIC = ("/search?q=ごみ", "/letters", "/shelters", "/reports/new")
MORE_INSIDE = ("/visits", "/my/favourites")


def look_at(page: Page, base: str, paths: list[str], least: int = THUMB) -> dict[str, str]:
    """Barriers of each page on a phone and on a desk, and what large letters lose of it."""
    found = {}
    for path in paths:
        page.set_viewport_size(NARROW)
        page.goto(base + path)
        if lost := lost_on(page, least):
            found[f"{path} at 320"] = "\n".join(lost)
        for size in SIZES:
            page.set_viewport_size(size)
            report = barriers(page)
            if report:
                found[f"{path} at {size['width']}"] = report
    return found


def speaking(page: Page, base: str, language: str) -> Page:
    """The same browser, in this language."""
    page.context.add_cookies([{"name": "mado_lang", "value": language, "url": base}])
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_have_no_barriers(city: City, watched: Watched, language: str) -> None:
    page = speaking(watched.browser().new_page(), city.public_url, language)
    assert look_at(page, city.public_url, [*PUBLIC, *MORE_PUBLIC]) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_residents_pages_have_no_barriers(city: City, at_home: Home, language: str) -> None:
    page = speaking(at_home("さくら"), city.public_url, language)
    assert look_at(page, city.public_url, [*INSIDE, *MORE_INSIDE]) == {}


def test_clerks_pages_have_no_barriers(city: City, watched: Watched) -> None:
    browser = watched.browser(desk=True)
    mail = Mail(browser, city, "author@city.example")
    app = AuthenticatorApp(browser, city)
    page = browser.new_page()
    clerk_signs_in(page, mail, app, city, "author@city.example")
    paths = ["/staff", "/staff/notices", "/staff/notices/new"]
    page.goto(f"{city.staff_url}/staff/notices")
    shown = page.locator("main table a").first.get_attribute("href") or ""
    more = [shown, "/staff/letters"]
    assert look_at(page, city.staff_url, [*paths, *more], POINTER) == {}
