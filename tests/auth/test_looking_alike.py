"""What a stranger can learn at the doors: nothing; and what the log keeps."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import text

from portal.core.db import read
from tests.auth import people
from tests.auth.conftest import HOST, MAIL
from tests.auth.people import LinePhone, signed_in
from tests.browser import Browser


def test_a_registered_and_an_unknown_address_look_alike(app: Flask, browser: Browser) -> None:
    people.register_by_mail(browser, app, MAIL)
    pages = []
    for address in (MAIL, "nobody@home.example"):
        visitor = Browser(app, HOST)
        visitor.get("/sign-in/email")
        answer = visitor.submit(email=address, follow=False)
        shown = visitor.get("/sign-in/email/code")
        wrong = visitor.submit(code=people.wrong(people.sent_codes(app, address)[-1]))
        for page in (answer, shown, wrong):
            plain = re.sub(r'(csrf_token" (type="hidden" )?value=)"[^"]*"', r"\1", page.html)
            headers = {
                k: v
                for k, v in page.response.headers
                if k not in {"Set-Cookie", "X-Request-Id", "Content-Length"}
            }
            pages.append((page.status, plain.replace(address, "…"), headers))
    assert pages[:3] == pages[3:]


def test_a_known_and_an_unknown_address_cost_the_same_statements(
    app: Flask, browser: Browser, count_queries: Any
) -> None:
    people.register_by_mail(browser, app, MAIL)
    costs = []
    for address in (MAIL, "nobody@home.example"):
        visitor = Browser(app, HOST)
        visitor.get("/sign-in/email")
        with count_queries() as statements:
            visitor.submit(email=address, follow=False)
        costs.append(statements)
    assert costs[0] == costs[1]


def test_a_clerk_and_a_stranger_look_alike_at_the_staff_door(
    app: Flask, staff_browser: Browser, work: Any, count_queries: Any
) -> None:
    people.add_clerk(app, "koho@city.example", "author")
    pages, costs = [], []
    for address in ("koho@city.example", "nobody@city.example"):
        staff_browser.get("/staff/sign-in")
        with count_queries() as statements:
            answer = staff_browser.submit(email=address, follow=False)
        costs.append(statements)
        shown = staff_browser.get("/staff/sign-in/code")
        wrong = staff_browser.submit(code="000000")
        for page in (answer, shown, wrong):
            plain = re.sub(r'(csrf_token" (type="hidden" )?value=)"[^"]*"', r"\1", page.html)
            pages.append((page.status, plain.replace(address, "…")))
    assert costs[0] == costs[1]
    assert pages[:3] == pages[3:]
    work()
    assert people.sent_codes(app, "nobody@city.example") == []


def test_the_victims_mail_in_an_attackers_sign_up_gives_nothing(
    app: Flask, browser: Browser, other: Browser, line: LinePhone
) -> None:
    """Pre-hijack: an address is nobody's before its mail is read."""
    people.first_by_line(other, line)
    other.get("/sign-in/set-up/email")
    other.submit(email=MAIL)
    other.submit(code=people.wrong(people.sent_codes(app, MAIL)[-1]))
    assert people.first_by_mail(browser, app, MAIL).path == "/sign-in/set-up"
    with app.app_context():
        assert read().execute(text("SELECT count(*) FROM identities")).scalar() == 0


def test_a_residents_session_is_nothing_at_the_staff_door(
    app: Flask, browser: Browser, staff_browser: Browser
) -> None:
    people.register_by_mail(browser, app, MAIL)
    cookie = browser.client.get_cookie("mado_resident")
    assert cookie is not None
    for name in ("mado_staff", "mado_resident"):
        staff_browser.client.set_cookie(name, cookie.value, domain="staff.localhost")
    assert staff_browser.get("/staff/sign-in").heading == "職員のログイン"
    assert staff_browser.get("/sign-in").status == 404
    assert browser.get("/staff/sign-in").status == 404


def test_a_clerk_can_not_skip_the_app(app: Flask, staff_browser: Browser, work: Any) -> None:
    secret = people.add_clerk(app, "koho@city.example", "author")
    staff_browser.get("/staff/sign-in")
    staff_browser.submit(email="koho@city.example")
    assert staff_browser.get("/staff/sign-in/app").status == 409
    work()
    staff_browser.get("/staff/sign-in/code")
    staff_browser.submit(code=people.sent_codes(app, "koho@city.example")[-1])
    assert signed_in(app) == 0
    for _ in range(10):
        assert staff_browser.submit(code="000000").errors
    assert staff_browser.submit(code=people.app_code(secret)).status == 429
    assert signed_in(app) == 0


def test_no_code_address_or_line_id_is_in_the_audit_log(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    with app.app_context():
        rows = read().execute(text("SELECT row_to_json(a)::text FROM audit_entries a")).scalars()
        words = " ".join(rows)
    for secret in (MAIL, line.user_id, *people.sent_codes(app, MAIL)):
        assert secret not in words
    assert {"sign_in.first_proven", "account.registered", "consent.given"} <= set(
        people.actions(app)
    )
