"""Consent to a tool: which fields it may have, until when; a ledger the resident can read."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.provider import grants
from auth.provider.clients import Client
from auth.provider.models import Grant, ToolConsent
from portal.core import audit
from portal.core.clock import now

LASTS = timedelta(days=365)


def until(
    session: Session, resident_id: UUID, client: Client, scopes: list[str]
) -> datetime | None:
    """Until when a living consent holds all these scopes; None: none does, a scope more asks."""
    held = session.execute(
        select(ToolConsent.scopes, ToolConsent.until).where(
            ToolConsent.resident_id == resident_id,
            ToolConsent.client_id == client.id,
            ToolConsent.ended_at.is_(None),
            ToolConsent.until > now(),
        )
    ).one_or_none()
    return held.until if held is not None and set(scopes) <= set(held.scopes) else None


def give(
    session: Session, resident_id: UUID, client: Client, scopes: list[str], language: str
) -> datetime:
    """The resident agrees to exactly these scopes; an earlier consent ends as replaced.

    So do tokens that allow more. Returns until when it holds.
    """
    ends = now() + LASTS
    _end(session, resident_id, client.id, "replaced")
    session.add(
        ToolConsent(
            resident_id=resident_id,
            client_id=client.id,
            scopes=scopes,
            language=language,
            until=ends,
        )
    )
    session.flush()
    wider = ~Grant.scopes.contained_by(scopes)
    mine = (Grant.resident_id == resident_id, Grant.client_id == client.id)
    grants.revoke(session, "consent_replaced", *mine, wider)
    audit.record(session, "tool.consented", ("client", client.id), scopes=scopes)
    return ends


def withdraw(session: Session, resident_id: UUID, client_id: UUID) -> None:
    """The resident takes it back."""
    _end(session, resident_id, client_id, "withdrawn")
    audit.record(session, "tool.disconnected", ("client", client_id))


def _end(session: Session, resident_id: UUID, client_id: UUID, why: str) -> None:
    session.execute(
        update(ToolConsent)
        .where(
            ToolConsent.resident_id == resident_id,
            ToolConsent.client_id == client_id,
            ToolConsent.ended_at.is_(None),
        )
        .values(ended_at=now(), ended_why=why)
    )
