"""Clients: the city tools that may sign residents in through us, as administrators made them."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from authlib.oauth2.rfc6749 import ClientMixin
from flask import current_app
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import CheckConstraint, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.provider import scopes
from portal.core import audit
from portal.core.clock import now
from portal.core.db import Base, IdKey, rows
from portal.core.errors import N_, Conflict
from portal.core.ids import new_id, new_secret
from portal.core.settings import Settings, is_loopback

AUTH_METHODS = ("private_key_jwt", "client_secret_basic", "client_secret_post", "none")
ALGORITHMS = ("ES256", "RS256")  # never "none", never a shared secret


class BadClient(Conflict):
    """What was given does not make a safe client; the message says what is wrong."""


class Client(Base, ClientMixin):  # type: ignore[misc]
    """One tool. `id` is its client_id, made here and never chosen."""

    __tablename__ = "provider_clients"
    __table_args__ = (
        CheckConstraint(
            "auth_method IN ('private_key_jwt','client_secret_basic','client_secret_post','none')",
            name="auth_method",
        ),
        CheckConstraint("id_token_alg IN ('ES256','RS256')", name="id_token_alg"),
    )

    id: Mapped[IdKey]
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    redirect_uris: Mapped[list[str]]
    post_logout_uris: Mapped[list[str]] = mapped_column(default=list)
    backchannel_logout_uri: Mapped[str | None]
    auth_method: Mapped[str]
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    jwks: Mapped[dict[str, Any] | None]
    scopes: Mapped[list[str]]
    sector: Mapped[str]
    id_token_alg: Mapped[str] = mapped_column(default="ES256")
    par: Mapped[bool] = mapped_column(default=False)
    dpop: Mapped[bool] = mapped_column(default=False)
    dpop_nonce: Mapped[bool] = mapped_column(default=False)  # asks for proofs, and fresh ones
    no_pkce_reason: Mapped[str | None]
    may_introspect: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    stopped_at: Mapped[datetime | None]

    @property
    def client_id(self) -> str:
        """The id as tools send it."""
        return str(self.id)

    @property
    def public(self) -> bool:
        """Whether it can keep no secret."""
        return self.auth_method == "none"

    def get_client_id(self) -> str:
        """Authlib's name for it."""
        return self.client_id

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Exact match, character by character (RFC 9700 §2.1)."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare with the kept hash; a secret of 256 random bits needs no slow hash."""
        return hmac.compare_digest(self.secret_hash or b"", _hash(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Only the registered method, at every endpoint."""
        return method == self.auth_method

    def check_grant_type(self, grant_type: str) -> bool:
        """Code flow, and refreshing where the tool may work while the resident is away."""
        if grant_type == "refresh_token":
            return scopes.OFFLINE in self.scopes
        return grant_type == "authorization_code"

    def get_allowed_scope(self, scope: str) -> str:
        """What of these scopes it may have."""
        return " ".join(scopes.known(scope or "", self.scopes))


def find(session: Session, client_id: str | None) -> Client | None:
    """The live client with this id."""
    return session.execute(
        select(Client).where(Client.id == _key(client_id), Client.stopped_at.is_(None))
    ).scalar_one_or_none()


def known(client_id: str | None) -> Client | None:
    """The same to look at only, as plain SQL: every request of a tool's server begins with it.

    While its row is what it was, so is the record: making one costs more than reading it.
    """
    found = rows(KNOWN, {"id": _key(client_id)})
    if not found:
        return None
    kept: dict[UUID, tuple[tuple[Any, ...], Client]] = current_app.extensions["mado.tools"]
    row, client = kept.get(found[0][0], ((), None))
    if client is None or row != found[0]:
        client = Client(**dict(zip(COLUMNS, found[0], strict=True)))
        kept[client.id] = (found[0], client)
    return client


COLUMNS = tuple(column.name for column in Client.__table__.columns)
KNOWN = (
    f"SELECT {', '.join(COLUMNS)} FROM provider_clients "  # noqa: S608
    "WHERE id = %(id)s AND stopped_at IS NULL"
)


def _key(client_id: str | None) -> UUID | None:
    """One spelling only."""
    try:
        key = UUID(client_id or "")
    except ValueError:
        return None
    return key if str(key) == client_id else None


def add(session: Session, **values: Any) -> tuple[Client, str | None]:
    """Make a client; returns it and its secret, shown once. Raises BadClient."""
    client = Client(id=new_id(), **values)
    client.scopes = client.scopes or [scopes.OPENID, scopes.OFFLINE]
    client.post_logout_uris = client.post_logout_uris or []
    # Each tool its own sector, so that two of one host can not join their residents either.
    client.sector = client.sector or client.client_id
    _check(client)
    session.add(client)
    session.flush()
    secret = renew_secret(client) if client.auth_method.startswith("client_secret") else None
    audit.record(session, "client.added", ("client", client.id), auth=client.auth_method)
    if client.no_pkce_reason:
        audit.record(session, "client.pkce_excepted", ("client", client.id))
    return client, secret


def change(session: Session, client: Client, **values: Any) -> None:
    """Set what administrators may change; raises BadClient."""
    for name, value in values.items():
        setattr(client, name, value)
    _check(client)
    audit.record(session, "client.changed", ("client", client.id), fields=sorted(values))


def renew_secret(client: Client) -> str:
    """A new secret; the old one is worth nothing from now on."""
    secret = new_secret()
    client.secret_hash = _hash(secret)
    return secret


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _check(client: Client) -> None:
    if not client.name.strip():
        raise BadClient(N_("A tool needs a name."))
    if client.auth_method not in AUTH_METHODS:
        raise BadClient(N_("Unknown way to prove itself."))
    if not client.redirect_uris:
        raise BadClient(N_("A tool needs an address to return to."))
    for uri in (*client.redirect_uris, *client.post_logout_uris):
        _check_uri(uri)
    if client.backchannel_logout_uri:
        _check_server_uri(client.backchannel_logout_uri)
    if set(client.scopes) - set(scopes.SUPPORTED) or scopes.OPENID not in client.scopes:
        raise BadClient(N_("The fields must contain openid, and no unknown one."))
    if client.no_pkce_reason and client.public:
        raise BadClient(N_("Only a tool that keeps a secret can do without PKCE."))
    if client.auth_method == "private_key_jwt":
        _check_jwks(client.jwks)


def _check_jwks(jwks: dict[str, Any] | None) -> None:
    """Public keys, given here: an address to fetch them from would be a way into our network."""
    try:
        public = [key for key in (jwks or {})["keys"] if key["kty"] != "oct" and "d" not in key]
        found = KeySet.import_key_set({"keys": public}).keys
    except (JoseError, KeyError, ValueError, TypeError):
        found = []
    if not found or len(found) != len((jwks or {})["keys"]):
        raise BadClient(N_("private_key_jwt needs the tool's public keys (JWKS)."))


def _check_uri(uri: str) -> None:
    parts = urlsplit(uri)
    plain = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(uri))
    odd = "*" in uri or "#" in uri or "@" in parts.netloc or any(ord(c) < 33 for c in uri)
    if not plain or not parts.hostname or odd or "/../" in uri:
        raise BadClient(N_("An address must be a full https one, without # and *."))


def _check_server_uri(uri: str) -> None:
    """An address our servers call: never into our own network (SSRF)."""
    _check_uri(uri)
    settings: Settings = current_app.extensions["mado.settings"]
    if settings.refuses_stand_ins and (is_loopback(uri) or _is_inner(uri)):
        raise BadClient(N_("The sign-out address must be a public https one."))


def _is_inner(uri: str) -> bool:
    try:
        return not ipaddress.ip_address(urlsplit(uri).hostname or "").is_global
    except ValueError:
        return False


def every(session: Session) -> Sequence[Client]:
    """All clients, stopped ones too, the newest first."""
    return session.scalars(select(Client).order_by(Client.created_at.desc())).all()
