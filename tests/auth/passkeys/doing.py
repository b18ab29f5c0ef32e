"""What people do with passkeys: press the button, let the device answer."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from sqlalchemy import text

from portal.core.db import read, transaction
from tests.auth import people
from tests.auth.passkeys.authenticator import Authenticator, Credential, Faults
from tests.browser import Browser, Element, Page
from tests.conftest import RESIDENT_HOST, STAFF_HOST

RESIDENT, STAFF = f"http://{RESIDENT_HOST}", f"http://{STAFF_HOST}"
MAIL = "sakura@home.example"


def form_of(browser: Browser) -> Element:
    """The form of the page that speaks to the device."""
    assert browser.page is not None
    forms = [one for one in browser.page.root.all("form") if "data-passkey" in one.attributes]
    assert forms, f"no passkey on {browser.page.url}: {browser.page.text[:300]}"
    return forms[0]


def options(browser: Browser) -> dict[str, Any]:
    """What the script fetches when the button is pressed."""
    form = form_of(browser)
    token = next(
        one.attributes["value"]
        for one in form.all("input")
        if one.attributes.get("name") == "csrf_token"
    )
    answer = browser.client.post(
        form.attributes["data-options"],
        base_url=browser.base,
        data={"csrf_token": token},
        headers={"Origin": browser.base},
    )
    assert answer.status_code == 200, answer.status
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = json.loads(answer.get_data())
    return found


def send(browser: Browser, answer: str, **more: Any) -> Page:
    """The script fills the hidden field and sends the form."""
    words = form_of(browser).all("button")[0].text
    return browser.submit(words, credential=answer, **more)


def press(
    browser: Browser,
    device: Authenticator,
    faults: Faults | None = None,
    using: Credential | None = None,
    **more: Any,
) -> Page:
    """Press the button and let the device answer."""
    told = options(browser)
    if form_of(browser).attributes["data-passkey"] == "create":
        return send(browser, device.create(told, faults), **more)
    return send(browser, device.get(told, faults, using=using), **more)


def add(browser: Browser, device: Authenticator, name: str = "わたしのスマホ") -> Page:
    """A signed-in resident makes a passkey."""
    browser.get("/account/passkeys/new")
    return press(browser, device, name=name)


def registered(browser: Browser, app: Flask, device: Authenticator, mail: str = MAIL) -> list[str]:
    """A new resident by mail and app, with a passkey besides; the recovery codes."""
    _, codes = people.register_by_mail(browser, app, mail)
    browser.submit("保管しました")
    add(browser, device)
    return codes


def sign_out(browser: Browser) -> None:
    browser.get("/account/security")
    browser.submit("ログアウト")


def sign_in(browser: Browser, device: Authenticator, faults: Faults | None = None) -> Page:
    """By the passkey alone."""
    browser.get("/sign-in")
    return press(browser, device, faults)


def inside(browser: Browser) -> bool:
    """Whether this browser is signed in."""
    return browser.get("/account/security").path == "/account/security"


def refusals(app: Flask) -> list[str]:
    """Why answers were refused, by the audit log."""
    with app.app_context():
        sql = "SELECT details->>'reason' FROM audit_entries WHERE action = 'passkey.refused'"
        return list(read().execute(text(sql + " ORDER BY at, id")).scalars())


def change(app: Flask, sql: str, **values: Any) -> None:
    """Time passes, or a row is what it was not."""
    with app.app_context(), transaction() as session:
        session.execute(text(sql), values)


def passkeys(app: Flask) -> int:
    """How many there are."""
    with app.app_context():
        return int(read().execute(text("SELECT count(*) FROM passkeys")).scalar_one())
