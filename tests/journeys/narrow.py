"""The smallest screen with letters twice as large: what is lost there, and what is small."""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize

from launcher.page_check.looking import SMALL
from tests.journeys.watching import width_of

NARROW: ViewportSize = {"width": 320, "height": 640}
THUMB, POINTER = 44, 24  # pixels: for residents; WCAG 2.2 AA (2.5.8) for clerks with a mouse
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
LETTERS = "(large) => document.documentElement.classList.toggle('letters-200', large)"


def lost_on(page: Page, least: int = THUMB) -> list[str]:
    """Of the page that is open: what is lost with large letters, what is small with usual ones."""
    page.set_viewport_size(NARROW)
    page.evaluate(LETTERS, True)  # all that the choice of a size does: tests/portal/core
    wide = width_of(page)
    wrong = [f"{wide} px wide"] if wide > NARROW["width"] else []
    wrong += page.evaluate(LOST)
    page.evaluate(LETTERS, False)
    return wrong + [
        f"small: {one}" for one in page.evaluate(SMALL.replace("43.5", f"{least - 0.5}"))
    ]
