"""Identities: the LINE account and the mail address by which a resident is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    LargeBinary,
    UniqueConstraint,
    delete,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.errors import Taken
from portal.core.blind_indexes import BlindIndex, index_to_write
from portal.core.clock import now
from portal.core.crypto import Personal, blind_indexes
from portal.core.db import Base, IdKey, read
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.core.registries import registries
from portal.residents.models import Resident

LINE, EMAIL, CARD = "line", "email", "card"


class Identity(Base):
    """One proven identity. The issuer and the subject are the key, never a name or claim."""

    __tablename__ = "identities"
    __table_args__ = (
        CheckConstraint("issuer IN ('line','email','card')", name="issuer"),
        UniqueConstraint("issuer", "subject_index"),
        UniqueConstraint("resident_id", "issuer"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    issuer: Mapped[str]
    subject: Mapped[str] = mapped_column(Personal("identities.subject"))
    subject_index: Mapped[bytes] = mapped_column(LargeBinary)
    verified_at: Mapped[datetime] = mapped_column(default=now)


# The grants and rich menus of a LINE account are found by the same index.
INDEXES = (
    BlindIndex(
        "identities",
        "subject_index",
        "subject",
        lambda subject, row: (subject, row["issuer"]),
        ("issuer",),
        (("line_grants", "user_index"), ("menu_links", "user_index")),
    ),
)


@dataclass(frozen=True)
class Addresses:
    """Where a resident can be reached."""

    line: str | None = None
    email: str | None = None


def addresses_of(
    connection: Session | Connection, resident_ids: Iterable[UUID]
) -> dict[UUID, Addresses]:
    """Addresses of these residents in one query; who has left or has none is not in it."""
    rows = connection.execute(
        select(Identity.resident_id, Identity.issuer, Identity.subject)
        .join(Resident, Resident.id == Identity.resident_id)
        .where(
            Identity.resident_id.in_(list(resident_ids)),
            Identity.issuer.in_((LINE, EMAIL)),
            Resident.left_at.is_(None),
        )
    )
    found: dict[UUID, dict[str, str]] = {}
    for resident_id, issuer, subject in rows:
        found.setdefault(resident_id, {})[issuer] = subject
    return {resident_id: Addresses(**subjects) for resident_id, subjects in found.items()}


def issuers_of(session: Session, resident_id: UUID) -> set[str]:
    """By which kinds of identity a resident is known."""
    kinds = select(Identity.issuer).where(Identity.resident_id == resident_id)
    return set(session.scalars(kinds))


def resident_of(connection: Session | Connection, issuer: str, subject: str) -> UUID | None:
    """The resident who is known by this identity and has not left."""
    return connection.execute(
        select(Identity.resident_id)
        .join(Resident, Resident.id == Identity.resident_id)
        .where(
            Identity.issuer == issuer,
            Identity.subject_index.in_(blind_indexes(subject, issuer)),
            Resident.left_at.is_(None),
        )
    ).scalar()


def resident_of_line(user_id: str) -> UUID | None:
    """The resident who registered with this LINE user id."""
    return resident_of(read(), LINE, user_id)


def note_friendship(session: Session, resident_id: UUID, friend: bool | None) -> None:
    """Tell whoever sends by LINE whether this resident can be reached there; None: unknown."""
    if friend is not None:
        for noted in registries().friendship:
            noted(session, resident_id, friend)


def add(session: Session, resident_id: UUID, issuer: str, subject: str) -> None:
    """Bind a proven identity; raises Taken when an account already has it (or one of its kind)."""
    statement = insert(Identity).values(
        id=new_id(),
        resident_id=resident_id,
        issuer=issuer,
        subject=subject,
        subject_index=index_to_write(session, Identity.subject_index, subject, issuer),
        verified_at=now(),
    )
    _release(session, issuer, subject)
    # Two registrations at once meet here, not in an earlier look.
    if session.execute(statement.on_conflict_do_nothing().returning(Identity.id)).scalar() is None:
        raise Taken()


def _release(session: Session, issuer: str, subject: str) -> None:
    """An account that was left or joined to another holds nothing against who proves it anew."""
    gone = select(Resident.id).where(Resident.left_at.is_not(None))
    session.execute(
        delete(Identity).where(
            Identity.issuer == issuer,
            Identity.subject_index.in_(blind_indexes(subject, issuer)),
            Identity.resident_id.in_(gone),
        )
    )


def remove(session: Session, resident_id: UUID, issuer: str) -> str:
    """Unbind an identity; returns its subject. Raises NotFound when there is none."""
    found = session.execute(
        delete(Identity)
        .where(Identity.resident_id == resident_id, Identity.issuer == issuer)
        .returning(Identity.subject)
    ).scalar()
    if found is None:
        raise NotFound()
    return found


def replace(session: Session, resident_id: UUID, issuer: str, subject: str) -> str | None:
    """Bind a proven identity in place of the old one, whose subject is returned."""
    old = session.execute(
        delete(Identity)
        .where(Identity.resident_id == resident_id, Identity.issuer == issuer)
        .returning(Identity.subject)
    ).scalar()
    add(session, resident_id, issuer, subject)
    return old
