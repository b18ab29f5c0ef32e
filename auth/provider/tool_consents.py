"""Consent to a tool: which fields it may have, until when; a ledger the resident can read."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.provider.clients import Client
from auth.provider.models import ToolConsent
from portal.core import audit
from portal.core.clock import now

LASTS = timedelta(days=365)


def covers(session: Session, resident_id: UUID, client: Client, scopes: list[str]) -> bool:
    """Whether a living consent holds all these scopes; a scope more asks again."""
    held = session.execute(
        select(ToolConsent.scopes).where(
            ToolConsent.resident_id == resident_id,
            ToolConsent.client_id == client.id,
            ToolConsent.ended_at.is_(None),
            ToolConsent.until > now(),
        )
    ).scalar()
    return held is not None and set(scopes) <= set(held)


def give(
    session: Session, resident_id: UUID, client: Client, scopes: list[str], language: str
) -> None:
    """The resident agrees to exactly these scopes; an earlier consent ends as replaced."""
    _end(session, resident_id, client.id, "replaced")
    session.add(
        ToolConsent(
            resident_id=resident_id,
            client_id=client.id,
            scopes=scopes,
            language=language,
            until=now() + LASTS,
        )
    )
    session.flush()
    audit.record(session, "tool.consented", ("client", client.id), scopes=scopes)


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
