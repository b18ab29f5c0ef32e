"""What the stories of linking and merging need: accounts at hand, messages with links."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select, text

from auth.identities import Addresses, addresses_of
from portal.core.db import read, transaction
from portal.core.outbox import OutboxMessage
from tests.auth import people
from tests.browser import Browser

MAIL, NEW, OTHER = "sakura@home.example", "sakura@new.example", "sakura@work.example"


def addresses(app: Flask) -> list[Addresses]:
    """Of everybody who has not left."""
    with app.app_context():
        ids = read().execute(text("SELECT id FROM residents ORDER BY id")).scalars().all()
        found = addresses_of(read(), ids)
        return [found[one] for one in ids if one in found]


def messages(app: Flask, message: str) -> list[tuple[str, dict[str, Any]]]:
    """(address, parameters) of messages of this kind, the oldest first."""
    with app.app_context():
        rows = read().execute(
            select(OutboxMessage).where(OutboxMessage.message == message).order_by(OutboxMessage.id)
        )
        return [(row.to, row.params) for row in rows]


def link_to(app: Flask, message: str, address: str, name: str = "url") -> str:
    """The path of the link in the newest message of this kind to an address."""
    found = [p[name] for to, p in messages(app, message) if to == address and name in p]
    return people.path_of(found[-1])


def rows(app: Flask, query: str, **values: Any) -> list[Any]:
    """Rows of a query of the test."""
    with app.app_context():
        return list(read().execute(text(query), values))


def change(app: Flask, statement: str, **values: Any) -> None:
    """A change of the test's own, such as time that passes."""
    with app.app_context(), transaction() as session:
        session.execute(text(statement), values)


def me(app: Flask, browser: Browser) -> UUID:
    """Who is signed in in this browser."""
    cookie = browser.client.get_cookie("mado_resident")
    assert cookie is not None
    token = hashlib.sha256(cookie.value.encode()).digest()
    found = rows(app, "SELECT subject_id FROM sessions WHERE token_hash = :t", t=token)
    subject: UUID = found[0][0]
    return subject


def change_address(browser: Browser, app: Flask, to: str) -> None:
    """The signed-in resident changes the mail address."""
    browser.get("/account/email")
    browser.submit(email=to)
    browser.submit(code=people.sent_codes(app, to)[-1])
