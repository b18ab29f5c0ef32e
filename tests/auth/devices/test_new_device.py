"""A new browser is reported, and "this was not me" ends everything, once, by a button."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask

from auth import consents
from auth.registration import register_resident
from notifications.channels import rendering
from portal.core.db import transaction
from tests.auth import people
from tests.auth.conftest import HOST, MAIL, MOMIJI
from tests.auth.devices.conftest import SECRET
from tests.auth.devices.phone import Phone, messages, past, rows
from tests.auth.people import LinePhone
from tests.auth.provider.tools import Tool, add_tool, press
from tests.browser import Browser

NEW = "auth_new_device"


def link_in(app: Flask, number: int = -1) -> str:
    """The path of the link in a message."""
    parts = urlsplit(messages(app, NEW)[number].params["url"])
    assert f"{parts.scheme}://{parts.netloc}" == HOST
    return parts.path


def test_the_first_sign_in_of_an_account_is_no_news(
    app: Flask, browser: Browser, line: LinePhone, phone: Phone
) -> None:
    phone.sign_in(remember=False)
    people.register_by_mail(browser, app, "momiji@home.example")
    assert messages(app, NEW) == []


def test_a_second_browser_is_reported_once(app: Flask, phone: Phone, stranger: Phone) -> None:
    phone.sign_in(remember=False)
    stranger.browser.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0)"
    stranger.sign_in(remember=False)
    stranger.leave()
    stranger.sign_in(remember=False)
    phone.leave()
    phone.sign_in(remember=False)
    found = messages(app, NEW)
    assert [(one.channel, one.to) for one in found] == [("mail", MAIL)]
    assert found[0].params["device"] == "Windows"
    assert found[0].params.keys() == {"month", "day", "time", "device", "url"}


def test_who_has_no_mail_address_hears_it_by_line(app: Flask, line_server: object) -> None:
    with app.app_context(), transaction() as session:
        found = register_resident(session, line_user_id=MOMIJI, totp_secret=SECRET)
        consents.agree(session, found, "ja")
    for step in (1, 0):
        one = Phone(app, Browser(app, HOST), line_server, MOMIJI, "")  # type: ignore[arg-type]
        one.tap()
        one.browser.get("/sign-in/second-step/totp")
        one.browser.submit("ログイン", code=people.app_code(SECRET, 1 - step), follow=False)
    assert [(one.channel, one.to) for one in messages(app, NEW)] == [("line", MOMIJI)]


@pytest.mark.parametrize("kind", ["auth_new_device", "auth_copied_device"])
def test_the_messages_say_it_in_words(app: Flask, kind: str) -> None:
    values = {"month": 11, "day": 20, "time": "18:05", "device": "iPhone", "url": "https://x/y"}
    with app.app_context():
        mail = rendering.mail(kind, values, "ja")
        talk = rendering.line(kind, values, "ja")
    for words in (mail.text, talk):
        assert "11月20日 18:05" in words and "iPhone" in words and "https://x/y" in words


@pytest.fixture
def reported(app: Flask, phone: Phone, stranger: Phone) -> Phone:
    """Somebody else has signed in and has a tool, a remembered device and a change under way."""
    phone.sign_in(remember=True)
    stranger.sign_in(remember=True)
    return stranger


def test_opening_the_link_does_nothing(app: Flask, reported: Phone, other: Browser) -> None:
    """Mail scanners open every link."""
    for _ in range(3):
        page = other.get(link_in(app))
        assert page.status == 200
        assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert reported.browser.get("/account/security").path == "/account/security"


def test_the_button_ends_everything(
    app: Flask, sakura: UUID, phone: Phone, reported: Phone, other: Browser
) -> None:
    tool: Tool = add_tool(app)
    tool.send(reported.browser)
    press(reported.browser, "allow")
    reported.browser.get("/account/email")
    reported.browser.submit(email="thief@evil.example")  # a change under way
    other.get(link_in(app))
    page = other.submit("自分ではない")
    assert page.path == "/not-me/done"
    for each in (phone, reported):
        assert each.browser.get("/my").path == "/sign-in"
        assert each.tap().path == "/sign-in/second-step"  # no device is remembered any more
    assert rows(app, "SELECT count(*) FROM provider_grants WHERE revoked_at IS NULL") == [(0,)]
    assert not rows(app, "SELECT id FROM sign_in_flows WHERE purpose = 'email'")
    assert "account.not_me" in people.actions(app)
    page = other.get("/not-me/done")
    assert "/sign-in?next=/account/security" in page.link("ログインして確かめる")


def test_the_link_works_once_and_for_a_week(
    app: Flask, phone: Phone, reported: Phone, other: Browser
) -> None:
    used = link_in(app)
    other.get(used)
    first = other.submit("自分ではない")
    phone.sign_in(remember=False)
    other.get(used)
    again = other.submit("自分ではない")
    other.get("/not-me/unknown-token")
    unknown = other.submit("自分ではない")
    assert first.text == again.text == unknown.text and first.path == unknown.path
    assert phone.browser.get("/my").path == "/my"
    late = link_in(app)
    past(app, "not_me_links", timedelta(days=7), "expires_at")
    other.get(late)
    other.submit("自分ではない")
    assert phone.browser.get("/my").path == "/my"


def test_the_page_tells_nobody_whether_a_link_is_good(
    app: Flask, reported: Phone, other: Browser
) -> None:
    good = other.get(link_in(app))
    bad = other.get("/not-me/" + "x" * 43)
    token = link_in(app).rpartition("/")[2]
    assert good.text == bad.text and good.status == bad.status
    assert good.html.count(token) == 1 and token not in good.text


def test_a_bystander_stays_signed_in(app: Flask, reported: Phone, other: Browser) -> None:
    people.register_by_mail(other, app, "momiji@home.example")
    other.submit("保管しました")
    other.get(link_in(app))
    other.submit("自分ではない")
    assert other.get("/account/security").path == "/account/security"
    assert reported.browser.get("/my").path == "/sign-in"


def test_another_site_can_not_press_the_button(app: Flask, reported: Phone, other: Browser) -> None:
    token = link_in(app).rpartition("/")[2]
    answer = other.client.post(f"{HOST}/not-me", data={"token": token})
    assert answer.status_code == 400
    assert reported.browser.get("/my").path == "/my"
