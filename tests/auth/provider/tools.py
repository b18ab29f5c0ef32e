"""A city tool as the stories need it: sends residents over, redeems codes, proves itself."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from auth import authenticators, consents
from auth.provider import clients
from auth.registration import register_resident
from portal.core.db import transaction
from tests.auth.people import app_code, begun_by_mail
from tests.browser import Browser, Page

BACK = "https://tool.mado.example/back"
ISSUER = "http://localhost:8000"


def new_key(alg: str = "ES256") -> ECKey:
    """A key of the tool."""
    return ECKey.generate_key("P-256", {"use": "sig", "alg": alg}, auto_kid=True)


@dataclass
class Tool:
    """One client of the provider."""

    app: Flask
    client_id: str
    secret: str | None = None
    way: str = "client_secret_basic"
    key: Any = None
    redirect_uri: str = BACK
    verifier: str = ""
    asked: dict[str, str] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        """Endpoints are found here only."""
        return dict(self.http("GET", "/.well-known/openid-configuration").get_json())

    def path(self, name: str) -> str:
        """The path of an endpoint."""
        return urlsplit(self.discovery()[name]).path

    def http(self, method: str, path: str, **how: Any) -> Any:
        """A request of the tool's server: another client, no cookies."""
        return self.app.test_client().open(path, method=method, base_url=ISSUER, **how)

    def query(self, **more: Any) -> dict[str, str]:
        """Parameters of an authorization request; None leaves one out."""
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        } | more
        self.asked = {k: v for k, v in self.asked.items() if v is not None}
        return self.asked

    def send(self, browser: Browser, *, follow: bool = True, **more: Any) -> Page:
        """Send the browser over."""
        path = self.path("authorization_endpoint")
        return browser.get(f"{path}?{urlencode(self.query(**more))}", follow=follow)

    def allowed(self, browser: Browser, **more: Any) -> dict[str, str]:
        """Send the browser over and let the resident allow it; what came back."""
        page = self.send(browser, **more)
        if page.response.status_code == 200:
            page = press(browser, "allow")
        return came_back(page)

    def code(self, browser: Browser, **more: Any) -> str:
        """A code."""
        return self.allowed(browser, **more)["code"]

    def proof_of_client(self, **claims: Any) -> dict[str, str]:
        """The form fields of private_key_jwt."""
        moment = int(time.time())
        told = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": ISSUER,
            "iat": moment,
            "exp": moment + 60,
            "jti": secrets.token_urlsafe(12),
        } | claims
        told = {k: v for k, v in told.items() if v is not None}
        assertion = jwt.encode({"alg": "ES256", "kid": self.key.kid}, told, self.key, ["ES256"])
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return {"client_assertion_type": kind, "client_assertion": assertion}

    def post(self, endpoint: str, headers: dict[str, str] | None = None, **form: Any) -> Any:
        """Call an endpoint, proving the client in its way."""
        headers = dict(headers or {})
        if self.way == "client_secret_basic":
            both = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            headers["Authorization"] = f"Basic {both}"
        elif self.way == "client_secret_post":
            form = {"client_id": self.client_id, "client_secret": self.secret} | form
        elif self.way == "private_key_jwt":
            form = self.proof_of_client() | form
        else:
            form = {"client_id": self.client_id} | form
        form = {k: v for k, v in form.items() if v is not None}
        return self.http("POST", self.path(endpoint), data=form, headers=headers)

    def redeem(self, code: str, headers: dict[str, str] | None = None, /, **more: Any) -> Any:
        """Redeem a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        } | more
        return self.post("token_endpoint", headers, **form)

    def refresh(self, token: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """Refresh."""
        form = {"grant_type": "refresh_token", "refresh_token": token} | more
        return self.post("token_endpoint", headers, **form)

    def tokens(self, browser: Browser, **more: Any) -> dict[str, Any]:
        """The whole way to tokens."""
        answer = self.redeem(self.code(browser, **more))
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def userinfo(self, token: str) -> Any:
        """What the tool may know."""
        path = self.path("userinfo_endpoint")
        return self.http("GET", path, headers={"Authorization": f"Bearer {token}"})

    def claims(self, token: str) -> dict[str, Any]:
        """A token checked with our published keys."""
        keys = KeySet.import_key_set(self.http("GET", self.path("jwks_uri")).get_json())
        return dict(jwt.decode(token, keys, algorithms=["ES256", "RS256"]).claims)


def add_tool(app: Flask, **values: Any) -> Tool:
    """A client, as administrators make it."""
    way = values.pop("auth_method", "client_secret_basic")
    key = new_key() if way == "private_key_jwt" else None
    given = {
        "name": "図書館の予約",
        "redirect_uris": [BACK],
        "scopes": ["openid", "profile", "email", "address", "offline_access"],
        "jwks": {"keys": [dict(key.as_dict(private=False))]} if key else None,
    } | values
    with app.app_context(), transaction() as session:
        client, secret = clients.add(session, auth_method=way, **given)
        return Tool(app, client.client_id, secret, way, key, client.redirect_uris[0])


def add_resident(app: Flask, address: str) -> str:
    """A resident with an authenticator app; its secret."""
    secret = authenticators.new_secret()
    with app.app_context(), transaction() as session:
        resident = register_resident(session, email=address, totp_secret=secret)
        consents.agree(session, resident, "ja")
    return secret


def sign_in(browser: Browser, app: Flask, address: str, secret: str, steps: int = 0) -> Page:
    """Both steps; stays where the sign-in leads."""
    code = begun_by_mail(browser, app, address)
    browser.submit(code=code)
    browser.get("/sign-in/second-step/totp")
    return browser.submit(code=app_code(secret, steps))


def press(browser: Browser, decision: str) -> Page:
    """Press a button of the consent page."""
    assert browser.page is not None
    word = {"allow": "許可して進む", "deny": "許可しない"}[decision]
    return browser.submit(word)


def came_back(page: Page) -> dict[str, str]:
    """What the tool receives at its address."""
    location = page.response.headers.get("Location", "")
    assert page.status == 303 and location, (page.status, page.text[:400])
    parts = urlsplit(location)
    return {"at": f"{parts.scheme}://{parts.netloc}{parts.path}"} | {
        name: values[0] for name, values in parse_qs(parts.query).items()
    }


def body_of(token: str) -> dict[str, Any]:
    """A JWT's claims, unchecked."""
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
