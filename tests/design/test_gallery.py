"""The gallery in a real browser: axe finds nothing, nothing is lost at 320 px, targets are big."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.design.gallery import serving

pytestmark = pytest.mark.journey

# Controls lower than 44 px, but for links inside sentences and boxes inside a taller label.
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter((e) => e.type !== 'hidden' && !e.closest('.skip, .choice, .bubble, .foot p'))
  .filter((e) => { const b = e.getBoundingClientRect(); return b.height > 0 && b.height < 43.5; })
  .map((e) => e.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """Here the real one, not the strict reader of pages."""
    return chromium


def opened(browser: Browser, url: str, width: int = 375, **more: Any) -> Page:
    """The page at `url`; anything the browser complains about fails the test."""
    page = browser.new_page(viewport={"width": width, "height": 800}, **more)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    assert complaints == []
    return page


AXE = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}}}


@pytest.mark.parametrize(
    ("query", "width", "scheme"),
    [
        ("look=auto", 375, "light"),
        ("layout=staff&look=auto", 1280, "light"),
        ("look=auto", 1280, "dark"),
        ("layout=staff&look=dark", 375, "light"),
        ("layout=public&lang=en", 1280, "light"),
        ("template=layout/error.html", 375, "dark"),
    ],
)
def test_axe_finds_nothing(
    browser: Browser, address: str, query: str, width: int, scheme: str
) -> None:
    page = opened(browser, f"{address}?{query}", width, color_scheme=scheme)
    results = Axe().run(page)
    page.close()
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("layout", ["resident", "staff"])
def test_high_contrast_is_seven_to_one(
    browser: Browser, address: str, layout: str, scheme: str
) -> None:
    query = f"layout={layout}&look=contrast"
    page = opened(browser, f"{address}?{query}", 375, color_scheme=scheme)
    results = Axe().run(page, options=AXE)
    page.close()
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("letters", [100, 125, 150, 200])
@pytest.mark.parametrize("layout", ["resident", "staff"])
def test_nothing_is_lost_at_320_px(
    browser: Browser, address: str, layout: str, letters: int
) -> None:
    page = opened(browser, f"{address}?layout={layout}&letters={letters}", 320)
    width = page.evaluate("document.documentElement.scrollWidth")
    cut = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter((e) =>
        !e.closest('.unseen, .skip, thead, .table-wrap')
        && e.getBoundingClientRect().right > innerWidth + 1)
        .map((e) => e.outerHTML.slice(0, 60))"""
    )
    page.close()
    assert (width, cut) == (320, [])


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("layout", ["resident", "staff"])
def test_targets_are_big_enough_for_a_thumb(
    browser: Browser, address: str, layout: str, width: int
) -> None:
    page = opened(browser, f"{address}?layout={layout}", width)
    small = page.evaluate(SMALL)
    page.close()
    assert small == []


def test_the_tab_bar_never_hides_what_has_the_focus(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    bar = page.evaluate("document.querySelector('.bar').getBoundingClientRect().top")
    hidden = []
    for _ in range(90):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """() => { const e = document.activeElement, b = e.getBoundingClientRect();
            return [Boolean(e.closest('.bar')), b.top, e.outerHTML.slice(0, 60)]; }"""
        )
        if not place[0] and place[1] >= bar:
            hidden.append(place[2])
    page.close()
    assert hidden == []


def test_a_code_can_be_copied_only_where_there_is_a_clipboard(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    button = page.get_by_role("button", name="コピー")
    button.click()
    page.get_by_role("button", name="コピーしました").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    context.close()
    assert copied == "7KQD-2MXP-9F"


def test_everything_is_there_without_scripts(browser: Browser, address: str) -> None:
    page = opened(browser, address, java_script_enabled=False)
    page.locator("summary", has_text="持ちもの").first.click()
    visible = page.get_by_text("母子健康手帳").first.is_visible()
    page.close()
    assert visible
