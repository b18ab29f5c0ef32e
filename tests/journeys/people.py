"""What people do: read a code where it arrives, sign in, hold a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import ClassVar

from playwright.sync_api import BrowserContext, Error, FrameLocator, Locator, Page, expect

from tests.journeys.city import City

DIGITS = re.compile(r"\b(\d{6})\b")
CODE_WITHIN = 20  # seconds
CUT_SHORT = ("ERR_ABORTED", "interrupted by another navigation")
Place = Page | FrameLocator


class Mail:
    """Somebody's mail, read on the mail catcher's page."""

    def __init__(self, context: BrowserContext, city: City, address: str) -> None:
        self.page = context.new_page()
        self.address = address
        self._list = f"{city.mail_url}/?to={address}"
        self._seen: set[str] = set()
        self.look()
        self._seen = set(self._links())

    def look(self) -> None:
        """Open the list of mails. It renews itself, which at times cuts a look short: once more."""
        try:
            self.page.goto(self._list)
        except Error as cut:
            if not any(words in cut.message for words in CUT_SHORT):
                raise
            self.page.goto(self._list)

    def _links(self) -> list[str]:
        return [one.get_attribute("href") or "" for one in self.page.locator(".mails a").all()]

    def open_new(self, words: str) -> str:
        """Wait for a new mail with these words in its line, open it, give its text."""
        deadline = time.monotonic() + CODE_WITHIN
        while time.monotonic() < deadline:
            self.look()
            for line in self.page.locator(".mails a").all():
                if line.get_attribute("href") not in self._seen and words in line.inner_text():
                    self._seen.add(line.get_attribute("href") or "")
                    line.click()
                    return self.page.locator(".text").inner_text()
            time.sleep(0.3)
        raise AssertionError(f"no mail with {words!r}: {self.page.locator('main').inner_text()}")

    def code(self) -> str:
        """The number of the newest code."""
        return number_in(self.open_new("番号"))


class Phone:
    """The phone page of one demo resident."""

    def __init__(self, context: BrowserContext, city: City, name: str) -> None:
        self.page = context.new_page()
        self.page.goto(f"{city.line_url}/phone")
        self.page.get_by_role("link", name=name).first.click()
        expect(self.page.get_by_text(f"{name}のスマートフォン")).to_be_visible()
        self.page.wait_for_load_state()  # before its script, links open as new tabs

    @property
    def inside(self) -> FrameLocator:
        """The page in the in-app browser."""
        return self.page.frame_locator(".in-app-page")

    @property
    def bubbles(self) -> Locator:
        """What the city's account said."""
        return self.page.locator(".message:not(.resident)")

    def say(self, words: str) -> None:
        """Type into the talk and send."""
        self.page.get_by_label("メッセージ", exact=True).fill(words)
        self.page.get_by_label("送信", exact=True).click()

    def tap_menu(self, words: str) -> None:
        """Tap an area of the rich menu."""
        self.page.get_by_role("group", name="リッチメニュー").get_by_label(words).click()

    def fold_menu(self) -> None:
        """Put the rich menu away, to see more of the talk."""
        self.page.get_by_text("メニュー", exact=True).click()

    def close_page(self) -> None:
        """Back from the in-app browser to the talk."""
        self.page.get_by_label("閉じてトークへ戻る").click()
        expect(self.page.locator(".in-app")).to_be_hidden()

    def code(self) -> str:
        """The number in the newest message of the talk."""
        newest = self.bubbles.last
        expect(newest).to_contain_text(DIGITS)
        return number_in(newest.inner_text())


class AuthenticatorApp:
    """The authenticator page of the phone stand-in; a code is never given twice, by no phone."""

    _given: ClassVar[set[tuple[str, str]]] = set()

    def __init__(self, context: BrowserContext, city: City) -> None:
        self.page = context.new_page()
        self._url = f"{city.line_url}/authenticator"

    def add(self, uri: str) -> None:
        """Paste an otpauth address or a key."""
        self.page.goto(self._url)
        self.page.get_by_label("otpauth の文字、またはキー").fill(uri)
        self.page.get_by_role("button", name="登録する").click()

    def code(self, label: str) -> str:
        """The number that stands under this label now."""
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            self.page.goto(self._url)
            line = self.page.locator(".code").filter(has_text=label).last
            found = line.locator("output").inner_text().replace(" ", "")
            left = int(line.locator(".seconds").inner_text())
            if (label, found) not in self._given and left > 2:
                self._given.add((label, found))
                return found
            time.sleep(1)
        raise AssertionError(f"no fresh code for {label}")


def number_in(words: str) -> str:
    """The six digits in a text."""
    found = DIGITS.search(words)
    assert found, words
    return found.group(1)


def press(place: Place, name: str) -> None:
    """Press the button of this name."""
    place.get_by_role("button", name=name).click()


def give_code(place: Place, code: str, button: str = "次へ") -> None:
    """Type a 6-digit number and go on."""
    place.get_by_label("6けたの番号").fill(code)
    press(place, button)


Seen = Callable[[str], None]


def unseen(_step: str) -> None:
    """Nobody takes pictures."""


def sign_in_by_mail(page: Page, mail: Mail, url: str, address: str, seen: Seen = unseen) -> None:
    """The first step by a code in a mail."""
    page.goto(f"{url}/")
    page.get_by_role("link", name="ログイン").first.click()
    page.get_by_role("link", name="メールでログイン").click()
    page.get_by_label("メールアドレス").fill(address)
    seen("address")
    press(page, "番号を送る")
    expect(page.get_by_label("6けたの番号")).to_be_visible()
    seen("number")
    give_code(page, mail.code())


def line_says(page: Page, name: str, then: Locator) -> None:
    """On LINE's pages: who it is and, the first time, that the city may know it."""
    page.get_by_role("button", name=name).click()
    allow = page.get_by_role("button", name="許可する")
    expect(allow.or_(then)).to_be_visible()
    if allow.is_visible():
        allow.click()
    expect(then).to_be_visible()


def clerk_signs_in(page: Page, mail: Mail, app: AuthenticatorApp, city: City, who: str) -> None:
    """A clerk at the staff desk: a code by mail, then the authenticator."""
    page.goto(f"{city.staff_url}/staff")
    page.get_by_label("メールアドレス").fill(who)
    press(page, "番号を送る")
    give_code(page, mail.code())
    give_code(page, app.code(who), "ログイン")


def resident_signs_in(page: Page, city: City, name: str) -> None:
    """A demo resident with LINE in the system browser: LINE, then a code by mail."""
    mail = Mail(page.context, city, city.address(name))
    page.goto(f"{city.public_url}/sign-in")
    press(page, "LINEでログイン")
    choice = page.get_by_role("button", name="メールで番号を送る")
    line_says(page, name, choice)
    choice.click()
    give_code(page, mail.code(), "ログイン")
    expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")
    mail.page.close()
