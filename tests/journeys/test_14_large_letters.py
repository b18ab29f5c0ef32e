"""Letters twice as large on the smallest screen: nothing is cut, nothing goes sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize

from launcher.page_check.looking import SMALL
from portal.core.languages import LANGUAGES
from tests.journeys.city import City
from tests.journeys.conftest import Home
from tests.journeys.people import AuthenticatorApp, Mail, clerk_signs_in
from tests.journeys.watching import Watched, width_of

pytestmark = pytest.mark.journey

NARROW: ViewportSize = {"width": 320, "height": 640}
OTHERS = [code for code in LANGUAGES if code != "ja"]
SPOKEN = ["ja", *(pytest.param(code, marks=pytest.mark.deep) for code in OTHERS)]
PUBLIC = ("/", "/sign-in", "/sign-in/email", "/services", "/services/check_18m", "/certificates")
PUBLIC += ("/ask", "/search?q=ごみ", "/menu", "/letters", "/shelters", "/nowhere")
INSIDE = ("/my", "/my/done", "/visits", "/my/favourites", "/inbox", "/family")
INSIDE += ("/family/new/child", "/account/profile", "/account/security")
# What sticks out of the page or of a box that hides it; boxes that scroll are no loss.
LOST = """() => {
  const style = (e) => getComputedStyle(e);
  const scrolls = (e) => e && (/auto|scroll/.test(style(e).overflowX) || scrolls(e.parentElement));
  const drawn = [...document.querySelectorAll('body *')].filter((e) =>
    e.checkVisibility() && !e.closest('.unseen, .skip, thead, svg, option, iframe'));
  const out = drawn.filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1) && !scrolls(e);
  });
  const cut = drawn.filter((e) => /hidden|clip/.test(style(e).overflowX) && e.clientWidth > 1
    && e.scrollWidth > e.clientWidth + 1 && e.innerText);
  return [...new Set([...out, ...cut])].map((e) => e.outerHTML.slice(0, 100));
}"""
USUAL = "() => document.documentElement.classList.remove('letters-200')"


def large(page: Page, base: str, language: str) -> None:
    """As the page of choices would have it."""
    chosen = {"mado_letters": "200", "mado_lang": language}
    page.context.add_cookies([{"name": k, "value": v, "url": base} for k, v in chosen.items()])
    page.set_viewport_size(NARROW)


def lost_at(page: Page, base: str, paths: tuple[str, ...], least: float) -> dict[str, list[str]]:
    """By page: what is lost with large letters, and what is small with usual ones."""
    found = {}
    for path in paths:
        page.goto(base + path)
        assert page.locator("html.letters-200").count() == 1, path
        wrong = [] if width_of(page) <= NARROW["width"] else [f"{width_of(page)} px wide"]
        wrong += page.evaluate(LOST)
        page.evaluate(USUAL)
        wrong += [f"small: {one}" for one in page.evaluate(SMALL.replace("43.5", str(least)))]
        if wrong:
            found[path] = wrong
    return found


@pytest.mark.parametrize("language", SPOKEN)
def test_nothing_of_public_pages_is_lost(city: City, watched: Watched, language: str) -> None:
    page = watched.browser().new_page()
    large(page, city.public_url, language)
    with watched.refusing("/nowhere"):
        assert lost_at(page, city.public_url, PUBLIC, 43.5) == {}


@pytest.mark.parametrize("language", SPOKEN)
def test_nothing_of_my_page_is_lost(city: City, at_home: Home, language: str) -> None:
    page = at_home("さくら")
    large(page, city.public_url, language)
    assert lost_at(page, city.public_url, INSIDE, 43.5) == {}


def test_nothing_of_the_desk_is_lost(city: City, watched: Watched) -> None:
    browser = watched.browser(desk=True)
    mail = Mail(browser, city, "author@city.example")
    app = AuthenticatorApp(browser, city)
    page = browser.new_page()
    clerk_signs_in(page, mail, app, city, "author@city.example")
    large(page, city.staff_url, "ja")
    own = ("/staff", "/staff/notices", "/staff/notices/new", "/staff/letters")
    assert lost_at(page, city.staff_url, own, 23.5) == {}
