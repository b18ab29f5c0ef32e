"""What people do in the stories: take a code from a message, answer LINE, read an app."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pyotp
import requests
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auth.staff import accounts
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.outbox import OutboxMessage
from tests.browser import Browser, Page


class LinePhone:
    """A person's browser at LINE: signs in as `user_id` and allows what is asked."""

    def __init__(self, url: str, user_id: str) -> None:
        self.url, self.user_id = url, user_id
        self.http = requests.Session()
        self.http.trust_env = False

    def answer(self, authorize_url: str, *, allow: bool = True) -> str:
        """Follow LINE's pages; the address LINE sends the browser back to."""
        page = self.http.get(authorize_url, allow_redirects=False, timeout=10)
        if page.status_code == 200 and "login" in page.text:
            page = self._press(page, "/oauth2/v2.1/login", user=self.user_id)
        if page.status_code == 200:
            decision = "allow" if allow else "deny"
            page = self._press(page, "/oauth2/v2.1/consent", decision=decision)
        assert page.status_code in {302, 303}, page.text
        return page.headers["Location"]

    def _press(self, page: requests.Response, path: str, **values: str) -> requests.Response:
        token = re.search(r'name="request" value="([^"]+)"', page.text)
        assert token, page.text
        data = {"request": html.unescape(token[1]), **values}
        return self.http.post(self.url + path, data=data, allow_redirects=False, timeout=10)


def sent_codes(app: Flask, address: str) -> list[str]:
    """Codes sent to an address, the oldest first."""
    with app.app_context():
        rows = read().execute(
            select(OutboxMessage.to, OutboxMessage.params)
            .where(OutboxMessage.message == "auth_code")
            .order_by(OutboxMessage.id)
        )
        return [row.params["code"] for row in rows if row.to == address]


def receipts(app: Flask) -> list[tuple[str, str, str]]:
    """(channel, address, method) of messages about changed ways to sign in."""
    with app.app_context():
        rows = read().execute(
            select(OutboxMessage).where(OutboxMessage.message == "auth_new_method")
        )
        return [(row.channel, row.to, row.params["method"]) for row in rows]


def actions(app: Flask) -> list[str]:
    """Audited actions, the oldest first."""
    with app.app_context():
        return list(
            read().execute(text("SELECT action FROM audit_entries ORDER BY at, id")).scalars()
        )


def later(app: Flask, by: timedelta) -> None:
    """Time passes for every flow, code and count (their stored times move back)."""
    columns = {
        "sign_in_flows": ("created_at",),
        "sign_in_challenges": ("created_at", "expires_at"),
        "sign_in_attempts": ("at",),
        "sessions": ("authenticated_at",),
    }
    with app.app_context(), transaction() as session:
        for table, names in columns.items():
            for name in names:
                session.execute(
                    text(f"UPDATE {table} SET {name} = {name} - :by"),  # table names of our own
                    {"by": by},
                )


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def press_line(browser: Browser, line: LinePhone, button: str = "LINE", **how: Any) -> str:
    """Tap the LINE button and answer LINE; the callback's address."""
    page = browser.submit(button, follow=False)
    assert page.status == 303
    return line.answer(page.response.headers["Location"], **how)


def first_by_line(browser: Browser, line: LinePhone) -> Page:
    """The first step by LINE."""
    browser.get("/sign-in")
    return browser.get(press_line(browser, line))


def first_by_mail(browser: Browser, app: Flask, address: str) -> Page:
    """The first step by mail."""
    browser.get("/sign-in/email")
    browser.submit(email=address)
    return browser.submit(code=sent_codes(app, address)[-1])


def secret_on(page: Page) -> str:
    """The authenticator secret a page shows."""
    found = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page.html)
    assert found, page.text
    return found[1].replace(" ", "")


def app_code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or `steps` half minutes from now."""
    return pyotp.TOTP(secret).at(int(now().timestamp()), counter_offset=steps)


def codes_on(page: Page) -> list[str]:
    """The recovery codes a page shows."""
    return re.findall(r"[2-9a-z]{5}-[2-9a-z]{5}-[2-9a-z]{5}", page.html)


def path_of(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def register_by_line(browser: Browser, app: Flask, line: LinePhone, address: str) -> list[str]:
    """Sakura registers with LINE and a mail address; her recovery codes."""
    first_by_line(browser, line)
    browser.get("/sign-in/set-up/email")
    browser.submit(email=address)
    browser.submit(code=sent_codes(app, address)[-1])
    page = browser.submit(agree="y")
    return codes_on(page)


def register_by_mail(browser: Browser, app: Flask, address: str) -> tuple[str, list[str]]:
    """Momiji registers with a mail address and an app; the app's secret and recovery codes."""
    first_by_mail(browser, app, address)
    secret = secret_on(browser.get("/sign-in/set-up/app"))
    browser.submit(code=app_code(secret))
    return secret, codes_on(browser.submit(agree="y"))


def buttons(page: Page) -> Iterable[str]:
    """Words on the buttons and links of a page's content."""
    mains = page.root.all("main")
    return [element.text for element in mains[0].all("a", "button")]


def session_of(app: Flask) -> tuple[str, list[str]] | None:
    """(acr, amr) of the signed-in session, when there is one."""
    row = _session(app)
    return (row.acr, list(row.amr)) if row else None


def permissions_of(app: Flask) -> list[str] | None:
    """Permissions of the signed-in session, when there is one."""
    row = _session(app)
    return list(row.permissions) if row else None


def _session(app: Flask) -> Any:
    with app.app_context():
        return (
            read()
            .execute(
                text("SELECT * FROM sessions WHERE subject_id IS NOT NULL ORDER BY created_at DESC")
            )
            .first()
        )


def add_clerk(app: Flask, email: str, *roles: str) -> str:
    """A clerk's account; the secret of its app."""
    with app.app_context(), transaction() as session:
        account = accounts.add_staff(session, email=email, name="広報の書き手", roles=roles)
        return account.totp_secret


def staff_signs_in(browser: Browser, app: Flask, work: Any, email: str, secret: str) -> None:
    """A clerk passes both steps."""
    browser.get("/staff/sign-in")
    browser.submit(email=email)
    work()
    browser.submit(code=sent_codes(app, email)[-1])
    browser.submit(code=app_code(secret), follow=False)


def begun_by_mail(browser: Browser, app: Flask, address: str) -> str:
    """A browser that waits for its code; the code."""
    browser.get("/sign-in/email")
    browser.submit(email=address)
    return sent_codes(app, address)[-1]


def signed_in(app: Flask) -> int:
    """How many sessions are somebody's."""
    with app.app_context():
        count = "SELECT count(*) FROM sessions WHERE subject_id IS NOT NULL"
        return int(read().execute(text(count)).scalar_one())


def at_once(app: Flask, times: int, act: Callable[[], None]) -> None:
    """Run `act` in threads that start together."""
    barrier = threading.Barrier(times)

    def run() -> None:
        with app.app_context():
            barrier.wait()
            act()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def csrf_of(browser: Browser) -> str:
    """The CSRF token of this browser's session, from a page that has a form."""
    browser.get("/staff/")
    assert browser.page is not None
    fields = [e for e in browser.page.root.all("input") if e.attributes.get("name") == "csrf_token"]
    return fields[0].attributes["value"]


def sent_codes_in(session: Session, address: str) -> list[str]:
    """The same within a transaction."""
    rows = session.query(OutboxMessage).filter_by(message="auth_code").order_by(OutboxMessage.id)
    return [row.params["code"] for row in rows if row.to == address]
