"""The interface for tools: a token for the client's own proof, then changes by cursor."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, jsonify, make_response, request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.provider.clients import Client
from auth.provider.server import BodyRequest
from auth.provider.views.blueprint import called_url
from auth.provider.views.endpoints import server
from notifications.handing_over import files, giving
from notifications.handing_over.files import DELETED
from notifications.handing_over.models import HandOver, HandOverEvent, HandOverToken
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_secret
from portal.core.web.access import machine
from portal.core.web.app import csrf, limiter

bp = Blueprint("hand_over_api", __name__, url_prefix="/api/hand-overs")
LIVES = timedelta(minutes=10)
MOST, USUAL, LARGEST = 1000, 500, 10**18


@bp.post("/token")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("30 per minute")
@machine
def token() -> Response:
    """RFC 6749 §4.4: the client proves itself as at every endpoint of the provider."""
    with transaction() as session:
        try:
            client = _client(session)
        except OAuth2Error as error:
            audit.record(session, "hand_over.refused", error=error.error)
            status, body, headers = error()
            return _answer(body, status, dict(headers))
        value = new_secret()
        session.execute(delete(HandOverToken).where(HandOverToken.expires_at < now()))
        session.add(
            HandOverToken(token_hash=_hash(value), client_id=client.id, expires_at=now() + LIVES)
        )
        audit.record(session, "hand_over.token_issued", ("client", client.id))
    seconds = int(LIVES.total_seconds())
    return _answer({"access_token": value, "token_type": "Bearer", "expires_in": seconds})


@bp.get("/<uuid:hand_over_id>")
@limiter.limit("60 per minute")
@machine
def changes(hand_over_id: UUID) -> Response:
    """What changed since `cursor` (none: everybody), at most `limit` records."""
    after = _number(request.args.get("cursor", "0"), LARGEST)
    most = _number(request.args.get("limit", str(USUAL)), MOST)
    with transaction() as session:
        client_id = _bearer(session)
        if client_id is None:
            return _answer({"error": "invalid_token"}, 401, {"WWW-Authenticate": "Bearer"})
        if after is None or not most:
            return _answer({"error": "invalid_request"}, 400)
        hand_over = session.get(HandOver, hand_over_id)
        if hand_over is None or hand_over.client_id != client_id:
            return _answer({"error": "not_found"}, 404)
        return _answer(_given(session, hand_over, after, most))


def _given(session: Session, hand_over: HandOver, after: int, most: int) -> dict[str, Any]:
    found = giving.delta(session, hand_over.id, after, most)
    giving.note(session, found.records)
    gone = sum(each["state"] == DELETED for each in found.records)
    given = len(found.records) - gone
    if found.records:
        event = HandOverEvent(hand_over_id=hand_over.id, way="api", given=given, deleted=gone)
        session.add(event)
    subject = ("hand_over", hand_over.id)
    actor = ("tool", hand_over.client_id)
    audit.record(session, "hand_over.given", subject, actor=actor, given=given, deleted=gone)
    columns: dict[str, str] = dict(hand_over.columns)
    items = [files.named(each, columns) for each in found.records]
    return {"items": items, "cursor": str(found.last), "more": found.more}


def _client(session: Session) -> Client:
    """A client that proved itself by its secret or key and that a living hand-over names."""
    if request.args or any(len(values) > 1 for _, values in request.form.lists()):
        raise OAuth2Error("parameters belong in the body, once", error="invalid_request")
    if request.form.get("grant_type") != "client_credentials":
        raise OAuth2Error(error="unsupported_grant_type")
    client: Client = server().authenticate_client(BodyRequest(request, session, called_url()), None)
    named = select(HandOver.id).where(
        HandOver.client_id == client.id
    )  # a stopped one too: it still says whom to delete
    if client.public or session.scalars(named).first() is None:
        raise OAuth2Error("no hand-over names this client", error="unauthorized_client")
    return client


def _bearer(session: Session) -> UUID | None:
    """Whose token it is; a stopped client's is worth nothing."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not value.strip():
        return None
    return session.scalar(
        select(HandOverToken.client_id)
        .join(Client, Client.id == HandOverToken.client_id)
        .where(
            HandOverToken.token_hash == _hash(value.strip()),
            HandOverToken.expires_at > now(),
            Client.stopped_at.is_(None),
        )
    )


def _number(text: str, most: int) -> int | None:
    right = text.isascii() and text.isdecimal() and len(text) <= 18 and int(text) <= most
    return int(text) if right else None


def _hash(value: str) -> bytes:
    return hashlib.sha256(value.encode("utf-8", "replace")).digest()


def _answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    answer = make_response(jsonify(body), status)
    answer.headers.extend(headers or {})
    answer.headers["Cache-Control"] = "no-store"
    return answer
