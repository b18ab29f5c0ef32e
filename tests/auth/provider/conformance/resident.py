"""A resident of the conformance modules: a browser and the app to prove it again."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from portal.core.db import transaction
from tests.auth.people import app_code
from tests.auth.provider.tools import add_resident, sign_in
from tests.browser import Browser, Page
from tests.conftest import RESIDENT_HOST

HOST = f"http://{RESIDENT_HOST}"


def run(app: Flask, statement: str) -> None:
    """A statement, as time or chance would change the records."""
    with app.app_context(), transaction() as session:
        session.execute(text(statement))


class Resident(Browser):
    """Somebody's browser, signed in with two factors, and the app to do so again."""

    def __init__(self, app: Flask, address: str) -> None:
        super().__init__(app, HOST)
        self.app = app
        self.secret = add_resident(app, address)
        sign_in(self, app, address, self.secret)

    def prove_again(self) -> Page:
        """The second step, a little later."""
        run(self.app, "UPDATE authenticators SET last_step = 0")
        self.get("/sign-in/second-step/totp")
        return self.submit(code=app_code(self.secret))

    def was_signed_in(self, before: timedelta) -> None:
        """Time has passed since every sign-in."""
        seconds = int(before.total_seconds())
        run(
            self.app,
            "UPDATE sessions SET authenticated_at = authenticated_at - "
            f"interval '{seconds} seconds'",
        )
