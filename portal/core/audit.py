"""Audit: who did what to which thing, written in the transaction of the change."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g, has_request_context
from psycopg.types.json import Jsonb
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey, plain
from portal.core.ids import new_id

# Every act writes one of these; as a record of the ORM it would cost five times as much. The casts
# are for statements that write the entry together with its change, by INSERT … SELECT.
INTO = """
INSERT INTO audit_entries
  (id, at, actor_kind, actor_id, action, subject_kind, subject_id, request_id, details)
"""
VALUES = """
%(id)s, %(at)s, %(actor_kind)s::text, %(actor_id)s::uuid, %(action)s::text,
%(subject_kind)s::text, %(subject_id)s::text, %(request_id)s::text, %(details)s
"""
INSERT = f"{INTO} VALUES ({VALUES})"


class AuditEntry(Base):
    """One act. `details` never holds personal data, only ids, counts and codes."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        Index(None, "actor_kind", "actor_id", "at"),
        Index(None, "at", postgresql_using="brin"),  # rows come in that order
    )

    id: Mapped[IdKey]
    at: Mapped[datetime] = mapped_column(default=now)
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    request_id: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


def record(
    session: Session,
    action: str,
    subject: tuple[str, object] | None = None,
    *,
    actor: tuple[str, UUID | None] | None = None,
    **details: Any,
) -> None:
    """Write an entry for `action` ("todo.completed") on `subject` ("person", id).

    The actor is the signed-in resident or staff member of the request, else the system.
    """
    plain(session, INSERT, entry(action, subject, actor=actor, **details))
    noted(action)


def entry(
    action: str,
    subject: tuple[str, object] | None = None,
    *,
    actor: tuple[str, UUID | None] | None = None,
    **details: Any,
) -> dict[str, Any]:
    """The values of INSERT, for statements that write the entry together with its change."""
    kind, actor_id = actor or _current_actor()
    return {
        "id": new_id(),
        "at": now(),
        "actor_kind": kind,
        "actor_id": actor_id,
        "action": action,
        "subject_kind": subject[0] if subject else None,
        "subject_id": str(subject[1]) if subject else None,
        "request_id": g.get("request_id") if has_request_context() else None,
        "details": Jsonb(details),
    }


def noted(action: str) -> None:
    """This request has written an entry: what it changed is not silent."""
    if has_request_context():
        g.setdefault("audited", []).append(action)


def _current_actor() -> tuple[str, UUID | None]:
    viewer = g.get("viewer") if has_request_context() else None
    if viewer is None:
        return "system", None
    return (viewer.kind, viewer.id) if viewer.id else ("visitor", None)
