"""Plays the scenes in Chromium on a demo city, and keeps a picture at each `shot`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from launcher.manual.scenes import WIDTHS, Scene, Step
from launcher.manual.shrinking import small
from launcher.page_check import people
from launcher.page_check.people import Walker
from launcher.places import Places

PATIENCE = 15_000  # milliseconds
FIRST_USE = "hinata"  # somebody who has no account yet
NUMBER = "6けたの番号"


@dataclass
class Cast:
    """Who can sign in at the city; a person is one Walker, for numbers are never given twice."""

    city: dict[str, Any]
    places: Places
    _known: dict[str, Walker] = field(default_factory=dict)

    def walker(self, address: str) -> Walker:
        """The person with this address; without a key where the demo gave none."""
        if address not in self._known:
            told = json.loads(self.places.demo.read_text("utf-8"))
            name = next(
                (r["name"] for r in told["residents"] if r.get("email") == address), address
            )
            keys = {one["label"].split()[-1]: one["secret"] for one in told["authenticator"]}
            found = Walker(address, keys.get(name, ""), self.city["mail_web_url"])
            self._known[address] = found
        return self._known[address]

    def newcomer(self) -> Walker:
        """An address nothing was ever sent to."""
        for number in range(1, 100):
            one = self.walker(f"{FIRST_USE}{number if number > 1 else ''}@resident.example")
            if not one.mails():
                return one
        raise AssertionError("no address is left")


class Player:
    """One scene in one browser."""

    def __init__(self, page: Page, scene: Scene, cast: Cast, folder: Path) -> None:
        self._page, self._scene, self._cast, self._folder = page, scene, cast, folder
        self._who = cast.newcomer() if scene.who == "newcomer" else None
        self._known_mails: set[int] = set()
        self.taken: list[Path] = []

    def play(self) -> None:
        """Every step; a fault names scene and step."""
        for step in self._scene.steps:
            try:
                _ACTS[step.verb](self, step)
            except Exception as fault:
                where = f"{self._scene.name}: {step.verb} {step.words}"
                raise RuntimeError(f"{where} at {self._page.url}\n{fault}") from fault

    def open(self, step: Step) -> None:
        """A page of the city, or of the phone or the mail catcher."""
        place, _, path = step.words.partition(":")
        bases = {"line": "line_url", "mail": "mail_web_url"}
        face = "staff_url" if self._scene.width == "desk" else "public_url"
        base, path = (bases[place], path) if place in bases else (face, step.words)
        answer = self._page.goto(self._cast.city[base] + path)
        if answer is None or not answer.ok:
            raise AssertionError("this page does not open")

    def link(self, step: Step) -> None:
        """The first one that can be seen."""
        self._seen(self._page.get_by_role("link", name=step.words)).click()
        self._page.wait_for_load_state()

    def press(self, step: Step) -> None:
        """A number by mail may follow it."""
        self._remember_mails()
        self._seen(self._page.get_by_role("button", name=step.words)).click()
        self._page.wait_for_load_state()

    def fill(self, step: Step) -> None:
        """`me` stands for the person's own address."""
        words = self._me.address if step.value == "me" else step.value.replace("\\n", "\n")
        self._seen(self._page.get_by_label(step.words)).fill(words)

    def choose(self, step: Step) -> None:
        """By what the list shows."""
        self._seen(self._page.get_by_label(step.words)).select_option(label=step.value)

    def tick(self, step: Step) -> None:
        """A box or a round button."""
        self._seen(self._page.get_by_label(step.words)).check()

    def unfold(self, step: Step) -> None:
        """The first that has the words."""
        self._seen(self._page.locator("summary").filter(has_text=step.words)).click()

    def mail_code(self, _step: Step) -> None:
        """What came since the button was pressed."""
        self._number(self._me.mailed_number(self._known_mails))

    def app_code(self, _step: Step) -> None:
        """The key stands in the link that opens an authenticator."""
        address = self._page.get_by_role("link", name="アプリを開く").get_attribute("href") or ""
        self._me.secret = parse_qs(urlsplit(address).query)["secret"][0]
        self._number(self._me.number())

    def to(self, step: Step) -> None:
        """With a little room above."""
        found = self._seen(self._page.get_by_text(step.words))
        found.evaluate("one => { one.scrollIntoView(); window.scrollBy(0, -16); }")

    def wait(self, step: Step) -> None:
        """For what a script or another process brings."""
        expect(self._page.get_by_text(step.words).first).to_be_visible()

    def shot(self, step: Step) -> None:
        """As the person sees it now."""
        name, _, height = step.words.partition(" ")
        self._page.mouse.move(0, 0)
        self._page.wait_for_timeout(250)  # frames and smooth scrolling come to rest
        width, usual = WIDTHS[self._scene.width]
        if height:
            self._page.set_viewport_size({"width": width, "height": int(height)})
        file = self._folder / f"{name}.png"
        file.write_bytes(small(self._page.screenshot(animations="disabled", scale="css")))
        if height:
            self._page.set_viewport_size({"width": width, "height": usual})
        self.taken.append(file)

    @property
    def _me(self) -> Walker:
        return self._who or self._cast.walker(self._scene.who)

    def _remember_mails(self) -> None:
        if "@" in self._scene.who or self._who:
            self._known_mails = {mail["id"] for mail in self._me.mails()}

    def _number(self, number: str) -> None:
        field_ = self._page.get_by_label(NUMBER)
        field_.fill(number)
        field_.press("Enter")
        self._page.wait_for_load_state()

    def _seen(self, found: Locator) -> Locator:
        visible = found.locator("visible=true").first
        expect(visible).to_be_visible()
        return visible


_ACTS: dict[str, Callable[[Player, Step], None]] = {
    "open": Player.open,
    "link": Player.link,
    "press": Player.press,
    "fill": Player.fill,
    "choose": Player.choose,
    "tick": Player.tick,
    "unfold": Player.unfold,
    "mail-code": Player.mail_code,
    "app-code": Player.app_code,
    "to": Player.to,
    "wait": Player.wait,
    "shot": Player.shot,
}


@contextmanager
def _page_of(
    browser: Browser, scene: Scene, cast: Cast, sessions: dict[str, Any]
) -> Iterator[Page]:
    """Signed in where the scene has somebody; each of them signs in once."""
    width, height = WIDTHS[scene.width]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        storage_state=sessions.get(scene.who),
    )
    context.set_default_timeout(PATIENCE)
    if "@" in scene.who and scene.who not in sessions:
        face = "staff_url" if scene.width == "desk" else "public_url"
        enter = people.clerk_signs_in if scene.width == "desk" else people.resident_signs_in
        enter(context, cast.city[face], cast.walker(scene.who))
        sessions[scene.who] = context.storage_state()
    yield context.new_page()
    context.close()


def play_all(
    browser: Browser,
    scenes: list[Scene],
    cast: Cast,
    folder: Path,
    told: Callable[[str], None],
) -> list[str]:
    """Every scene; gives what went wrong, a scene each, and goes on with the others."""
    expect.set_options(timeout=PATIENCE)
    folder.mkdir(parents=True, exist_ok=True)
    sessions: dict[str, Any] = {}
    faults = []
    for scene in scenes:
        with _page_of(browser, scene, cast, sessions) as page:
            player = Player(page, scene, cast, folder)
            try:
                player.play()
            except RuntimeError as fault:
                faults.append(str(fault))
            told(f"{scene.name}: {len(player.taken)} of {len(scene.pictures)}")
    return faults
