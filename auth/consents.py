"""Consent to the terms: asked once a version, a row each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import audit
from portal.core.clock import now
from portal.core.db import Base, IdKey
from portal.core.errors import N_
from portal.core.ids import new_id


@dataclass(frozen=True)
class Version:
    """One version of templates/auth/terms_text.html; the newest is asked at the next sign-in."""

    name: str
    since: date
    changed: str  # a message key: what is different


VERSIONS = (
    Version("2026-11", date(2026, 11, 1), N_("The first version.")),
    Version("2026-11-20", date(2026, 11, 20), N_("It says when a guardian must agree too.")),
)
TERMS_VERSION = VERSIONS[-1].name


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


def of(session: Session, resident_id: UUID) -> list[ConsentRecord]:
    """What a resident agreed to, the newest first."""
    mine = select(ConsentRecord).where(ConsentRecord.resident_id == resident_id)
    return list(session.scalars(mine.order_by(ConsentRecord.at.desc())))


def counts(session: Session) -> dict[str, dict[str, int]]:
    """How many agreed to a version, by language."""
    rows = session.execute(
        select(ConsentRecord.version, ConsentRecord.language, func.count()).group_by(
            ConsentRecord.version, ConsentRecord.language
        )
    )
    found: dict[str, dict[str, int]] = {}
    for version, language, count in rows:
        found.setdefault(version, {})[language] = int(count)
    return found
