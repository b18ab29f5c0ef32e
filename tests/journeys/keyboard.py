"""A person without a mouse: Tab, Shift, Enter, Space and letters; each stop is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

LONGEST = 200  # stops; no page has more
SETTLED = 500  # milliseconds
# What has the focus; whether one sees that it has: outline or shadow differ from those without it
# (of the thing itself, its label or the frame around it); whether all of it is hidden, which
# WCAG 2.4.11 forbids.
STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shown = [one, one.labels?.[0], one.parentElement].filter(Boolean);
  const look = () => shown.map((each) => {
    const style = getComputedStyle(each);
    const line = style.outlineStyle === 'none' ? '' : style.outlineWidth + style.outlineColor;
    return line + style.boxShadow;
  }).join('|');
  const focused = look();
  one.blur();
  const bare = look();
  one.focus({ preventScroll: true });
  const large = (each) => each && each.getBoundingClientRect().width > 4;
  const box = [one, one.labels?.[0]].find(large)?.getClientRects()[0];
  const there = (share) => document.elementFromPoint(
    box.x + box.width * share, box.y + box.height / 2);
  const own = (over) => over && shown.some((each) => each.contains(over) || over.contains(each));
  return {
    name: one.labels?.[0]?.innerText || one.ariaLabel || one.innerText || one.alt || '',
    seen: focused !== bare,
    covered: !box || ![0.1, 0.5, 0.9].some((share) => own(there(share))),
    inside: Boolean(one.closest('main')) && one.id !== 'main',
    top: box ? box.top + scrollY : 0, bottom: box ? box.bottom + scrollY : 0,
    order: [...document.querySelectorAll('*')].indexOf(one),
  };
}"""


@dataclass
class Keys:
    """`faults` gathers stops that are not seen, are covered, or come out of reading order."""

    page: Page
    faults: list[str] = field(default_factory=list)
    last: dict[str, Any] | None = None

    def press(self, key: str) -> None:
        """One key."""
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Letters, into what has the focus."""
        self.page.keyboard.type(words)

    def begin(self) -> None:
        """On a new page: what comes next is compared with nothing before."""
        self.last = None

    def tab(self) -> str:
        """The next stop's name; empty where the browser's own bar has the focus."""
        self.press("Tab")
        stop = self.page.evaluate(STOP)
        if stop and stop["covered"]:  # it may still be on its way into view
            self.page.wait_for_timeout(SETTLED)
            stop = self.page.evaluate(STOP)
        if stop is None:
            self.last = None
            return ""
        self._judge(stop)
        self.last = stop
        return str(stop["name"])

    def _judge(self, stop: dict[str, Any]) -> None:
        where = f"{stop['name'][:40]!r} on {self.page.url}"
        if not stop["seen"]:
            self.faults.append(f"focus is not seen: {where}")
        if stop["covered"]:
            self.faults.append(f"it is hidden: {where}")
        before = self.last
        if before and stop["order"] < before["order"]:
            self.faults.append(f"before what comes before: {where}")
        if before and stop["inside"] and before["inside"] and stop["bottom"] <= before["top"]:
            self.faults.append(f"above what comes before: {where}")

    def to(self, name: str) -> None:
        """Tab until the focus is on what is called so."""
        self.begin()
        for _ in range(LONGEST):
            if name in self.tab():
                return
        raise AssertionError(f"the keyboard does not reach {name!r} on {self.page.url}")

    def to_any(self, selector: str) -> None:
        """Tab until the focus is on what this CSS selector means."""
        self.begin()
        for _ in range(LONGEST):
            self.tab()
            if self.page.evaluate("one => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector!r} on {self.page.url}")

    def around(self) -> list[str]:
        """Once through everything: ends where it began, so that nothing holds the focus."""
        self.begin()
        first = self.tab() or self.tab()
        names = [first]
        while len(names) < LONGEST:
            name = self.tab()
            if name == first and not self.last_is_later():
                return names
            names.append(name)
        raise AssertionError(f"the focus does not come round on {self.page.url}: {names[-5:]}")

    def last_is_later(self) -> bool:
        """Whether the stop of this name is another one, further down."""
        skip = "document.activeElement.classList.contains('skip')"
        return not self.page.evaluate(skip)
