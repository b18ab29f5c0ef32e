"""A city tool as the measurement needs it: prepared requests of the code flow, any provider."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from bench.sending import Answer, prepared

VERIFIER = "v" * 64
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Tool:
    """One client and one signed-in resident of a provider."""

    host: str
    client_id: str
    secret: str
    redirect_uri: str
    scope: str
    cookies: str = ""
    paths: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The provider."""
        return f"http://{self.host}"

    def discover(self, port: int) -> None:
        """Endpoints are found by discovery only."""
        document: dict[str, Any] = requests.get(
            f"http://127.0.0.1:{port}/.well-known/openid-configuration",
            headers={"Host": self.host},
            timeout=20,
        ).json()
        for name in ("authorization_endpoint", "token_endpoint"):
            self.paths[name] = urlsplit(document[name]).path

    def authorize(self) -> bytes:
        """Ask for a code, as the signed-in resident's browser does."""
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        path = f"{self.paths['authorization_endpoint']}?{urlencode(query)}"
        return prepared("GET", path, self.host, {"Cookie": self.cookies})

    def redeem(self, code: str) -> bytes:
        """The tool's server redeems it, with PKCE and its secret."""
        return self._token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.redirect_uri,
            code_verifier=VERIFIER,
        )

    def alone(self) -> bytes:
        """A token for the tool itself, of no resident: the least a token endpoint can do."""
        return self._token(grant_type="client_credentials", scope=self.scope)

    def _token(self, **form: str) -> bytes:
        both = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {both}"}
        return prepared("POST", self.paths["token_endpoint"], self.host, headers, urlencode(form))


def code_in(answer: Answer) -> str:
    """The code an authorization answer carries."""
    found = parse_qs(urlsplit(answer.header("location")).query).get("code")
    if not found:
        raise RuntimeError(f"no code: {answer.status} {answer.header('location')[:200]}")
    return found[0]


def form_token(page: str) -> str:
    """The CSRF token of a page's form."""
    found = CSRF.search(page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found[1]
