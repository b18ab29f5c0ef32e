"""How long one stays signed in, what warns of the end, and what the list of sessions says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from auth.device_sessions import ways
from portal.core.web.sessions import IDLE, TOTAL, sweep_sessions
from tests.auth import people
from tests.auth.devices.conftest import SECRET
from tests.auth.devices.phone import Phone, csrf_of, past, rows
from tests.browser import Page

MINUTE = 60


def left(page: Page) -> tuple[int, int]:
    """What a page tells the script: seconds until the end when idle, and at most."""
    found = [e for e in page.root.all("div") if "data-session-left" in e.attributes]
    assert len(found) == 1
    values = found[0].attributes
    return int(values["data-session-left"]), int(values["data-session-most"])


def stay(phone: Phone) -> dict[str, int]:
    form = {"csrf_token": csrf_of(phone.browser)}
    answer = phone.browser.client.post("http://localhost:8000/account/session", data=form)
    assert answer.status_code == 200
    return dict(answer.get_json())


def test_pages_say_when_the_session_ends(app: Flask, phone: Phone) -> None:
    phone.sign_in(remember=False)
    idle, most = left(phone.browser.get("/my"))
    assert IDLE.seconds - MINUTE - 5 <= idle <= IDLE.seconds
    assert TOTAL.seconds - MINUTE <= most <= TOTAL.seconds
    past(app, "sessions", TOTAL - timedelta(minutes=10), "created_at")
    idle, most = left(phone.browser.get("/my"))
    assert idle == most and 9 * MINUTE <= most <= 10 * MINUTE


def test_the_warning_is_there_for_readers_and_hidden(phone: Phone) -> None:
    phone.sign_in(remember=False)
    page = phone.browser.get("/my")
    box = next(e for e in page.root.all("div") if "data-session-left" in e.attributes)
    assert box.attributes["role"] == "status"  # announced politely, when it is shown
    parts = [e for e in box.all("div") if "data-session" in e.attributes]
    assert [e.attributes["data-session"] for e in parts] == ["soon", "last", "over"]
    assert all("hidden" in e.attributes for e in parts)
    assert "ログインしたままにする" in parts[0].text


def test_staying_makes_it_longer(app: Flask, phone: Phone) -> None:
    phone.sign_in(remember=False)
    past(app, "sessions", timedelta(minutes=29), "seen_at")
    assert stay(phone)["left"] >= IDLE.seconds - 5
    past(app, "sessions", timedelta(minutes=29), "seen_at")
    assert phone.browser.get("/my").path == "/my"


def test_staying_ends_at_twelve_hours(app: Flask, phone: Phone) -> None:
    phone.sign_in(remember=False)
    past(app, "sessions", TOTAL - timedelta(minutes=1), "created_at")
    told = stay(phone)
    assert told["left"] == told["at_most"] <= MINUTE


def test_what_a_script_asks_keeps_nobody_signed_in(app: Flask, phone: Phone) -> None:
    """An open page asks for unread notices every two minutes: that is not the person."""
    phone.sign_in(remember=False)
    for _ in range(4):
        past(app, "sessions", timedelta(minutes=8), "seen_at")
        answer = phone.browser.client.get("http://localhost:8000/inbox/unread")
    assert answer.status_code == 303
    assert phone.browser.get("/my").path == "/sign-in"


def test_who_is_signed_out_is_not_warned(app: Flask, phone: Phone) -> None:
    assert "data-session-left" not in phone.browser.get("/search").html


def test_late_sessions_are_known_for_half_a_day_and_open_nothing(app: Flask, phone: Phone) -> None:
    phone.sign_in(remember=False)
    past(app, "sessions", IDLE + timedelta(minutes=1), "seen_at")
    assert phone.browser.get("/my").path == "/sign-in"
    with app.app_context():
        sweep_sessions()
    kept = "SELECT count(*) FROM sessions WHERE subject_id IS NOT NULL"
    assert rows(app, kept) == [(1,)]
    past(app, "sessions", timedelta(hours=12), "seen_at")
    with app.app_context():
        sweep_sessions()
    assert rows(app, kept) == [(0,)]


def test_the_list_says_how_one_signed_in(app: Flask, phone: Phone) -> None:
    phone.sign_in(remember=True)
    page = phone.browser.get("/account/security")
    assert "使った方法: LINE + メール" in page.text
    phone.leave()
    phone.tap()
    page = phone.browser.get("/account/security")
    assert "LINE + おぼえた端末" in page.text


@pytest.mark.parametrize(
    ("amr", "said"),
    [
        (["email", "otp", "mfa"], ("Mail", "Number from an app or a list")),
        (["pop", "user", "mfa"], ("Passkey",)),
        (["sc", "pin"], ("My Number card",)),
        (["something", "new"], ()),
    ],
)
def test_amr_in_plain_words(amr: list[str], said: tuple[str, ...]) -> None:
    assert ways(amr, one_step=False) == said


def test_nothing_of_it_is_fresh(app: Flask, phone: Phone) -> None:
    """A change right after a one-step sign-in is asked for its second step."""
    phone.sign_in(remember=True)
    phone.leave()
    phone.tap()
    assert phone.browser.get("/account/email").path == "/sign-in/second-step"
    phone.browser.get("/sign-in/second-step/totp")
    phone.browser.submit("次へ", code=people.app_code(SECRET, 1))
    assert phone.browser.get("/account/email").path == "/account/email"
