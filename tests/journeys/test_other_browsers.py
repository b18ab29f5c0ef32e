"""The main ways through the portal in Firefox (Gecko) and WebKitGTK (what Safari is made of).

`./mado test browsers`. Nothing runs iOS's own Safari or LINE's browser on it (docs/browsers.md).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pyotp import TOTP
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.journeys.city import City
from tests.journeys.other_browsers import WIDTH, Heard, firefox, webkit
from tests.journeys.people import CODE_WITHIN, number_in

pytestmark = [
    pytest.mark.other_browser,
    # Selenium's own, at its own call
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),
]

KAEDE = "kaede@resident.example"
STEP = 30  # seconds an authenticator's number is shown
spent: list[int] = []  # a number is accepted once, and each browser signs in with one


class Person:
    """Somebody with a phone, in either browser."""

    def __init__(self, driver: WebDriver, wrong: Heard, city: City) -> None:
        self.driver = driver
        self.wrong = wrong
        self.city = city

    def finds(self, path: str) -> WebElement:
        """The first visible thing at an XPath, brought to the middle."""

        def visible(driver: WebDriver) -> WebElement | bool:
            found = driver.find_elements(By.XPATH, path)
            return next((one for one in found if one.is_displayed()), False)

        thing: Any = WebDriverWait(self.driver, CODE_WITHIN, 0.1).until(visible, path)
        self.driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", thing)
        return thing  # type: ignore[no-any-return]

    def press(self, name: str, within: str = "") -> None:
        """A button, a link, a line that opens, or a box's label."""
        kinds = "[self::a or self::button or self::summary or self::label]"
        named = f"[not(@aria-hidden)][contains(normalize-space(.), '{name}')]"
        self.finds(f"{within}//*{kinds}{named}").click()

    def fill(self, label: str, value: str) -> None:
        """A field by what stands above it."""
        path = f"//label[starts-with(normalize-space(.), '{label}')]/@for"
        self.finds(f"//*[@id = {path}]").send_keys(value)

    def arrives(self, heading: str) -> None:
        """On the page of this heading: nothing is wider than the phone, no script went wrong."""
        words = (
            "return document.readyState === 'complete' && document.querySelector('h1').innerText"
        )
        WebDriverWait(self.driver, CODE_WITHIN, 0.1).until(
            lambda driver: re.search(heading, driver.execute_script(words) or ""), heading
        )
        assert self.wrong() == []
        width = "return [innerWidth, document.documentElement.scrollWidth]"
        inner, wanted = self.driver.execute_script(width)
        assert inner == WIDTH and wanted <= WIDTH, (heading, inner, wanted)

    def sees(self, words: str) -> None:
        """These words come."""
        text = "return document.body.innerText"
        WebDriverWait(self.driver, CODE_WITHIN, 0.1).until(
            lambda driver: words in driver.execute_script(text), words
        )


@pytest.fixture(params=[firefox, webkit], ids=["firefox", "webkit"])
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[WebDriver, Heard]]:
    with request.param(tmp_path) as found:
        yield found
        found[0].save_screenshot(tmp_path / "last.png")  # what was seen last, should it fail


def authenticator(city: City) -> str:
    """Kaede's next number that no browser has used; the portal takes the one after now as well."""
    secrets = (one["secret"] for one in city.people["authenticator"] if "かえで" in one["label"])
    step = max([int(time.time()) // STEP, *(one + 1 for one in spent)])
    while step > int(time.time()) // STEP + 1:
        time.sleep(1)
    spent.append(step)
    return TOTP(next(secrets)).generate_otp(step)


def mailed(city: City, known: int) -> str:
    """The number of the mail that comes after so many."""
    deadline = time.monotonic() + CODE_WITHIN
    while len(mails := city.mails_to(KAEDE)) == known:
        assert time.monotonic() < deadline, "no number came by mail"
        time.sleep(0.2)
    return number_in(mails[0]["subject"] + " " + mails[0]["text"])


def test_the_main_ways(browser: tuple[WebDriver, Heard], city: City, tmp_path: Path) -> None:
    person = Person(*browser, city)
    person.driver.get(city.public_url)
    signs_in(person)
    finishes_a_to_do(person)
    asks_about_garbage(person)
    reports_with_a_picture(person, tmp_path)
    changes_the_language(person)
    changes_the_settings(person)


def signs_in(person: Person) -> None:
    person.arrives("市役所を、手もとに")
    person.press("ログイン")
    person.press("メールでログイン")
    person.arrives("メールでログイン")
    known = len(person.city.mails_to(KAEDE))
    person.fill("メールアドレス", KAEDE)
    person.press("番号を送る")
    person.arrives("番号")
    person.fill("6けたの番号", mailed(person.city, known))
    person.press("次へ")
    person.arrives("2つ目の確認")
    person.press("認証アプリを使う")
    person.arrives("アプリの番号")
    person.fill("6けたの番号", authenticator(person.city))
    person.press("ログイン", "//main")
    person.press("マイページ")
    person.arrives("マイページ")


def finishes_a_to_do(person: Person) -> None:
    person.finds("//details[@class='todo']/summary").click()
    person.press("できた", "//details[@open]")
    person.sees("「できた」にしました。")
    person.press("元にもどす")
    person.sees("元にもどしました。")
    person.arrives("マイページ")


def asks_about_garbage(person: Person) -> None:
    person.press("質問", "//nav")
    person.arrives("市役所に質問する")
    person.fill("質問", "布団は何ごみ?")
    person.press("質問する")
    person.sees("粗大ごみ")
    person.arrives("市役所に質問する")


def reports_with_a_picture(person: Person, folder: Path) -> None:
    picture = folder / "hole.jpg"
    Image.new("RGB", (640, 480), "gray").save(picture)
    person.press("まど市", "//header")
    person.press("道路の破損などを知らせる")
    person.press("知らせる", "//main//*[@class='row']")
    person.arrives("破損などを知らせる")
    person.driver.find_element(By.ID, "photo").send_keys(str(picture))
    person.press("この写真を入れる")
    person.finds("//main//img[contains(@src, 'picture')]")
    person.fill("住所や目じるし", "市立図書館の前")
    person.press("道路の穴・ひび・段差")
    person.fill("どうなっていますか", "写真のとおりです")
    person.press("つぎへ(内容の確認)")
    person.arrives("この内容でよいですか")
    person.press("送る", "//form[@id='report-send']")
    person.arrives(r"お知らせ \d")


def changes_the_language(person: Person) -> None:
    person.press("まど市", "//header")
    person.arrives("市役所を、手もとに")
    person.press("Language")
    person.press("English")
    person.arrives("The city, at hand")
    person.press("English", "//header")
    person.press("日本語")
    person.arrives("市役所を、手もとに")


def changes_the_settings(person: Person) -> None:
    person.press("文字の大きさと色")
    person.arrives("文字の大きさと色")
    person.press("特大")
    person.finds("//html[contains(@class, 'letters-150')]//h1")
    person.press("メニュー", "//nav")
    person.arrives("メニュー")
    person.press("あなたの設定")
    person.arrives("あなたの設定")
    person.press("変える")
    person.arrives(".")
    person.press("保存する")
    person.sees("保存しました")
