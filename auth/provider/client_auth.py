"""How a tool proves itself: exactly one way, the one it is registered with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy.orm import Session

from auth.provider import clients, proofs
from auth.provider.clients import Client
from portal.core.clock import now

ALGORITHMS = ("ES256", "PS256", "RS256", "EdDSA")
STRICT_ALGORITHMS = ("ES256", "PS256", "EdDSA")  # FAPI 2.0 Security Profile §5.4.1
LONGEST = timedelta(minutes=5)


class Assertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """private_key_jwt, with what Authlib leaves open: algorithms, length of life, single use."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, session: Session, audiences: list[str]) -> None:
        super().__init__(validate_jti=True, leeway=10)
        self.session, self.audiences = session, audiences
        self.strict = False

    def get_audiences(self) -> list[str]:
        """We are meant by our issuer name or the address that is called."""
        return self.audiences

    def resolve_client_public_key(self, client: Client) -> KeySet:
        """The keys an administrator registered; nothing is fetched."""
        self.strict = strict(client)
        return KeySet.import_key_set(client.jwks or {"keys": []})  # type: ignore[arg-type]

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> Any:
        """Authlib would take any algorithm joserfc recommends; we name ours."""
        algorithms = STRICT_ALGORITHMS if self.strict else ALGORITHMS
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=list(algorithms))
        except (JoseError, ValueError, TypeError, RecursionError):
            raise InvalidClientError(description="the assertion does not hold") from None
        self.verify_claims(token.claims)
        return token.claims

    def verify_claims(self, claims: Any) -> None:
        """Short-lived on top of Authlib's checks, before its jti is spent."""
        ends = claims.get("exp")
        late = (now() + LONGEST + timedelta(seconds=self.leeway)).timestamp()
        if not isinstance(ends, (int, float)) or ends > late:
            raise InvalidClientError(description="the assertion lives too long")
        if self.strict and claims.get("aud") != self.audiences[0]:
            raise InvalidClientError(description="the assertion is for another")
        super().verify_claims(claims)

    def validate_jti(self, claims: Any, jti: Any) -> bool:
        """Whether this assertion is seen for the first time."""
        if not isinstance(jti, str) or not 0 < len(jti) <= 500:
            return False
        until = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(minutes=1)
        return proofs.spend(self.session, f"client:{claims['sub']}", jti, until)


def strict(client: Client) -> bool:
    """Whether it is of the shape of FAPI 2.0: held to that profile then (§5.3.2.1)."""
    return client.auth_method == "private_key_jwt" and client.par and client.dpop


def authenticate(session: Session, request: Any, audiences: list[str]) -> Client:
    """The client that proved itself; InvalidClientError in the same words for every fault."""
    way = _way(request)
    client = _by_assertion(session, request, audiences) if way == "private_key_jwt" else None
    if way != "private_key_jwt":
        client = _by_secret(request, way)
    told = request.form.get("client_id")
    if client is None or client.auth_method != way or told not in {None, client.client_id}:
        raise _refusal(way)
    request.auth_method = way
    return client


def _way(request: Any) -> str:
    """The way this request uses; two at once are refused (RFC 6749 §2.3)."""
    ways = [
        name
        for name, used in {
            "client_secret_basic": "Authorization" in request.headers,
            "client_secret_post": "client_secret" in request.form,
            "private_key_jwt": "client_assertion" in request.form
            or "client_assertion_type" in request.form,
        }.items()
        if used
    ]
    if len(ways) > 1:
        raise InvalidRequestError("more than one way to prove the client")
    return ways[0] if ways else "none"


def _by_assertion(session: Session, request: Any, audiences: list[str]) -> Client | None:
    try:
        found: Client | None = Assertion(session, audiences)(clients.known, request)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        return None  # deep JSON, or NaN as a time: Authlib and Python's JSON let them through
    return found


def _by_secret(request: Any, way: str) -> Client | None:
    client_id, secret = request.form.get("client_id"), request.form.get("client_secret")
    if way == "client_secret_basic":
        # RFC 6749 §2.3.1: both parts are form-encoded first, and openid-client does encode "-".
        told = request.basic
        client_id, secret = map(_decoded, (told.username, told.password) if told else ("", ""))
    client = clients.known(client_id)
    if client is None or way == "none":
        return client
    return client if client.check_client_secret(secret or "") else None


def _decoded(part: str | None) -> str:
    return unquote_plus(part or "")


def _refusal(way: str) -> InvalidClientError:
    return InvalidClientError(
        status_code=401 if way == "client_secret_basic" else 400,
        description="the client could not be authenticated",
    )
