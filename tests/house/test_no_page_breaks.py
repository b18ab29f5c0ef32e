"""Every route × odd parameters: the answer is a page or a refusal, never a bug."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from flask import Flask
from werkzeug.routing import Rule

from auth.staff.roles import ROLES
from launcher.catalogues import compile_stale
from notifications.notices.models import InboxEntry
from portal.core.db import transaction
from portal.core.ids import new_id
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
LARGE = 25  # fields: of such a form not every pair of field and value is tried
QUERY = ("q", "page", "next", "lang", "category", "archive", "notice", "from", "state", "code")
RAW_QUERIES = ("%ff%fe=%ff", "q=%ed%a0%80&page=%f0%9f", "&&&===", "page[]=1&page=2", "a" * 9000)
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


@pytest.fixture(autouse=True)
def _words() -> None:
    compile_stale()


def rules(app: Flask) -> Iterator[Rule]:
    """Every route but what machines ask and files."""
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is not None and "unknown" not in access.faces:
            yield rule


def paths(rule: Rule, ids: list[str], words: tuple[str, ...]) -> Iterator[str]:
    """The route's addresses with these values in its places."""
    names = sorted(rule.arguments)
    for values in product(*(ids if name.endswith("_id") else words for name in names)):
        path = rule.rule
        for name, value in zip(names, values, strict=True):
            for place in (f"<uuid:{name}>", f"<any(email,line,totp):{name}>", f"<{name}>"):
                path = path.replace(place, quote(value, safe=""))
        yield path


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong in a whole walk, told at once."""
    found: list[str] = []
    yield found
    assert not found, "\n".join([f"{len(found)} faults", *found[:20]])


def test_odd_addresses_and_queries(app: Flask, faults: list[str]) -> None:
    for rule in rules(app):
        visit = Visit(app, rule, faults)
        ids = [str(visit.child.id), str(new_id())]
        for path in paths(rule, [*ids, "\x00", "x" * 3000], ("childcare_allowance", "child", *ODD)):
            visit.send("GET", path)
        plain = next(paths(rule, ids, ("child",)))
        for name, value in zip(QUERY, ODD, strict=True):
            visit.send("GET", f"{plain}?{name}={quote(value)}")
        visit.send("GET", f"{plain}?" + "&".join(f"{name}={'9' * 5000}" for name in QUERY[:3]))
        visit.send("GET", f"{plain}?" + "&".join(f"{name}=%00" for name in QUERY))
        for query in RAW_QUERIES:
            visit.send("GET", f"{plain}?{query}")
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "FOO"):
            visit.send(method, plain)
        for header in ("Accept", "Cookie", "Accept-Language", "Origin", "Referer", "User-Agent"):
            visit.send("GET", plain, headers={header: "\x7f;=,*/*;q=nine\xff" * 20})


def test_odd_hosts(app: Flask) -> None:
    client = app.test_client()
    for host in (
        "evil.example",
        "localhost:8000.",
        "[::1",
        "a b",
        "localhost:8000@evil",
        ":::",
        "",
    ):
        for path in ("/", "/sign-in", "/my", "/staff/", "/static/css/base.css"):
            with client.get(path, headers={"Host": host}) as answer:
                assert answer.status_code in {400, 404, 200 if "static" in path else 404}
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_odd_values_in_every_field_of_every_form(app: Flask, faults: list[str]) -> None:
    for rule in rules(app):
        visit = Visit(app, rule, faults)
        with app.app_context():
            notice_id = _notice_for(visit.me)
        ids = [str(notice_id if "notice_id" in rule.arguments else visit.child.id)]
        for path in paths(rule, ids, ("child",)):
            for action, fields in visit.forms(path) if "GET" in (rule.methods or ()) else []:
                _fill_oddly(visit, action, fields)


def test_forms_sent_bare_and_twice(app: Flask, faults: list[str]) -> None:
    """Every state change with only a token, with odd fields nobody asked for, and once more."""
    for rule in rules(app):
        if "POST" not in (rule.methods or set()) or "sign_out" in rule.endpoint:
            continue
        visit = Visit(app, rule, faults)
        with app.app_context():
            notice_id = _notice_for(visit.me)
        page = {"staff": "/staff/sign-in"}.get(rule.rule.split("/")[1], "/sign-in/email")
        if access_of(app, rule.endpoint).signed_in:  # type: ignore[union-attr]
            page = "/staff/notices/new" if page.startswith("/staff") else "/account/profile/edit"
        [(_, fields), *_] = visit.forms(page)
        token = {"csrf_token": fields["csrf_token"]}
        ids = [str(notice_id if "notice_id" in rule.arguments else visit.child.id), str(new_id())]
        for path in paths(rule, ids, ("child", "childcare_allowance")):
            for more in ({}, {}, dict.fromkeys(("occurrence", "back", "version"), ODD[3])):
                visit.send("POST", path, data=token | more)


@pytest.mark.parametrize("path", ["services/child_allowance/edit", "desks/residents/edit"])
def test_odd_values_in_the_editor_of_the_catalogue(
    app: Flask, faults: list[str], path: str
) -> None:
    """Its addresses name entries that exist; in the largest form each field gets one odd value."""
    [rule] = [each for each in rules(app) if each.endpoint == "catalogue_staff.edit"]
    visit = Visit(app, rule, faults)
    found = visit.forms(f"/staff/catalogue/{path}")
    assert found
    for action, fields in found:
        _fill_oddly(visit, action, fields)


def _fill_oddly(visit: Visit, action: str, fields: dict[str, list[Any]]) -> None:
    step = 1 if len(fields) <= LARGE else len(ODD)
    for number, name in enumerate(fields):
        if name == "csrf_token":
            visit.send("POST", action, data=fields | {name: ODD[3]})
            continue
        for value in ODD[number % step :: step]:
            visit.send("POST", action, data=fields | {name: value})
    visit.send("POST", action, data=fields | dict.fromkeys(list(fields)[1:], "9" * 5000))


def _notice_for(who: Any) -> Any:
    """A draft of a clerk that this resident has in the inbox."""
    from notifications.notices.writing import write
    from portal.core.clock import now

    with transaction() as session:
        notice = write(session, WRITER, draft())
        session.add(InboxEntry(notice_id=notice.id, resident_id=who, at=now()))
        return notice.id
