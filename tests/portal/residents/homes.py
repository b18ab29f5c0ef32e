"""Two households that share a child, and a stranger, for stories about shared cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from portal.catalogue import ages
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.residents import inviting
from portal.residents.family import Card, add_person
from portal.residents.models import Person, Relation
from portal.residents.sharing_models import CardShare
from tests.browser import Browser, Page
from tests.portal.signing_in import resident_born, sign_in

CHECK = "1歳6か月児健診"
CHECK_KEY = "check_18m"
A_NAME, B_NAME = "すみれ", "けやき"


@dataclass
class Homes:
    """A made the child's card and lives in minato with a partner; B shares it, in ekimae."""

    app: Flask
    a: UUID
    b: UUID
    stranger: UUID
    child: UUID

    def browser(self, resident_id: UUID) -> Browser:
        """Signed in."""
        return sign_in(self.app, resident_id)

    def share(self, resident_id: UUID | None = None, name: str = B_NAME) -> UUID:
        """A invites, the other accepts; gives the share."""
        with self.app.test_request_context(), transaction() as session:
            _, secret = inviting.invite(session, self.a, self.child, A_NAME, today())
            return inviting.accept(session, resident_id or self.b, secret, name).id

    def viewer(self) -> UUID:
        """Somebody who may look on only."""
        looker = resident_born(self.app, date(1988, 1, 1))
        with self.app.app_context(), transaction() as session:
            session.add(
                CardShare(
                    person_id=self.child,
                    resident_id=looker,
                    role="viewer",
                    name="もみじ",
                    owner_name=A_NAME,
                )
            )
        return looker

    def card(self, person_id: UUID | None = None) -> Person | None:
        """The card as it is kept."""
        with self.app.app_context(), transaction() as session:
            return session.get(Person, person_id or self.child)

    def share_of(self, resident_id: UUID) -> UUID | None:
        with self.app.app_context():
            found = select(CardShare.id).where(CardShare.resident_id == resident_id)
            return read().execute(found).scalar()


def make_homes(app: Flask) -> Homes:
    """The households, not sharing yet."""
    a = resident_born(
        app, ages.add_months(today(), -30 * 12), nickname="あじさい", district="minato"
    )
    b = resident_born(app, ages.add_months(today(), -31 * 12), nickname="ひのき", district="ekimae")
    stranger = resident_born(app, date(1980, 1, 1))
    born = ages.add_months(today(), -18) - timedelta(days=7)
    with app.app_context(), transaction() as session:
        add_person(session, a, Card(relation=Relation.SPOUSE, nickname="ぼたん", birthdate=born))
        child = add_person(
            session,
            a,
            Card(relation=Relation.CHILD, nickname="あおば", birthdate=born, district="minato"),
        ).id
    return Homes(app, a, b, stranger, child)


def link_of(html: str) -> str:
    """The path of the invitation a page shows."""
    found = re.search(r"/family/invitation/[\w-]+", html)
    assert found, html
    return found.group()


def post(browser: Browser, path: str, **fields: str) -> Page:
    """Send a form nobody showed, with a right token: what a hostile person does."""
    page = browser.get("/family")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.html)
    assert found
    data = {"csrf_token": [found.group(1)]} | {name: [value] for name, value in fields.items()}
    headers = {"Origin": browser.base, "Referer": page.url}
    return browser._open("POST", path, data, True, headers)
