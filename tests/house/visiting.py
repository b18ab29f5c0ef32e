"""What the walks through every page and form share: odd values, and who visits with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import quote, urljoin

from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from auth.staff.roles import ROLES
from notifications.notices.models import InboxEntry
from notifications.notices.writing import write
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.web.access import access_of
from portal.residents import family
from portal.residents.models import Person
from tests.browser import Browser, Element
from tests.conftest import RESIDENT_HOST, STAFF_HOST
from tests.notifications.city import WRITER, draft, sign_in
from tests.portal.signing_in import new_resident

ODD = (
    "\x00",
    "9" * 5000,
    "-1",
    "𠮷野\U000e0100😀" * 40,
    "<script>alert(1)</script>\"'{{7*7}}%s",
    "'; DROP TABLE residents; --",
    "../../etc/passwd",
    "//evil.example",
    "a\r\nX-Evil: 1",
    "\u202e\ufeff\uffff",
)
# Nothing listens at LINE's addresses and the answering socket of these tests: 503 is right there.
MAY_BE_AWAY = ("/ask", "/sign-in/line/callback")


class Visit:
    """A signed-in browser and the ids of what it may touch, made anew for every route."""

    def __init__(self, app: Flask, rule: Rule, faults: list[str]) -> None:
        access = access_of(app, rule.endpoint)
        assert access is not None
        self.faults = faults
        face = "staff" if access.faces == {"staff"} else "resident"
        with app.app_context():
            self.me = new_resident(app)
            with transaction() as session:
                family.set_profile(session, self.me, nickname="さくら")
                self.child = Person(resident_id=self.me, relation="child")
                session.add(self.child)
        self.browser = Browser(app, f"http://{STAFF_HOST if face == 'staff' else RESIDENT_HOST}")
        if access.signed_in:
            everything = frozenset().union(*ROLES.values())
            who = WRITER if face == "staff" else self.me
            self.browser = sign_in(app, face, who, everything if face == "staff" else frozenset())

    def send(self, method: str, path: str, **more: Any) -> None:
        """One request; what the server did wrong is noted."""
        with self.browser.client.open(
            urljoin(self.browser.base, path), method=method, **more
        ) as answer:
            away = answer.status_code == 503 and path.startswith(MAY_BE_AWAY)
            fine = answer.status_code < 500 or away
            guarded = "default-src 'none'" in answer.headers.get("Content-Security-Policy", "")
            if not fine or not guarded or "X-Evil" in answer.headers:
                self.faults.append(f"{answer.status_code} {method} {path[:150]} {str(more)[:300]}")

    def forms(self, path: str) -> list[tuple[str, dict[str, list[Any]]]]:
        """(action, fields as the page has them) of the POST forms of a page."""
        page = self.browser.get(path, follow=False)
        forms = [] if page.status != 200 else page.root.all("form")
        return [
            (form.attributes.get("action") or path, _fields(form))
            for form in forms
            if form.attributes.get("method") == "post" and "sign-out" not in str(form.attributes)
        ]


def _fields(form: Element) -> dict[str, list[Any]]:
    return Browser._filled(form)


def rules(app: Flask) -> Iterator[Rule]:
    """Every route but what machines ask and files."""
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is not None and "unknown" not in access.faces:
            yield rule


def paths(rule: Rule, ids: list[str], words: tuple[str, ...]) -> Iterator[str]:
    """The route's addresses: each value in each place, the others' first beside it."""
    names = sorted(rule.arguments)
    choices = [ids if name.endswith("_id") else words for name in names]
    first = [values[0] for values in choices]
    rows = {tuple(first): None}
    for place, values in enumerate(choices):
        for value in values:
            rows[*first[:place], value, *first[place + 1 :]] = None
            rows[
                tuple(
                    value if values == other else one
                    for other, one in zip(choices, first, strict=True)
                )
            ] = None
    for row in rows:
        yield address(rule, dict(zip(names, row, strict=True)))


def address(rule: Rule, values: dict[str, str]) -> str:
    """The route's path with these values in its places, whatever its converters would say."""
    places = re.compile(r"<(?:[^<>:]*:)?(\w+)>")
    return places.sub(lambda found: quote(values[found[1]], safe=""), rule.rule)


class Asked(ImmutableMultiDict[str, str]):
    """Parameters that note which of them a page asks for: odd values are for those."""

    names: ClassVar[set[str]] = set()

    def get(self, key: str, *more: Any, **options: Any) -> Any:
        self.names.add(key)
        return super().get(key, *more, **options)

    def getlist(self, key: str, *more: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *more)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


def note_names(app: Flask) -> None:
    """From now on Asked.names fills."""
    kind = {"parameter_storage_class": Asked}
    app.request_class = type("NotingRequest", (app.request_class,), kind)


def notice_for(who: Any) -> Any:
    """A draft of a clerk that this resident has in the inbox."""
    with transaction() as session:
        notice = write(session, WRITER, draft())
        session.add(InboxEntry(notice_id=notice.id, resident_id=who, at=now()))
        return notice.id
