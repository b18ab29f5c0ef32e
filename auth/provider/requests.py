"""Requests that wait: for the resident to sign in and decide, or pushed and not yet shown."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.provider.asking import Asked, Params, Rules, read
from auth.provider.clients import Client
from auth.provider.models import AuthorizationRequest, Grant, LogoutNotice, Token, UsedProof
from auth.provider.proofs import hashed
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_id, new_secret

PREFIX = "urn:ietf:params:oauth:request_uri:"
PUSHED_LIVES = timedelta(seconds=90)
WAITS = timedelta(hours=1)  # as long as a sign-in may take
REMEMBERED = timedelta(days=400)  # what a resident sees of a connection that is over


def asked_of(client: Client, params: Params) -> Asked:
    """The request, or Refused."""
    return read(params, Rules(tuple(client.scopes), client.no_pkce_reason is not None))


def push(session: Session, client: Client, params: Params) -> str:
    """Keep a pushed request; returns its request_uri, good once and for this client."""
    handle = new_secret()
    session.add(
        AuthorizationRequest(
            handle_hash=hashed(handle),
            client_id=client.id,
            params=dict(params),
            expires_at=now() + PUSHED_LIVES,
        )
    )
    return PREFIX + handle


def pulled(session: Session, client: Client, request_uri: str) -> AuthorizationRequest | None:
    """The pushed request of this client, held; None when it is over or another's.

    It may be shown again until it is answered: previews of links and reloaded pages show it too
    (FAPI 2.0 Security Profile §5.3.2.2).
    """
    return session.execute(
        select(AuthorizationRequest)
        .where(
            AuthorizationRequest.handle_hash == hashed(request_uri.removeprefix(PREFIX)),
            AuthorizationRequest.client_id == client.id,
            AuthorizationRequest.used_at.is_(None),
            AuthorizationRequest.created_at > now() - PUSHED_LIVES,
        )
        .with_for_update()
    ).scalar_one_or_none()


def wait(
    session: Session, client: Client, params: Params, pushed: AuthorizationRequest | None
) -> UUID:
    """Keep a request while the resident signs in and decides."""
    if pushed is not None:
        pushed.expires_at = now() + WAITS
        return pushed.id
    row = AuthorizationRequest(
        id=new_id(), client_id=client.id, params=dict(params), expires_at=now() + WAITS
    )
    session.add(row)
    return row.id


def waiting(
    session: Session, request_id: UUID, *, hold: bool = False
) -> tuple[AuthorizationRequest, Client] | None:
    """A request that still waits, and its tool."""
    statement = (
        select(AuthorizationRequest, Client)
        .join(Client, Client.id == AuthorizationRequest.client_id)
        .where(
            AuthorizationRequest.id == request_id,
            AuthorizationRequest.used_at.is_(None),
            AuthorizationRequest.expires_at > now(),
            Client.stopped_at.is_(None),
        )
    )
    if hold:
        statement = statement.with_for_update(of=AuthorizationRequest)
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else None


def sweep() -> None:
    """A tick: delete what is over."""
    moment = now()
    with transaction() as session:
        session.execute(
            delete(AuthorizationRequest).where(AuthorizationRequest.expires_at < moment - WAITS)
        )
        session.execute(delete(Token).where(Token.expires_at < moment))
        session.execute(delete(UsedProof).where(UsedProof.until < moment))
        session.execute(delete(Grant).where(Grant.expires_at < moment - REMEMBERED))
        session.execute(delete(LogoutNotice).where(LogoutNotice.created_at < moment - REMEMBERED))
