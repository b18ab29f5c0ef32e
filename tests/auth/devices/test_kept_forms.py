"""A form that comes after the session ran out is kept: for its owner, in that browser."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from auth import consents
from auth.registration import register_resident
from portal.core.db import transaction
from portal.core.web.kept_forms import _secret, sweep
from tests.auth import people
from tests.auth.conftest import HOST, MAIL
from tests.auth.devices.conftest import SECRET
from tests.auth.devices.phone import Phone, csrf_of, past, rows
from tests.auth.people import app_code
from tests.browser import Browser, Page

MOMIJI = "momiji@home.example"
NOT_SENT = "まだ送られていません"


@pytest.fixture
def writing(phone: Phone) -> Phone:
    """Sakura, signed in, with the form of a new card open."""
    phone.sign_in(remember=False)
    phone.browser.get("/family/new/child")
    return phone


TYPED = {
    "nickname": "ひまわり",
    "birthdate-era": "R",
    "birthdate-year": "6",
    "birthdate-month": "5",
    "birthdate-day": "2",
}


def time_out(app: Flask, by: timedelta = timedelta(minutes=31)) -> None:
    past(app, "sessions", by, "seen_at")


def signs_in_again(app: Flask, browser: Browser, address: str = MAIL, step: int = 1) -> Page:
    """By mail and app, from the page the form led to."""
    browser.get(browser.page.link("メールでログイン") if browser.page else "/sign-in/email")
    browser.submit(email=address)
    browser.submit(code=people.sent_codes(app, address)[-1])
    browser.get("/sign-in/second-step/totp")
    page = browser.submit("ログイン", code=app_code(SECRET, step))
    if "passkey" in page.path:
        page = browser.get(page.link("あとで") if "あとで" in page.text else page.path)
    return page


def test_what_was_typed_comes_back_and_is_sent(app: Flask, writing: Phone) -> None:
    time_out(app)
    page = writing.browser.submit(**TYPED)
    assert page.path == "/sign-in" and "残してあります" in page.text
    assert not rows(app, "SELECT id FROM persons")
    page = signs_in_again(app, writing.browser)
    assert page.path == "/family/new/child" and NOT_SENT in page.text
    assert 'value="ひまわり"' in page.html and 'value="6"' in page.html
    assert not page.errors and not rows(app, "SELECT id FROM persons")
    page = writing.browser.submit()
    assert page.path == "/family"
    assert rows(app, "SELECT birthdate::text FROM persons") == [("2024-05-02",)]
    assert not rows(app, "SELECT id FROM kept_forms")  # sent: forgotten


def test_after_twelve_hours_too(app: Flask, writing: Phone) -> None:
    past(app, "sessions", timedelta(hours=12, minutes=1), "created_at")
    assert writing.browser.submit(**TYPED).path == "/sign-in"
    assert NOT_SENT in signs_in_again(app, writing.browser).text


def test_another_resident_in_the_same_browser_gets_nothing(app: Flask, writing: Phone) -> None:
    with app.app_context(), transaction() as session:
        found = register_resident(session, email=MOMIJI, totp_secret=SECRET)
        consents.agree(session, found, "ja")
    time_out(app)
    writing.browser.submit(**TYPED)
    page = signs_in_again(app, writing.browser, MOMIJI)
    assert page.path == "/family/new/child"
    assert NOT_SENT not in page.text and "ひまわり" not in page.html


def test_another_browser_of_the_same_resident_gets_nothing(
    app: Flask, writing: Phone, stranger: Phone
) -> None:
    time_out(app)
    page = writing.browser.submit(follow=False, **TYPED)
    kept = str(rows(app, "SELECT id FROM kept_forms")[0][0])
    assert kept in page.response.headers["Location"]
    stranger.sign_in(remember=False)
    page = stranger.browser.get(f"/family/new/child?kept={kept}")
    assert NOT_SENT not in page.text and "ひまわり" not in page.html


@pytest.mark.parametrize("which", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_made_up_number_is_nothing(writing: Phone, which: str) -> None:
    page = writing.browser.get(f"/family/new/child?kept={which}")
    assert page.status == 200 and NOT_SENT not in page.text


def test_it_is_kept_for_half_an_hour(app: Flask, writing: Phone) -> None:
    time_out(app)
    writing.browser.submit(**TYPED)
    past(app, "kept_forms", timedelta(minutes=30), "created_at")
    page = signs_in_again(app, writing.browser)
    assert page.path == "/family/new/child" and NOT_SENT not in page.text
    with app.app_context():
        assert sweep() == 1


def test_the_other_page_does_not_show_it(app: Flask, writing: Phone) -> None:
    time_out(app)
    writing.browser.submit(**TYPED)
    kept = rows(app, "SELECT id FROM kept_forms")[0][0]
    signs_in_again(app, writing.browser)
    page = writing.browser.get(f"/account/profile/edit?kept={kept}")
    assert NOT_SENT not in page.text and "ひまわり" not in page.html


def test_what_another_site_sends_in_her_name_is_not_kept(app: Flask, writing: Phone) -> None:
    """It would wait there, filled in, for Sakura to send it."""
    time_out(app)
    for token in (None, "x", "IjEi.abc.def"):
        form: dict[str, Any] = dict(TYPED) | ({"csrf_token": token} if token else {})
        origin = {"Origin": "https://evil.example"}
        answer = writing.browser.client.post(f"{HOST}/family/new/child", data=form, headers=origin)
        assert answer.status_code == 303
        assert "kept" not in answer.headers["Location"]
    assert not rows(app, "SELECT id FROM kept_forms")


def test_a_token_of_another_session_keeps_nothing(
    app: Flask, writing: Phone, other: Browser
) -> None:
    people.register_by_mail(other, app, MOMIJI)
    other.submit("保管しました")
    theirs = csrf_of(other)
    time_out(app)
    writing.browser.submit(csrf_token=theirs, **TYPED)
    assert not rows(app, "SELECT id FROM kept_forms")


def test_an_ended_session_keeps_nothing(app: Flask, writing: Phone) -> None:
    """Signed out, or ended from afar: that was meant."""
    with app.app_context(), transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM sessions")
    assert writing.browser.submit(**TYPED).path == "/sign-in"
    assert not rows(app, "SELECT id FROM kept_forms")


def test_codes_are_never_kept(app: Flask, phone: Phone) -> None:
    phone.sign_in(remember=False)
    phone.browser.get("/account/email")
    phone.browser.submit(email="sakura@new.example")
    time_out(app)
    page = phone.browser.submit(code="123456")
    assert page.path == "/sign-in"
    assert not rows(app, "SELECT id FROM kept_forms")


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("code", True),
        ("recovery_code", True),
        ("csrf_token", True),
        ("id_token", True),
        ("new-password", True),
        ("client_secret", True),
        ("pin", True),
        ("credential", True),
        ("opinion", False),
        ("postal_code", False),
        ("zip-code", False),
        ("nickname", False),
        ("codeword_hint", False),
        ("email", False),
    ],
)
def test_which_fields_are_secret(name: str, secret: bool) -> None:
    assert _secret(name) is secret


def test_a_button_without_fields_leads_back_to_its_page(app: Flask, phone: Phone) -> None:
    phone.sign_in(remember=False)
    phone.browser.get("/account/security")
    time_out(app)
    page = phone.browser.submit("新しく10個作る", follow=False)
    assert page.response.headers["Location"] == "/sign-in?next=/account/recovery-codes"
    assert not rows(app, "SELECT id FROM kept_forms")


def test_files_are_not_kept_and_it_is_said(app: Flask, writing: Phone) -> None:
    page = writing.browser.page
    assert page is not None
    form = {e.attributes["name"]: e.attributes.get("value", "") for e in page.form().all("input")}
    form |= TYPED | {"picture": (io.BytesIO(b"x" * 9), "a.png")}
    time_out(app)
    answer = writing.browser.client.post(f"{HOST}/family/new/child", data=form)
    writing.browser.get(answer.headers["Location"])
    page = signs_in_again(app, writing.browser)
    assert NOT_SENT in page.text and "ファイルは残せませんでした" in page.text


def test_an_endless_form_is_not_kept(app: Flask, writing: Phone) -> None:
    time_out(app)
    assert writing.browser.submit(**(TYPED | {"nickname": "長" * 70_000})).path == "/sign-in"
    assert not rows(app, "SELECT id FROM kept_forms")


def test_the_fields_are_sealed(app: Flask, writing: Phone) -> None:
    time_out(app)
    writing.browser.submit(**TYPED)
    stored = bytes(rows(app, "SELECT fields FROM kept_forms")[0][0])
    assert "ひまわり".encode() not in stored and b"nickname" not in stored


def test_ending_everything_forgets_it(app: Flask, writing: Phone, stranger: Phone) -> None:
    from auth import endings

    time_out(app)
    writing.browser.submit(**TYPED)
    owner = rows(app, "SELECT resident_id FROM kept_forms")[0][0]
    with app.app_context(), transaction() as session:
        endings.everywhere(session, owner)
    assert not rows(app, "SELECT id FROM kept_forms")
