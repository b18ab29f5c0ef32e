"""Counts what somebody does for a task, and reads what docs/tasks.md allows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, Request

from tests.journeys.city import ROOT
from tests.journeys.people import Place

TASKS = ROOT / "docs" / "tasks.md"
TAPPED = ("link", "button", "checkbox", "radio")
OPTIONAL = "なくてもよい"  # stands in the labels of fields that may stay empty
ROW = re.compile(r"^\| (\d\w?) \|[^|]+\|[^|]+\| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
CHAPTER = re.compile(r"^## (\d\w?) .+?$(.+?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
MANUALS = ("マイページの案内.md", "お知らせの手引き.md", "回答の手引き.md")
TOLD = re.compile(r"^\| (\d\w?) \|[^|]+\|[^|]+\| (\d+)回 \| (\d+)か所 \|$", re.MULTILINE)
STEP = re.compile(r"^\d+\. (tap|fill) (.+?)(?: \(.+\))?$", re.MULTILINE)


@dataclass(frozen=True)
class Allowed:
    """What docs/tasks.md says of one task: at most so many of each, and the steps in words."""

    taps: int
    fields: int
    pages: int
    steps: list[str]


def allowed(task: str) -> Allowed:
    """A row of the table and the chapter of the same number."""
    words = TASKS.read_text("utf-8")
    taps, fields, pages = next(row[1:] for row in ROW.findall(words) if row[0] == task)
    chapter = next(text for number, text in CHAPTER.findall(words) if number == task)
    steps = [f"{act} {name}" for act, name in STEP.findall(chapter)]
    return Allowed(int(taps), int(fields), int(pages), steps)


def manual(task: str) -> tuple[int, int]:
    """Taps and fields as the city's own manuals say them in Japanese."""
    for name in MANUALS:
        told = TOLD.findall((ROOT / "docs" / "ja" / name).read_text("utf-8"))
        for number, taps, fields in told:
            if number == task:
                return int(taps), int(fields)
    raise AssertionError(f"no manual tells of task {task}")


@dataclass
class Steps:
    """One task in the hands of a person who goes by what is written on the page.

    `place` is the page, or the in-app browser in it. A page counts when it is asked for by its
    address, whatever it is led on to.
    """

    page: Page
    place: Place
    done: list[str] = field(default_factory=list)
    pages: int = 0

    @classmethod
    def on(cls, page: Page, place: Place | None = None) -> Steps:
        """Counting begins."""
        steps = cls(page, place or page)
        page.on("request", steps._asked)
        return steps

    def _asked(self, request: Request) -> None:
        if request.is_navigation_request() and request.redirected_from is None:
            self.pages += 1

    @property
    def main(self) -> Locator:
        """The page's own part, without the menu around it."""
        return self.place.locator("main")

    def tap(self, name: str, *, within: Locator | None = None) -> None:
        """Tap the first visible thing of this name: link, button, box, or line that opens."""
        place = within or self.place
        things = place.locator("summary", has_text=name)
        for role in TAPPED:
            things = things.or_(place.get_by_role(role, name=name))  # type: ignore[arg-type]
        things.filter(visible=True).first.click()
        self.done.append(f"tap {name}")

    def tap_menu(self, name: str) -> None:
        """Tap an area of LINE's rich menu."""
        menu = self.page.get_by_role("group", name="リッチメニュー")
        menu.get_by_label(name).click()
        self.done.append(f"tap {name}")

    def fill(self, label: str, value: str) -> None:
        """Fill one field."""
        named = self.place.get_by_label(re.compile(f"^{re.escape(label)}({OPTIONAL})?$"))
        found = named.filter(visible=True)
        found.fill(value)
        self.done.append(f"fill {label}")

    def told(self) -> str:
        """As docs/tasks.md would say it."""
        taps = sum(one.startswith("tap ") for one in self.done)
        head = f"taps {taps}, fields {len(self.done) - taps}, pages {self.pages}"
        lines = [f"{number}. {step}" for number, step in enumerate(self.done, 1)]
        return "\n".join([head, *lines])

    def finish(self, task: str) -> None:
        """The task is done, with no more than the document says."""
        self.page.remove_listener("request", self._asked)
        may = allowed(task)
        taps = sum(one.startswith("tap ") for one in self.done)
        assert taps <= may.taps, self.told()
        assert len(self.done) - taps <= may.fields, self.told()
        assert self.pages <= may.pages, self.told()
        assert self.done == may.steps, self.told()
