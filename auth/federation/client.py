"""A relying party over Authlib's client, with what Authlib leaves open closed (identity facts)."""

from __future__ import annotations

import base64
import time
from typing import Any
from urllib.parse import quote_plus, urlsplit
from uuid import uuid4

import requests
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from flask import Flask, current_app
from joserfc import jwt

from auth.federation import checks, tokens
from auth.federation.config import ENDPOINTS, Issuer
from auth.federation.errors import IssuerRefused
from portal.core.clock import now
from portal.core.settings import is_loopback

TIMEOUT = 7
BELIEVED = 3600  # seconds metadata and keys are kept: a withdrawn key is not trusted for ever
ASSERTION_LIVES = 120
ISS_ALWAYS = "authorization_response_iss_parameter_supported"  # RFC 9207 §3


class Assertion(PrivateKeyJWT):  # type: ignore[misc]
    """private_key_jwt: short-lived, a new jti each time (Authlib: an hour)."""

    def __init__(self, issuer: Issuer) -> None:
        super().__init__()
        self.issuer = issuer

    def sign(self, auth: Any, token_endpoint: str) -> str:
        """One assertion for one request."""
        header = {"alg": self.issuer.key_alg, "typ": "JWT"}
        if self.issuer.key_id:
            header["kid"] = self.issuer.key_id
        moment = int(time.time())
        claims = {
            "iss": auth.client_id,
            "sub": auth.client_id,
            "aud": token_endpoint,
            "jti": str(uuid4()),
            "iat": moment,
            "exp": moment + ASSERTION_LIVES,
        }
        return jwt.encode(header, claims, self.issuer.key, algorithms=[self.issuer.key_alg])


class RelyingParty(FlaskOAuth2App):  # type: ignore[misc]
    """The client of one issuer; its state lives in the browser's session under its own name."""

    def __init__(self, issuer: Issuer) -> None:
        by_key = issuer.client_auth == "private_key_jwt"
        super().__init__(
            FlaskIntegration(f"federation_{issuer.name}"),
            issuer.name,
            client_id=issuer.client_id,
            client_secret=issuer.key if by_key else issuer.secret,
            client_auth_methods=[Assertion(issuer) if by_key else ("client_secret_basic", _basic)],
            client_kwargs={
                "scope": issuer.scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": issuer.client_auth,
                "default_timeout": TIMEOUT,
                "leeway": 0,  # an access token is used at once; some live for a minute only
            },
        )
        self.issuer = issuer
        self._until = 0.0

    def load_server_metadata(self) -> dict[str, Any]:
        """Of discovery only the endpoints are believed; algorithms are the configuration's."""
        if time.monotonic() >= self._until:
            told = self._discovered() if self.issuer.discovers else self._static()
            self.server_metadata = told
            self._until = time.monotonic() + BELIEVED
        return dict(self.server_metadata)

    def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:
        """The issuer's keys, as long as its metadata are believed."""
        self.load_server_metadata()
        if force or "jwks" not in self.server_metadata:
            with self._get_session() as session:
                uri = self.server_metadata["jwks_uri"]
                response = session.request("GET", uri, withhold_token=True)
                response.raise_for_status()
                self.server_metadata["jwks"] = response.json()
        return dict(self.server_metadata["jwks"])

    def parse_id_token(
        self, token: Any, nonce: str, claims_options: Any = None, **_: Any
    ) -> dict[str, Any]:
        """The claims, or IssuerRefused; Authlib's own reading is not used.

        `claims_options` is how Authlib hands on what this request asked: its max_age.
        """
        issuer = self.issuer
        try:
            claims = self._signed_claims(token["id_token"])
            expected = checks.Expected(
                issuer=issuer.issuer,
                client_id=issuer.client_id,
                nonce=nonce,
                max_age=claims_options["max_age"],
                acr=issuer.required_acr,
                subject=issuer.subject,
                require=issuer.require,
                refuse=issuer.refuse,
            )
            checks.check(claims, expected, now().timestamp())
        except (tokens.Unsigned, checks.Faulty) as error:
            raise IssuerRefused(f"token_{error}") from None
        return claims

    def userinfo_of(self, token: dict[str, Any], subject: str) -> dict[str, Any]:
        """The userinfo of this very subject (Core §5.3.2)."""
        response = self.get(self.load_server_metadata()["userinfo_endpoint"], token=token)
        response.raise_for_status()
        found = response.json()
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise IssuerRefused("userinfo_sub")
        return found

    def _signed_claims(self, token: Any) -> dict[str, Any]:
        issuer = self.issuer
        if issuer.symmetric:
            return tokens.claims_of(token, issuer.id_token_algs, tokens.shared(issuer.secret))
        try:
            return tokens.claims_of(token, issuer.id_token_algs, _keys(self.fetch_jwk_set()))
        except tokens.UnknownKey:  # the issuer may have begun to use a new one
            keys = _keys(self.fetch_jwk_set(force=True))
            return tokens.claims_of(token, issuer.id_token_algs, keys)

    def _static(self) -> dict[str, Any]:
        values = {name: getattr(self.issuer, name) for name in ENDPOINTS}
        return {"issuer": self.issuer.issuer} | {k: v for k, v in values.items() if v}

    def _discovered(self) -> dict[str, Any]:
        with self._get_session() as session:
            response = session.request("GET", self.issuer.discovery_url, withhold_token=True)
            response.raise_for_status()
            told = response.json()
        if not isinstance(told, dict) or told.get("issuer") != self.issuer.issuer:
            raise IssuerRefused("discovery_issuer")
        found = {name: told[name] for name in ENDPOINTS if isinstance(told.get(name), str)}
        at = found.get("authorization_endpoint", "")
        # The pages' policy names the issuer's origin as a place forms may lead to.
        elsewhere = urlsplit(at)[:2] != urlsplit(self.issuer.issuer)[:2]
        if elsewhere or any(not self._reachable(address) for address in found.values()):
            raise IssuerRefused("discovery_endpoint")
        missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
        if missing:
            raise IssuerRefused("discovery_missing")
        return found | {"issuer": told["issuer"], ISS_ALWAYS: told.get(ISS_ALWAYS) is True}

    def _reachable(self, address: str) -> bool:
        """https, or this machine where the issuer itself is on this machine."""
        if is_loopback(self.issuer.issuer):
            return is_loopback(address)
        return address.startswith("https://") and not is_loopback(address)

    def _get_session(self) -> Any:
        return _guarded(super()._get_session())

    def _get_oauth_client(self, **_: Any) -> Any:
        """Metadata are not arguments: an issuer must not name our parameters."""
        return _guarded(super()._get_oauth_client())


def install(app: Flask, issuers: dict[str, Issuer]) -> None:
    """One client an issuer."""
    made = {name: RelyingParty(issuer) for name, issuer in issuers.items()}
    app.extensions["mado.federation"] = made


def parties() -> dict[str, RelyingParty]:
    """The clients by the issuer's name."""
    found: dict[str, RelyingParty] = current_app.extensions["mado.federation"]
    return found


def _basic(client: Any, method: str, uri: str, headers: Any, body: str) -> tuple[str, Any, str]:
    """Both form-encoded first (RFC 6749 §2.3.1); Authlib sends them as they are."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return uri, headers, body


def _keys(key_set: dict[str, Any]) -> list[dict[str, Any]]:
    keys = key_set.get("keys")
    return keys if isinstance(keys, list) else []


def _guarded(session: Any) -> Any:
    """No redirects: what is secret goes to the configured address or nowhere."""
    session.max_redirects = 0
    session.hooks["response"].append(_no_stand_in)
    return session


def _no_stand_in(response: requests.Response, **_: Any) -> None:
    settings = current_app.extensions["mado.settings"]
    if settings.refuses_stand_ins and "Mado-Standin" in response.headers:
        raise IssuerRefused("stand_in")
