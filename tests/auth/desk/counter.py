"""The counter of the stories: two clerks, what they type, what they print."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from threading import Thread
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auth import identities, recovery
from auth.consents import agree
from auth.desk import lists
from auth.registration import register_resident
from auth.staff import accounts
from auth.staff.roles import permissions_of
from portal.core.db import read, transaction
from portal.core.outbox import OutboxMessage
from portal.residents.family import set_profile
from tests.auth import people
from tests.browser import Browser, Page
from tests.notifications.city import sign_in

MAIL = "sakura@home.example"
BORN = date(1951, 3, 4)
BIRTHDATE: dict[str, Any] = {
    "birthdate-era": "",
    "birthdate-year": "1951",
    "birthdate-month": "3",
    "birthdate-day": "4",
}


def clerk(app: Flask, number: int, *roles: str) -> Browser:
    """A clerk who is signed in."""
    with app.app_context(), transaction() as session:
        held = roles or ("report_handler",)
        address = f"madoguchi{number}@city.example"
        account = accounts.add_staff(session, email=address, name=f"窓口の{number}番", roles=held)
    return sign_in(app, "staff", account.id, permissions_of(held))


def sakura(app: Flask, *, line: str | None = None, email: str | None = MAIL) -> UUID:
    """An account of an older resident, with its own card; the terms are agreed."""
    with app.test_request_context(), transaction() as session:
        who = register_resident(session, email=email, line_user_id=line)
        agree(session, who, "ja")
        set_profile(session, who, nickname="さくら", birthdate=BORN)
    return who


def paper_codes(app: Flask, who: UUID) -> list[str]:
    """Ten recovery codes."""
    with app.app_context(), transaction() as session:
        return recovery.make(session, who)


def printed(app: Flask, who: UUID) -> list[str]:
    """A printed list."""
    with app.app_context(), transaction() as session:
        return lists.issue(session, who, UUID(int=1)).codes


def finds(desk: Browser, reason: str = "lost", **by: Any) -> Page:
    """The clerk looks somebody up."""
    desk.get("/staff/assist")
    return desk.submit("さがす", reason=reason, **by)


def asks(desk: Browser, lost: str, **by: Any) -> Page:
    """The first clerk, with the resident and a document before them."""
    finds(desk, **(by or {"email": MAIL}))
    desk.get("/staff/assist/recovery")
    return desk.submit(lost=lost, seen="licence", **BIRTHDATE)


def agrees(desk: Browser, case: Page) -> str:
    """The second clerk agrees; the printed code."""
    desk.get(case.path)
    return code_on(desk.submit("同意して"))


def desk_code(app: Flask, lost: str) -> str:
    """A code two clerks made for Sakura."""
    return agrees(clerk(app, 2), asks(clerk(app, 1), lost))


def code_on(page: Page) -> str:
    """The one-time code a page prints."""
    return people.codes_on(page)[0]


def list_on(page: Page) -> list[str]:
    """The codes of a printed list, in their order."""
    return re.findall(r"<code>(\d{4} \d{4})</code>", page.html)


def activation_on(page: Page) -> str:
    """The number at the top of a list for a new resident."""
    found = re.search(r"<b[^>]*>(\d{5} \d{5})</b>", page.html)
    assert found, page.text
    return found[1]


def by_mail(browser: Browser, app: Flask, address: str = MAIL) -> Page:
    """The first half of a recovery: a mail address is read."""
    browser.get("/sign-in/recover/email")
    browser.submit(email=address)
    return browser.submit(code=people.sent_codes(app, address)[-1])


def by_line(browser: Browser, line: people.LinePhone) -> Page:
    """The first half of a recovery: LINE is left."""
    browser.get("/sign-in/recover")
    return browser.get(people.press_line(browser, line, "LINEで進む"))


def told(app: Flask) -> list[tuple[str, str, str, str | None]]:
    """(channel, address, what, link to stop) of the notices about losses."""
    with app.app_context():
        rows = read().execute(
            select(OutboxMessage)
            .where(OutboxMessage.message == "auth_recovery")
            .order_by(OutboxMessage.id)
        )
        return [(r.channel, r.to, r.params["what"], r.params["stop"]) for r in rows]


def addresses(app: Flask, who: UUID) -> identities.Addresses:
    """Where an account can be reached now."""
    with app.app_context():
        return identities.addresses_of(read(), [who]).get(who, identities.Addresses())


def residents_in(app: Flask) -> int:
    """How many residents' sessions there are; the clerks have theirs."""
    with app.app_context():
        count = "SELECT count(*) FROM sessions WHERE subject_id IS NOT NULL AND face = 'resident'"
        return int(read().execute(text(count)).scalar_one())


def meanwhile(app: Flask, act: Callable[[Session], bool]) -> list[bool]:
    """What `act` says here, and in a request that begins before this one has committed."""
    won: list[bool] = []

    def other() -> None:
        with app.app_context(), transaction() as session:
            won.append(act(session))

    thread = Thread(target=other)
    with app.app_context(), transaction() as session:
        won.append(act(session))
        session.flush()
        thread.start()
        thread.join(0.5)  # it waits for us
    thread.join()
    return won


def pass_by(app: Flask, hours: float) -> None:
    """Time passes for the cases."""
    columns = ("created_at", "approved_at", "due_at", "done_at", "stopped_at")
    shift = ", ".join(f"{name} = {name} - make_interval(secs => :by)" for name in columns)
    with app.app_context(), transaction() as session:
        session.execute(text(f"UPDATE recovery_cases SET {shift}"), {"by": hours * 3600})
