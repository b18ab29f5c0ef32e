"""Pairwise subjects: every sector knows a resident by another name (OpenID Connect Core §8.1)."""

from __future__ import annotations

import base64
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.provider.models import Subject
from portal.core.crypto import keyed_hash


def subject_of(session: Session, sector: str, resident_id: UUID) -> str:
    """The resident's name in this sector: a keyed hash, kept because keys are replaced one day."""
    mine = select(Subject.subject).where(
        Subject.sector == sector, Subject.resident_id == resident_id
    )
    found = session.execute(mine).scalar()
    if found is not None:
        return found
    mac = keyed_hash(f"{sector}\0{resident_id}", "provider-subject")
    subject = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    row = insert(Subject).values(sector=sector, resident_id=resident_id, subject=subject)
    session.execute(row.on_conflict_do_nothing())
    return subject
