"""docs/second-steps.md is walked row by row: what it promises is done in a browser."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from auth import authenticators, recovery_effects
from auth.authenticators import Authenticator as App
from auth.desk import lists
from auth.identities import Addresses
from portal.core.db import read, transaction
from portal.core.ids import new_id
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.desk import counter
from tests.auth.desk.counter import MAIL
from tests.auth.passkeys import doing
from tests.auth.passkeys.authenticator import Authenticator
from tests.auth.people import LinePhone
from tests.browser import Browser, Page
from tests.notifications.city import sign_in

PAGE = Path(__file__).resolve().parents[3] / "docs" / "second-steps.md"
KINDS, PHONES = ("line+email", "line", "email"), ("passkey", "app", "no-app", "old-phone")
# What each kind of phone can do; the counter's list and codes on paper need no phone.
CAN = {
    "passkey": {"passkey", "totp"},
    "app": {"totp"},
    "no-app": set[str](),
    "old-phone": set[str](),
}
BUTTONS = {
    "totp": "認証アプリを使う",
    "desk_list": "紙の番号表を使う",
    "email": "メールで番号を送る",
    "line": "LINEに番号を送る",
    "recovery": "控えの番号を使う",
}
NEW = "sakura@new.example"


def rows(heading: str) -> dict[tuple[str, str], list[str]]:
    """The table under a heading: its two keys and the names in its last cell."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    cells = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    names = [[re.findall(r"`([^`]+)`", cell) for cell in row] for row in cells]
    return {(kind[0], key[0]): steps for kind, key, steps in names}


STEPS, LOSSES = rows("2つ目の確認"), rows("なくしたとき")


def firsts(kind: str) -> list[str]:
    return kind.split("+")


def test_the_table_has_every_combination() -> None:
    assert sorted(STEPS) == sorted(product(KINDS, PHONES))
    for (_, phone), steps in STEPS.items():
        assert steps[:-1] and steps[-1] == "recovery"  # one besides the codes for need
        assert set(steps) & {"passkey", "totp"} == CAN[phone]


def test_the_table_of_losses_has_every_loss() -> None:
    wanted = {
        *product(["line+email"], ["line", "phone", "email", "all"]),
        ("line", "all"),
        *product(["email"], ["phone", "all"]),
    }
    assert set(LOSSES) == wanted


def begins(browser: Browser, app: Flask, line: LinePhone, first: str) -> Page:
    """The first step."""
    people.later(app, timedelta(minutes=2))
    if first == "line":
        return people.first_by_line(browser, line)
    return people.first_by_mail(browser, app, MAIL)


class Phone:
    """What this resident holds, and how each second step is done with it."""

    def __init__(self, app: Flask, browser: Browser, line: LinePhone) -> None:
        self.app, self.browser, self.line = app, browser, line
        self.device = Authenticator(doing.RESIDENT)
        self.secret, self.paper, self.codes = "", list[str](), list[str]()

    def registers_by(self, first: str, step: str) -> None:
        """A newcomer's first step, this second step, and the terms."""
        begins(self.browser, self.app, self.line, first)
        getattr(self, f"_set_up_{step}")()
        assert self.browser.page is not None and self.browser.page.path == "/sign-in/terms"
        self.codes = people.codes_on(self.browser.submit(agree="y"))
        self.browser.submit("保管しました", follow=False)
        doing.sign_out(self.browser)

    def _set_up_passkey(self) -> None:
        self.browser.get("/sign-in/set-up")
        doing.press(self.browser, self.device)

    def _set_up_totp(self) -> None:
        self.secret = people.secret_on(self.browser.get("/sign-in/set-up/app"))
        self.browser.submit(code=people.app_code(self.secret))

    def _set_up_desk_list(self) -> None:
        with self.app.app_context(), transaction() as session:
            sheet = lists.issue_for_sign_up(session, new_id())
        self.paper = [*sheet.codes]
        self.browser.get("/sign-in/set-up/desk-list")
        self.browser.submit(activation=sheet.activation, code=self.paper.pop(0))

    def _set_up_email(self) -> None:
        self.browser.get("/sign-in/set-up/email")
        self.browser.submit(email=MAIL)
        self.browser.submit(code=people.sent_codes(self.app, MAIL)[-1])

    def _set_up_line(self) -> None:
        self.browser.get("/sign-in/set-up")
        self.browser.get(people.press_line(self.browser, self.line))

    def proves(self, step: str) -> None:
        """The second step of a sign-in."""
        self.browser.get("/sign-in/second-step")
        if step == "passkey":
            doing.press(self.browser, self.device)
        elif step in {"email", "line"}:
            self.browser.submit(BUTTONS[step])
            to = MAIL if step == "email" else SAKURA
            self._types(people.sent_codes(self.app, to)[-1])
        else:
            assert self.browser.page is not None
            self.browser.get(self.browser.page.link(BUTTONS[step]))
            held = {"desk_list": self.paper, "recovery": self.codes}
            self._types(held[step].pop(0) if step in held else people.app_code(self.secret, 1))

    def _types(self, code: str) -> None:
        self.browser.submit(code=code, follow=False)


WALKS = [(kind, phone, step) for (kind, phone), steps in STEPS.items() for step in steps]


@pytest.mark.parametrize(("kind", "phone", "step"), WALKS)
def test_each_second_step_registers_and_signs_in(
    app: Flask, browser: Browser, line: LinePhone, kind: str, phone: str, step: str
) -> None:
    first = next(one for one in firsts(kind) if one != step)
    held = Phone(app, browser, line)
    held.registers_by(first, step if step != "recovery" else STEPS[kind, phone][0])
    begins(browser, app, line, first)
    held.proves(step)
    assert browser.get("/account/security").path == "/account/security"
    found = people.session_of(app)
    assert found is not None and found[1][0] == first
    assert (found[0] == "aal1") == (step in {"email", "line", "recovery"})


def equipped(app: Flask, kind: str, phone: str) -> UUID:
    """An account that uses everything this phone can do."""
    who = counter.sakura(
        app, line=SAKURA if "line" in kind else None, email=MAIL if "email" in kind else None
    )
    counter.paper_codes(app, who)
    counter.printed(app, who)
    if "totp" in CAN[phone]:
        with app.app_context(), transaction() as session:
            session.add(App(resident_id=who, secret=authenticators.new_secret()))
    return who


@pytest.mark.parametrize(("kind", "phone"), STEPS)
def test_all_of_a_row_and_no_more_is_offered(
    app: Flask, browser: Browser, line: LinePhone, kind: str, phone: str
) -> None:
    who = equipped(app, kind, phone)
    if phone == "passkey":
        doing.add(sign_in(app, "resident", who), Authenticator(doing.RESIDENT))
    for first in firsts(kind):
        begins(browser, app, line, first)
        page = browser.get("/sign-in/second-step")
        forms = page.root.all("form")
        offered = ["passkey"] if any("data-passkey" in one.attributes for one in forms) else []
        shown = " ".join(people.buttons(page))
        named = [name for name, words in BUTTONS.items() if words in shown]
        assert offered + named == [step for step in STEPS[kind, phone] if step != first]


@pytest.mark.parametrize(
    ("kind", "lost", "way"),
    [(kind, lost, way) for (kind, lost), ways in LOSSES.items() for way in ways],
)
def test_each_way_back_leads_in(
    app: Flask, browser: Browser, line: LinePhone, kind: str, lost: str, way: str
) -> None:
    who = equipped(app, kind, "app")
    code = counter.paper_codes(app, who)[0]
    by = {"email": MAIL} if "email" in kind else {"name": "さくら", **counter.BIRTHDATE}
    if way != "own":
        asked = counter.asks(counter.clerk(app, 1), lost, **by)
        code = counter.agrees(counter.clerk(app, 2), asked)
    if lost == "email":
        counter.by_line(browser, line)
    else:
        counter.by_mail(browser, app, NEW if way == "new-address" else MAIL)
    page = browser.submit(lost=lost, code=code)
    if way == "new-address":
        codes = people.codes_on(page)
        counter.pass_by(app, 25)
        with app.app_context():
            recovery_effects.take_due()
        people.later(app, timedelta(minutes=2))
        people.first_by_mail(browser, app, NEW)
        browser.get("/sign-in/second-step/recovery")
        browser.submit(code=codes[0], follow=False)
    assert browser.get("/account/security").path == "/account/security"
    left = {"line": SAKURA} if lost == "email" else {"email": NEW if lost == "all" else MAIL}
    assert counter.addresses(app, who) == Addresses(**left)
    with app.app_context():
        apps = read().execute(text("SELECT count(*) FROM authenticators")).scalar_one()
    assert apps == (0 if lost in {"phone", "all"} else 1)
