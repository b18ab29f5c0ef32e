"""Consent to the terms: asked once a version, a row each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import audit
from portal.core.clock import now
from portal.core.db import Base, IdKey
from portal.core.ids import new_id

TERMS_VERSION = "2026-11"  # of templates/auth/terms_text.html; a new one is asked at next sign-in


class ConsentRecord(Base):
    """A resident agreed to one version of the terms."""

    __tablename__ = "consent_records"
    __table_args__ = (UniqueConstraint("resident_id", "version"),)

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    version: Mapped[str]
    language: Mapped[str]  # in which the terms were read
    at: Mapped[datetime] = mapped_column(default=now)


def has_agreed(session: Session, resident_id: UUID) -> bool:
    """Whether the resident agreed to the terms of today."""
    row = select(ConsentRecord.id).where(
        ConsentRecord.resident_id == resident_id, ConsentRecord.version == TERMS_VERSION
    )
    return session.execute(row).scalar() is not None


def agree(session: Session, resident_id: UUID, language: str) -> None:
    """The resident agrees to the terms of today."""
    session.execute(
        insert(ConsentRecord)
        .values(
            id=new_id(), resident_id=resident_id, version=TERMS_VERSION, language=language, at=now()
        )
        .on_conflict_do_nothing()
    )
    audit.record(
        session,
        "consent.given",
        ("resident", resident_id),
        actor=("resident", resident_id),
        version=TERMS_VERSION,
    )
