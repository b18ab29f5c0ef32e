"""An OpenID issuer that says whatever a test wants, over a real socket."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CARD_CLIENT, ENTRA_CLIENT = "madocard", "11111111-2222-3333-4444-555555555555"
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
EC = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig", "alg": "ES256"})
OTHER_EC = ECKey.generate_key("P-256", {"kid": "ec-2", "use": "sig", "alg": "ES256"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
OTHER_RSA = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})
SUBJECT = "pairwise-subject-of-a-card"
OID = "bbbbbbbb-0000-4000-8000-000000000002"


class Liar:
    """Discovery, keys, token and userinfo; each answer can be set."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.headers: dict[str, str] = {}
        self.keys: list[dict[str, Any]] = [dict(EC.as_dict(private=False))]
        self.token: Callable[[dict[str, str]], Any] = lambda form: {}
        self.status = 200
        self.moved = ""  # a path that redirects
        self.userinfo: Any = {}
        self.discovery: dict[str, Any] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "id_token_signing_alg_values_supported": ["none", "HS256", "ES256", "RS256"],
        }
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []

    def answer(self, path: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        self.asked.append((path, form, headers))
        if path == self.moved:
            return 307, {}
        if path.endswith("/.well-known/openid-configuration"):
            return 200, self.discovery
        if path == "/jwks":
            return 200, {"keys": self.keys}
        if path == "/userinfo":
            return 200, self.userinfo
        return self.status, self.token(form)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        liar = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self) -> None:
                self._say({})

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._say({name: values[0] for name, values in parse_qs(raw).items()})

            def _say(self, form: dict[str, str]) -> None:
                status, body = liar.answer(urlsplit(self.path).path, form, dict(self.headers))
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                for name, value in liar.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None:
                """Silent."""

        return Handler


@contextmanager
def running() -> Iterator[Liar]:
    """A running one."""
    liar = Liar()
    thread = threading.Thread(target=liar.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        liar.server.shutdown()
        liar.server.server_close()
        thread.join()


def card_table(liar: Liar, key_file: str) -> dict[str, Any]:
    """The card service as a city would configure it."""
    return {
        "name": "card",
        "face": "resident",
        "issuer": liar.url,
        "client_id": CARD_CLIENT,
        "client_auth": "private_key_jwt",
        "key_file": key_file,
        "key_id": "city-1",
        "id_token_algs": ["ES256"],
        "scope": "openid",
        "scope_of_attributes": "openid name address birthdate gender",
        "userinfo": True,
        "authorize": {"acr_values": "aal3 crl", "ui_locales": "{language}"},
        "max_age": 300,
        "required_acr": "aal3",
        "acr": {"aal3": "jpki"},
        "attributes": {
            "name": {"claim": "name"},
            "address": {"claim": "address", "form": "address"},
            "birthdate": {"claim": "birthdate", "form": "YYYYMMDD"},
            "sex": {"claim": "gender", "codes": {"1": "M", "2": "F"}},
        },
    }


def entra_table(liar: Liar, secret_file: str, **more: Any) -> dict[str, Any]:
    """A tenant of Entra ID as a city would configure it."""
    return {
        "name": "entra",
        "label": "庁内アカウント",
        "face": "staff",
        "issuer": f"{liar.url}/{TENANT}/v2.0",
        "authorization_endpoint": f"{liar.url}/authorize",
        "token_endpoint": f"{liar.url}/token",
        "jwks_uri": f"{liar.url}/jwks",
        "client_id": ENTRA_CLIENT,
        "client_auth": "client_secret_post",
        "secret_file": secret_file,
        "id_token_algs": ["RS256"],
        "scope": "openid profile",
        "subject": ["tid", "oid"],
        "require": {"tid": TENANT},
        "mfa_amr": ["mfa"],
        **more,
    }


def card_claims(liar: Liar, nonce: str, /, **more: Any) -> dict[str, Any]:
    """An ID token of the card service that holds; a claim that is None is left out."""
    moment = int(time.time())
    claims = {
        "iss": liar.url,
        "sub": SUBJECT,
        "aud": CARD_CLIENT,
        "exp": moment + 300,
        "iat": moment,
        "auth_time": moment,
        "nonce": nonce,
        "acr": "aal3",
        "amr": ["sc"],
    } | more
    return {name: value for name, value in claims.items() if value is not None}


def entra_claims(liar: Liar, nonce: str, /, **more: Any) -> dict[str, Any]:
    """The same of Entra ID."""
    claims = card_claims(liar, nonce) | {
        "iss": f"{liar.url}/{TENANT}/v2.0",
        "aud": ENTRA_CLIENT,
        "tid": TENANT,
        "oid": OID,
        "ver": "2.0",
        "preferred_username": "clerk@city.example",
        "email": "clerk@city.example",
        "roles": ["Mado.Author"],
        "acr": None,
        "amr": ["pwd"],
    }
    return {name: value for name, value in (claims | more).items() if value is not None}


def signed(claims: dict[str, Any], key: Any, **header: Any) -> str:
    """A token; a header that is None is left out."""
    alg = "ES256" if isinstance(key, ECKey) else "RS256"
    head = {"typ": "JWT", "alg": alg, "kid": key.as_dict(private=False).get("kid")} | header
    kept = {name: value for name, value in head.items() if value is not None}
    return str(jwt.encode(kept, claims, key, algorithms=[str(kept["alg"])], registry=None))


def unsigned(claims: dict[str, Any]) -> str:
    """alg none."""
    return ".".join([_part({"typ": "JWT", "alg": "none"}), _part(claims), ""])


def by_public_key(claims: dict[str, Any], key: Any) -> str:
    """HS256 with the issuer's public key as the secret (algorithm confusion)."""
    parts = [_part({"typ": "JWT", "alg": "HS256"}), _part(claims)]
    mac = hmac.new(key.as_pem(private=False), ".".join(parts).encode(), "sha256").digest()
    return ".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=").decode()])


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def answered(id_token: Any) -> dict[str, Any]:
    """A token endpoint's answer."""
    return {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": id_token}
