"""A resident's phone: taps inside LINE, the second step, the cookies it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from portal.core.db import read, transaction
from portal.core.outbox import OutboxMessage
from standins.processes import StandinProcess
from tests.auth import people
from tests.browser import Browser, Page

COOKIE, SESSION = "mado_resident_devices", "mado_resident"


@dataclass
class Phone:
    """A browser, and whose LINE and mail it reads."""

    app: Flask
    browser: Browser
    line: StandinProcess
    user_id: str
    address: str

    def token(self, user_id: str | None = None) -> str:
        """An ID token as LINE's script has it. Each is of another second: its words are new."""
        self.line.post("/__standin__/clock", {"advance_seconds": 1})
        asked = {"user": user_id or self.user_id}
        return str(self.line.post("/__standin__/liff-token", asked)["id_token"])

    def hand_over(self, token: str, path: str = "/my", *, follow: bool = True) -> Page:
        """The script puts the token into the form of the page LIFF opened."""
        page = self.browser.get(f"/line{path}")
        forms = [f for f in page.root.all("form") if "data-liff-id" in f.attributes]
        assert forms, f"{page.status} {page.path}: {page.text}"
        data = {c.attributes["name"]: [c.attributes["value"]] for c in forms[0].all("input")}
        data["id_token"] = [token]
        origin = {"Origin": self.browser.base, "Referer": page.url}
        return self.browser._open("POST", forms[0].attributes["action"], data, follow, origin)

    def tap(self, path: str = "/my") -> Page:
        """A tap inside LINE that leads to `path`."""
        return self.hand_over(self.token(), path)

    def second_step(self, *, remember: bool, follow: bool = True) -> Page:
        """A code by mail."""
        self.browser.submit("メールで番号を送る")
        code = people.sent_codes(self.app, self.address)[-1]
        values = {"remember": "y"} if remember else {}
        return self.browser.submit("ログイン", code=code, follow=follow, **values)

    def sign_in(self, *, remember: bool, path: str = "/my") -> Page:
        """Both steps, and past the offer of a passkey."""
        page = self.tap(path)
        assert page.path == "/sign-in/second-step", page.path
        self.second_step(remember=remember, follow=False)
        return self.browser.get(path)

    def leave(self) -> None:
        """Sign out."""
        self.browser.get("/account/security")
        self.browser.submit("ログアウト")

    def cookie(self, name: str = COOKIE) -> str | None:
        """A cookie of this browser."""
        found = self.browser.client.get_cookie(name)
        return found.value if found else None

    def plant(self, value: str, name: str = COOKIE) -> None:
        """Somebody puts a cookie into this browser."""
        self.browser.client.set_cookie(name, value, domain="localhost")


def csrf_of(browser: Browser) -> str:
    """The CSRF token of a signed-in browser."""
    form = browser.get("/account/security").form("ログアウト")
    return str(form.all("input")[0].attributes["value"])


def rows(app: Flask, statement: str, **values: Any) -> list[Any]:
    """Rows of the database."""
    with app.app_context():
        return list(read().execute(text(statement), values))


def past(app: Flask, table: str, by: timedelta, *columns: str) -> None:
    """Time passes for a table: its moments move back."""
    sets = ", ".join(f"{name} = {name} - :by" for name in columns)
    with app.app_context(), transaction() as session:
        session.execute(text(f"UPDATE {table} SET {sets}"), {"by": by})  # names of our own


def messages(app: Flask, name: str) -> list[Any]:
    """(channel, address, params) of the messages of one kind, the oldest first."""
    with app.app_context():
        found = read().execute(
            select(OutboxMessage.channel, OutboxMessage.to, OutboxMessage.params)
            .where(OutboxMessage.message == name)
            .order_by(OutboxMessage.id)
        )
        return list(found)
