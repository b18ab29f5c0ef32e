"""The tool's side of OpenID Connect: everything found by discovery, every answer checked."""

import base64
import hashlib
import secrets
import threading
import time
from typing import Any
from urllib.parse import urlencode

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SCOPE = "openid profile address offline_access"
ALGORITHMS = ["ES256", "RS256"]
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY = 30  # seconds two clocks may differ
LOGOUT_LIVES = 180  # seconds, at most


class NotProven(Exception):
    """The city's answer does not hold, or it refused; the text says which."""


class Provider:
    """The city's OpenID provider, as a registered tool uses it."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, back: str) -> None:
        self.issuer, self.client_id, self.back = issuer, client_id, back
        self._secret = client_secret
        self._lock = threading.Lock()
        self._document: dict[str, Any] = {}
        self._shown: dict[str, float] = {}  # logout tokens count once

    def authorize_url(self) -> tuple[str, dict[str, str]]:
        """Where to send the browser, and what must fit when it comes back."""
        asked = {name: secrets.token_urlsafe(24) for name in ("state", "nonce")}
        asked["verifier"] = secrets.token_urlsafe(48)
        digest = hashlib.sha256(asked["verifier"].encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": SCOPE,
            "state": asked["state"],
            "nonce": asked["nonce"],
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            "ui_locales": "ja",
        }
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(query)}", asked

    def redeem(self, code: str, asked: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Tokens for a code, and the claims of the ID token."""
        tokens = self._token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.back,
            code_verifier=asked["verifier"],
        )
        return tokens, self._id_token(tokens.get("id_token", ""), asked["nonce"])

    def refresh(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """New tokens; the refresh token that comes with them replaces the one that was sent."""
        fresh = self._token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        return tokens | fresh

    def about(self, tokens: dict[str, Any], sub: str) -> dict[str, Any]:
        """What the resident allows us to know, as of now (OpenID Connect Core 5.3)."""
        answer = self._call(
            "GET",
            self._endpoint("userinfo_endpoint"),
            headers={"Authorization": f"Bearer {tokens['access_token']}"},
        )
        if answer.get("sub") != sub:
            raise NotProven("userinfo of somebody else")
        return {name: value for name, value in answer.items() if name != "sub"}

    def logout_url(self, tokens: dict[str, Any], after: str) -> str:
        """Signing out of the city as well (RP-Initiated Logout 1.0)."""
        query = {
            "id_token_hint": tokens["id_token"],
            "client_id": self.client_id,
            "post_logout_redirect_uri": after,
        }
        return f"{self._endpoint('end_session_endpoint')}?{urlencode(query)}"

    def signed_out(self, logout_token: str) -> tuple[str | None, str | None]:
        """Whom a back-channel logout token ends: (sub, sid) (Back-Channel Logout 1.0 2.6)."""
        claims = self._claims(logout_token, "logout+jwt")
        event = (claims.get("events") or {}).get(LOGOUT_EVENT)
        made, jti = claims.get("iat"), claims.get("jti")
        if event != {} or "nonce" in claims or not isinstance(jti, str):
            raise NotProven("not a logout token")
        moment = time.time()
        if not isinstance(made, int) or not moment - LOGOUT_LIVES < made < moment + LEEWAY:
            raise NotProven("an old logout token")
        with self._lock:
            self._shown = {one: at for one, at in self._shown.items() if at > moment - 2 * 3600}
            if jti in self._shown:
                raise NotProven("a logout token shown twice")
            self._shown[jti] = moment
        return claims.get("sub"), claims.get("sid")

    def _id_token(self, token: str, nonce: str) -> dict[str, Any]:
        claims = self._claims(token, "JWT")
        if claims.get("nonce") != nonce or not claims.get("sub"):
            raise NotProven("nonce")
        return claims

    def _claims(self, token: str, kind: str) -> dict[str, Any]:
        """A token of the city for us, signed with a key it publishes now."""
        keys = KeySet.import_key_set(self._call("GET", self._endpoint("jwks_uri")))  # type: ignore[arg-type]
        try:
            found = jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            raise NotProven("signature") from None
        claims = dict(found.claims)
        ends = claims.get("exp")
        if found.header.get("typ", "JWT").lower() != kind.lower():
            raise NotProven("another kind of token")
        if claims.get("iss") != self.issuer or claims.get("aud") != self.client_id:
            raise NotProven("issuer or audience")
        if not isinstance(ends, int) or ends < time.time() - LEEWAY:
            raise NotProven("expired")
        return claims

    def _token(self, **form: str) -> dict[str, Any]:
        where = self._endpoint("token_endpoint")
        return self._call("POST", where, data=form, auth=(self.client_id, self._secret))

    def _endpoint(self, name: str) -> str:
        with self._lock:
            if not self._document:
                self._document = self._discover()
            return str(self._document[name])

    def _discover(self) -> dict[str, Any]:
        found = self._call("GET", f"{self.issuer}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise NotProven("another issuer")
        return found

    def _call(self, method: str, url: str, **how: Any) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.request(method, url, timeout=10, allow_redirects=False, **how)
                told: dict[str, Any] = answer.json()
            except (requests.RequestException, ValueError):
                raise NotProven("no answer") from None
        if answer.status_code != 200:
            raise NotProven(str(told.get("error", answer.status_code)))
        return told
