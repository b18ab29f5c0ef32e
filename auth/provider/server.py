"""Authlib's server with our grants: what it leaves open is closed here (facts 4.3)."""

from __future__ import annotations

from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc6749 import InvalidGrantError, OAuth2Payload
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7636.challenge import compare_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from flask import Request
from sqlalchemy.orm import Session
from werkzeug.datastructures import Authorization

from auth.provider import client_auth, dpop, grants, keys, scopes
from auth.provider.clients import Client
from auth.provider.grants import Family, Held
from portal.core.clock import now
from portal.core.ids import new_secret


class Body(OAuth2Payload):  # type: ignore[misc]
    """Parameters of the form only: Authlib's own would take them from the address too."""

    def __init__(self, request: Request) -> None:
        self._form = request.form

    @property
    def data(self) -> Any:
        """The form."""
        return self._form

    @property
    def datalist(self) -> dict[str, list[str]]:
        """Every value of every name."""
        return dict(self._form.lists())


class BodyRequest(OAuth2Request):  # type: ignore[misc]
    """A request of a tool's server. https is the settings' business, so Authlib's look is out."""

    def __init__(self, request: Request, session: Session, url: str) -> None:
        self.method, self.uri, self.headers = request.method, url, request.headers
        self.session = session
        self.payload = Body(request)
        self.basic = _basic(request)
        self.client: Client | None = None
        self.auth_method: str | None = None
        self.user: Any = None
        self.authorization_code: Any = None
        self.refresh_token: Any = None
        self.jkt: str | None = None
        self._form = request.form
        self._scope: str | None = None

    @property
    def form(self) -> Any:
        """The form."""
        return self._form


def _basic(request: Request) -> Authorization | None:
    """Name and secret of the header; Werkzeug stumbles over letters that are not ASCII."""
    try:
        found = request.authorization
    except ValueError:
        return None
    return found if found is not None and found.type == "basic" else None


class S256(CodeChallenge):  # type: ignore[misc]
    """Authlib's default method is plain, and it is required of public clients only."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012
    CODE_CHALLENGE_METHODS = {"S256": compare_s256_code_challenge}  # noqa: RUF012

    def get_authorization_code_challenge(self, authorization_code: Any) -> str | None:
        """What was asked with; who was excepted then has none."""
        found: str | None = authorization_code.grant.challenge
        return found

    def get_authorization_code_challenge_method(self, authorization_code: Any) -> str:
        """There is no other."""
        return "S256"


class Code:
    """A grant as Authlib looks at a code."""

    def __init__(self, grant: Family) -> None:
        self.grant = grant

    def get_redirect_uri(self) -> str:
        """Where the code went."""
        return self.grant.redirect_uri

    def get_scope(self) -> str:
        """What it allows."""
        return " ".join(self.grant.scopes)


class Refreshing:
    """A refresh token as Authlib looks at it."""

    def __init__(self, token: Held, grant: Family) -> None:
        self.token, self.grant = token, grant

    def check_client(self, client: Client) -> bool:
        """Whether it is this client's."""
        return self.grant.client_id == client.id

    def get_scope(self) -> str:
        """What it allows."""
        return " ".join(self.token.scopes)


def prove_key(grant: Any, bound: str | None) -> None:
    """Check the DPoP proof; `bound`: the key the code or token belongs to."""
    request = grant.request
    headers = request.headers.getlist("DPoP")
    client = request.client
    request.jkt = dpop.thumbprint(
        request.session,
        headers,
        request.method,
        request.uri,
        wants_nonce=client.dpop_nonce,
    )
    if request.jkt is None and (client.dpop or client.dpop_nonce or bound):
        raise dpop.BadProof("a proof is needed")
    if bound is not None and request.jkt != bound:
        raise InvalidGrantError("another key was proven")


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """The code flow."""

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """A code of this client; a spent one ends its family (RFC 6749 §4.1.2)."""
        session = self.request.session
        grant = grants.of_code(code)
        if grant is None or grant.client_id != client.id or grant.revoked_at is not None:
            return None
        if grant.code_used_at is not None:
            grants.revoke_family(session, grant, "code_replayed")
            return None
        return Code(grant) if grant.code_expires_at > now() else None

    def validate_token_request(self) -> None:
        """Authlib's checks, and the key. The code is taken when its tokens are kept."""
        super().validate_token_request()
        prove_key(self, self.request.authorization_code.grant.jkt)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """It stays, so that a second showing is known for what it is."""

    def authenticate_user(self, authorization_code: Code) -> Family:
        """The grant stands for the resident; who has left has none."""
        return authorization_code.grant


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """Refreshing, with a new refresh token every time; Authlib's default keeps the old one."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Refreshing | None:
        """A living refresh token; a spent one of this client ends its family."""
        session, client = self.request.session, self.request.client
        found = grants.of_token(refresh_token, ("refresh",))
        if found is None or found[1].client_id != client.id:
            return None
        if found[0].ended_at is not None:
            grants.revoke_family(session, found[1], "refresh_replayed")
            return None
        return Refreshing(*found) if found[0].expires_at > now() else None

    def validate_token_request(self) -> None:
        """Authlib's checks, and the key. The token is taken when the new ones are kept."""
        super().validate_token_request()
        prove_key(self, self.request.refresh_token.token.jkt)

    def authenticate_user(self, refresh_token: Refreshing) -> Family:
        """The grant stands for the resident."""
        return refresh_token.grant

    def revoke_old_credential(self, refresh_token: Refreshing) -> None:
        """It is taken with the new tokens."""


class IdToken:
    """Adds the ID token to an answer of the token endpoint."""

    LIVES = 600  # seconds

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_create_token_response", self.add)

    def add(self, grant: Any, response: Any) -> None:
        """Sign it. auth_time is that of the sign-in; Authlib's default would be the present."""
        request, token = grant.request, response[1]
        if scopes.OPENID not in token["scope"].split():
            return
        family, moment = request.user, int(now().timestamp())
        alg = request.client.id_token_alg
        claims = {
            "iss": self.issuer,
            "sub": family.subject,
            "aud": request.client.client_id,
            "iat": moment,
            "exp": moment + self.LIVES,
            "auth_time": int(family.authenticated_at.timestamp()),
            "acr": family.acr,
            "amr": family.amr,
            "sid": str(family.sid),
            "at_hash": create_half_hash(token["access_token"], alg).decode(),
        }
        if request.authorization_code is not None and family.nonce is not None:
            claims["nonce"] = family.nonce
        token["id_token"] = keys.sign(request.session, alg, claims)


class Server(AuthorizationServer):  # type: ignore[misc]
    """The server of one request's transaction."""

    def __init__(self, issuer: str) -> None:
        super().__init__()
        self.issuer = issuer
        self.register_token_generator("default", self._tokens)
        self.register_grant(CodeGrant, [S256(), IdToken(issuer)])
        self.register_grant(RefreshGrant, [IdToken(issuer)])

    def query_client(self, client_id: str) -> Client | None:
        """Not used: clients are found by how they prove themselves."""
        raise NotImplementedError

    def create_oauth2_request(self, request: BodyRequest) -> BodyRequest:
        """It is one already."""
        return request

    def authenticate_client(
        self, request: BodyRequest, methods: Any, endpoint: str = "token"
    ) -> Client:
        """One way for every endpoint."""
        audiences = [self.issuer, f"{self.issuer}/oauth/token", request.uri]
        request.client = client_auth.authenticate(request.session, request, audiences)
        return request.client

    def validate_requested_scope(self, scope: str | None) -> None:
        """Unknown scopes are ignored where something is asked."""

    def save_token(self, token: dict[str, Any], request: BodyRequest) -> None:
        """Take what was shown and keep the hashes, at once; the loser of a race gets nothing.

        A refresh token of a confidential client is bound to its client.
        """
        assert request.client is not None  # noqa: S101
        made = [("access", token["access_token"], request.jkt)]
        if "refresh_token" in token:
            key = request.jkt if request.client.public else None
            made.append(("refresh", token["refresh_token"], key))
        held = request.refresh_token.token if request.refresh_token else None
        scope = token["scope"].split()
        if not grants.exchange(request.user, held, scope, made):
            why = "refresh_replayed" if held else "code_replayed"
            grants.revoke_family(request.session, request.user, why)
            raise InvalidGrantError()
        if request.jkt is not None:
            token["token_type"] = "DPoP"  # noqa: S105

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def _tokens(
        self,
        grant_type: str,
        client: Client,
        user: Family,
        scope: str,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """Opaque tokens. Refreshing only where the resident agreed to it."""
        token = {
            "access_token": new_secret(),
            "token_type": "Bearer",
            "expires_in": int(grants.ACCESS_LIVES.total_seconds()),
            "scope": scope,
        }
        if include_refresh_token and scopes.OFFLINE in user.scopes:
            token["refresh_token"] = new_secret()
        return token
