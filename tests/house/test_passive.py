"""Passive checks over every route, as a scanner beside a clerk and a resident would make them."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from auth.staff.roles import ROLES
from launcher.passive import Answer, findings, table
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_secret
from portal.core.settings import Settings
from portal.core.web.access import access_of
from portal.core.web.sessions import SessionRow
from portal.residents import family
from portal.residents.models import Person
from tests.house.visiting import paths
from tests.notifications.city import WRITER
from tests.portal.signing_in import new_resident

PUBLIC, STAFF = "https://my.city.example", "https://staff.city.example"
SAFE = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=1",
    "X-Frame-Options": "DENY",
    "Content-Type": "text/html",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(
    ("changed", "body", "expected"),
    [
        ({}, "<p>Hello</p>", []),
        ({"X-Content-Type-Options": ""}, "", ["headers"]),
        ({"Strict-Transport-Security": ""}, "", ["headers"]),
        ({"X-Frame-Options": ""}, "", ["headers"]),
        ({"Cache-Control": "public"}, "", ["caching"]),
        ({"Server": "granian/2.7"}, "", ["leaks"]),
        ({"Set-Cookie": "__Host-mado_staff=1; Path=/; Secure; HttpOnly; SameSite=Lax"}, "", []),
        ({"Set-Cookie": "mado_staff=1; Secure; SameSite=Lax"}, "", ["cookies", "cookies"]),
        ({"Set-Cookie": "language=ja; Domain=city.example"}, "", ["cookies"] * 3),
        ({}, "<script>alert(1)</script>", ["inline"]),
        ({}, '<p style="color:red" onclick="x()">', ["inline", "inline"]),
        ({}, '<a href="javascript:x()">', ["inline"]),
        ({}, '<img src="http://staff.city.example/a.png">', ["mixed"]),
        ({}, '<link rel="stylesheet" href="https://cdn.example/a.css">', ["mixed"]),
        ({}, '<form action="https://cdn.example/">', ["mixed"]),
        ({}, '<a href="https://www.city.example/">', []),
        ({}, '<input type="password" name="p">', ["forms"]),
        ({}, '<input type="password" name="p" autocomplete="current-password">', []),
        ({}, "Traceback (most recent call last)", ["leaks"]),
    ],
)
def test_what_each_check_finds(changed: dict[str, str], body: str, expected: list[str]) -> None:
    headers = [(name, value) for name, value in (SAFE | changed).items() if value]
    answer = Answer(STAFF + "/staff/", 200, headers, body, signed_in=True, staff=True)
    assert [check for check, _ in findings(answer)] == expected


@pytest.mark.parametrize("loose", ["'unsafe-inline'", "'unsafe-eval'", "*", "https:"])
def test_a_loose_policy_is_found(loose: str) -> None:
    policy = SAFE["Content-Security-Policy"].replace("img-src 'self'", f"img-src 'self' {loose}")
    headers = [*(SAFE | {"Content-Security-Policy": policy}).items()]
    found = findings(Answer(PUBLIC + "/", 200, headers, ""))
    assert [check for check, _ in found] == ["policy"]


@pytest.fixture
def public(settings: Settings) -> Iterator[Flask]:
    """A city reachable from outside, with figures of Google Analytics on."""
    from wsgi import create_app

    more = {
        "PUBLIC_URL": PUBLIC,
        "STAFF_URL": STAFF,
        "LINE_AUTHORIZE_URL": "https://access.line.me",
        "LINE_API_URL": "https://api.line.me",
        "LINE_DATA_URL": "https://api-data.line.me",
        "GOOGLE_ANALYTICS": "G-ABCD1234",
    }
    app = create_app(Settings(**(settings.model_dump() | more)))
    yield app
    app.extensions["mado.database"].engine.dispose()
    app.extensions["mado.redis"].close()


class Scan:
    """Opens every route as whom it is for, and every page a link leads to that was not seen yet."""

    def __init__(self, app: Flask) -> None:
        self.app, self.seen, self.answers = app, set[str](), 0
        self.found: dict[str, list[str]] = defaultdict(list)
        with app.app_context():
            me = new_resident(app)
            with transaction() as session:
                family.set_profile(session, me, nickname="さくら")
                child = Person(resident_id=me, relation="child")
                session.add(child)
                session.flush()
                self.child = str(child.id)
        self.clients = {
            ("resident", False): app.test_client(),
            ("staff", False): app.test_client(),
            ("resident", True): self.signed_in("resident", me, frozenset()),
            ("staff", True): self.signed_in("staff", WRITER, frozenset().union(*ROLES.values())),
        }

    def signed_in(self, face: str, who: UUID, permissions: frozenset[str]) -> FlaskClient:
        token, at = new_secret(), now()
        with self.app.app_context(), transaction() as session:
            session.add(
                SessionRow(
                    token_hash=hashlib.sha256(token.encode()).digest(),
                    face=face,
                    subject_id=who,
                    acr="two-steps",
                    amr=["mail", "otp"],
                    permissions=sorted(permissions),
                    authenticated_at=at,
                    created_at=at,
                    seen_at=at,
                    data={},
                )
            )
        client = self.app.test_client()
        host = urlsplit(STAFF if face == "staff" else PUBLIC).netloc
        client.set_cookie(f"__Host-mado_{face}", token, domain=host, secure=True)
        return client

    def everything(self) -> None:
        for rule in self.app.url_map.iter_rules():
            access = access_of(self.app, rule.endpoint)
            if access is None or rule.endpoint == "static":
                continue
            path = next(paths(rule, [self.child], ("childcare_allowance", "child")))
            face = "staff" if access.faces == {"staff"} else "resident"
            if "sign_out" in rule.endpoint or "sign-out" in rule.rule:
                continue
            for signed_in in (True, False):
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    self.look(method, path, face, signed_in)

    def look(self, method: str, path: str, face: str, signed_in: bool, deep: int = 2) -> None:
        key = f"{method} {path} {face} {signed_in}"
        if key in self.seen:
            return
        self.seen.add(key)
        base = STAFF if face == "staff" else PUBLIC
        with self.clients[face, signed_in].open(path, method=method, base_url=base) as response:
            page = response.mimetype == "text/html"
            body = response.get_data(as_text=True) if page or response.is_json else ""
            self.note(method, base + path, face, signed_in, response, body)
        if page and method == "GET" and deep:
            for link in re.findall(r'<a[^>]* href="([^"#]+)"', body):
                self.follow(urljoin(base + path, link.replace("&amp;", "&")), face, signed_in, deep)

    def follow(self, address: str, face: str, signed_in: bool, deep: int) -> None:
        """Only kinds of pages not seen yet: a list of a thousand services is one kind."""
        parts = urlsplit(address)
        base = STAFF if face == "staff" else PUBLIC
        if f"{parts.scheme}://{parts.netloc}" != base or "sign-out" in parts.path:
            return
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "*", parts.path)
        kind = "/".join(kind.split("/")[:4])
        if f"{kind} {face} {signed_in}" not in self.seen:
            self.seen.add(f"{kind} {face} {signed_in}")
            self.look("GET", parts.path, face, signed_in, deep - 1)

    def note(
        self, method: str, address: str, face: str, known: bool, response: Response, body: str
    ) -> None:
        self.answers += 1
        answer = Answer(
            address, response.status_code, [*response.headers], body, known, face == "staff"
        )
        for check, fault in findings(answer):
            self.found[check].append(f"{fault} — {method} {urlsplit(address).path} ({face})")


@pytest.mark.deep
@pytest.mark.no_cover
def test_passive_checks_over_every_route(public: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    scan = Scan(public)
    scan.everything()
    with capsys.disabled():
        sys.stdout.write(f"\npassive checks: {table(scan.answers, scan.found)}\n")
    assert scan.answers > 800
    assert not scan.found
