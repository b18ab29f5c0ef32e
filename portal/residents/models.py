"""Residents and the person cards of their families."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.clock import now
from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base, IdKey


class Relation(StrEnum):
    """What a person is to the resident; `expected` is a child not yet born."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER = "other"
    EXPECTED = "expected"


class Resident(Base):
    """One account of the portal. How one signs in to it is `auth`'s business."""

    __tablename__ = "residents"

    id: Mapped[IdKey]
    language: Mapped[str] = mapped_column(default="ja")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    left_at: Mapped[datetime | None]

    people: Mapped[list[Person]] = relationship(
        back_populates="resident", order_by="Person.position, Person.created_at"
    )


class Person(Base):
    """A person card. Birthdate, sex and district stay readable: rules and segments need them."""

    __tablename__ = "persons"
    __table_args__ = (
        CheckConstraint(
            "relation IN ('self','spouse','child','parent','other','expected')", name="relation"
        ),
        CheckConstraint("sex IN ('F','M')", name="sex"),
        CheckConstraint(
            "(relation = 'expected') = (expected_on IS NOT NULL)", name="expected_has_its_date"
        ),
        Index(None, "resident_id"),
        Index(None, "birthdate", "district"),
        Index("uq_persons_self", "resident_id", unique=True, postgresql_where="relation = 'self'"),
        Index("ix_persons_with_facts", "resident_id", postgresql_where="facts <> '{}'"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    relation: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    nickname: Mapped[str | None] = mapped_column(Personal("persons.nickname"))
    birthdate: Mapped[date | None]
    sex: Mapped[str | None]
    district: Mapped[str | None]
    interests: Mapped[list[str]] = mapped_column(default=list)
    expected_on: Mapped[date | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # dates the resident gave, by key
    silenced_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    resident: Mapped[Resident] = relationship(back_populates="people")


class PersonRemoval(Base):
    """A card that was taken away, kept sealed until it can no longer be put back."""

    __tablename__ = "person_removals"
    __table_args__ = (Index(None, "resident_id"), Index(None, "at"))

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    person_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    card: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("person_removals.card"))
