"""Minors: whose guardian must agree, and how that agreement is kept.

Under 15 a guardian (法定代理人) agrees: the age at which the Personal Information Protection
Commission's Q&A (1-62) takes a child to understand such a consent lies between 12 and 15, so 15 is
the safe side. Under 18 (民法4条) a minor agrees alone, with a note to tell the guardian.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    delete,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import consents, limits
from portal.core import audit
from portal.core.clock import now, today
from portal.core.crypto import keyed_hash
from portal.core.db import Base, IdKey, read
from portal.core.errors import N_, Conflict, NotFound
from portal.core.ids import new_id
from portal.residents.models import Person, Relation, Resident
from portal.residents.reading import months_old

GUARDIAN_UNTIL, MINOR_UNTIL = 15, 18  # years
CODE_LIVES = timedelta(days=7)
SIGNS = "23456789abcdefghjkmnpqrstwxyz"
CODE = 10


class Age(StrEnum):
    """What the age of a resident asks for."""

    GUARDIAN = "guardian"
    MINOR = "minor"
    ADULT = "adult"
    UNKNOWN = "unknown"


def age_of(birthdate: date | None, day: date) -> Age:
    """By the resident's own card."""
    if birthdate is None:
        return Age.UNKNOWN
    years = months_old(birthdate, day) // 12
    if years < GUARDIAN_UNTIL:
        return Age.GUARDIAN
    return Age.MINOR if years < MINOR_UNTIL else Age.ADULT


class GuardianAgreement(Base):
    """A guardian agreed to one version of the terms for a resident. `basis`: how we know.

    own_account: with the guardian's own account, by a code from the child. stated: the child's
    account says that the guardian sat beside and agreed.
    """

    __tablename__ = "guardian_agreements"
    __table_args__ = (
        UniqueConstraint("resident_id", "version"),
        CheckConstraint("relation IN ('parent','guardian')", name="relation"),
        CheckConstraint("basis IN ('own_account','stated')", name="basis"),
        CheckConstraint("guardian_id <> resident_id", name="somebody_else"),
        Index(None, "guardian_id"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    version: Mapped[str]
    relation: Mapped[str]
    basis: Mapped[str]
    guardian_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("residents.id", ondelete="SET NULL")
    )
    language: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class GuardianRequest(Base):
    """A code a child gives to the guardian, who types it in the own account."""

    __tablename__ = "guardian_requests"

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), unique=True
    )
    code_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    at: Mapped[datetime] = mapped_column(default=now)


class NotAGuardian(Conflict):
    """Who is no adult here, or the child itself, can not agree for somebody."""

    message = N_(
        "Only a person aged 18 or over, with their own account and date of birth entered, "
        "can agree for a child."
    )


@dataclass(frozen=True)
class Child:
    """For whom a guardian is asked to agree."""

    resident_id: UUID
    nickname: str


def age(session: Session, resident_id: UUID) -> Age:
    """What this resident's age asks for."""
    own = select(Person.birthdate).where(
        Person.resident_id == resident_id, Person.relation == Relation.SELF
    )
    return age_of(session.execute(own).scalar(), today())


def is_missing(session: Session, resident_id: UUID) -> bool:
    """Whether a guardian must agree to the terms of today and has not."""
    if age(session, resident_id) is not Age.GUARDIAN:
        return False
    agreed = exists().where(
        GuardianAgreement.resident_id == resident_id,
        GuardianAgreement.version == consents.TERMS_VERSION,
    )
    return not session.execute(select(agreed)).scalar_one()


def state(session: Session, resident_id: UUID, relation: str, language: str) -> None:
    """The guardian sits beside and agrees; kept as said, not as proven."""
    _keep(session, resident_id, relation, "stated", None, language)


def ask(session: Session, resident_id: UUID) -> str:
    """A code for the guardian, in place of an earlier one."""
    session.execute(delete(GuardianRequest).where(GuardianRequest.resident_id == resident_id))
    code = "".join(secrets.choice(SIGNS) for _ in range(CODE))
    session.execute(
        insert(GuardianRequest)
        .values(id=new_id(), resident_id=resident_id, code_index=_index(code), at=now())
        .on_conflict_do_nothing()
    )
    audit.record(session, "guardian.asked", ("resident", resident_id))
    return f"{code[:5]}-{code[5:]}"


def child_of(session: Session, guardian: UUID, typed: str) -> Child | None:
    """Whose code this is; wrong tries are counted. NotAGuardian for who may not agree."""
    if age(session, guardian) is not Age.ADULT:
        raise NotAGuardian()
    counted = f"guardian:{guardian}"
    limits.refuse_if_locked(session, counted)
    row = session.execute(
        select(GuardianRequest.resident_id, Person.nickname)
        .join(Resident, Resident.id == GuardianRequest.resident_id)
        .outerjoin(
            Person,
            (Person.resident_id == GuardianRequest.resident_id)
            & (Person.relation == Relation.SELF),
        )
        .where(
            GuardianRequest.code_index == _index(typed),
            GuardianRequest.at > now() - CODE_LIVES,
            GuardianRequest.resident_id != guardian,
            Resident.left_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        limits.count_wrong(session, counted)
        audit.record(session, "guardian.wrong_code", ("resident", guardian))
        return None
    return Child(row.resident_id, row.nickname or "")


def agree(session: Session, guardian: UUID, typed: str, relation: str, language: str) -> None:
    """The guardian agrees with the own account; the code is used up."""
    child = child_of(session, guardian, typed)
    if child is None:
        raise NotFound()
    _keep(session, child.resident_id, relation, "own_account", guardian, language)
    mine = GuardianRequest.resident_id == child.resident_id
    session.execute(delete(GuardianRequest).where(mine))


def of(session: Session, resident_id: UUID) -> list[GuardianAgreement]:
    """Agreements of guardians for this resident."""
    rows = select(GuardianAgreement).where(GuardianAgreement.resident_id == resident_id)
    return list(session.scalars(rows))


def given_by(session: Session, guardian: UUID) -> list[GuardianAgreement]:
    """Agreements this resident gave for children."""
    rows = select(GuardianAgreement).where(GuardianAgreement.guardian_id == guardian)
    return list(session.scalars(rows))


def sweep() -> None:
    """Forget codes nobody used."""
    read().execute(delete(GuardianRequest).where(GuardianRequest.at < now() - CODE_LIVES))


def counts(session: Session) -> dict[str, dict[str, int]]:
    """How many agreements a version has, by basis."""
    rows = session.execute(
        select(GuardianAgreement.version, GuardianAgreement.basis, func.count()).group_by(
            GuardianAgreement.version, GuardianAgreement.basis
        )
    )
    found: dict[str, dict[str, int]] = {}
    for version, basis, count in rows:
        found.setdefault(version, {})[basis] = int(count)
    return found


def _keep(
    session: Session,
    resident_id: UUID,
    relation: str,
    basis: str,
    guardian: UUID | None,
    language: str,
) -> None:
    values = {
        "version": consents.TERMS_VERSION,
        "relation": relation,
        "basis": basis,
        "guardian_id": guardian,
        "language": language,
        "at": now(),
    }
    row = insert(GuardianAgreement).values(id=new_id(), resident_id=resident_id, **values)
    # The stronger basis takes the place of the weaker one, never the other way round.
    row = row.on_conflict_do_update(
        index_elements=["resident_id", "version"],
        set_=values,
        where=GuardianAgreement.basis == "stated",
    )
    session.execute(row)
    who = ("resident", resident_id)
    audit.record(session, "guardian.agreed", who, basis=basis, relation=relation)


def _index(typed: str) -> bytes:
    folded = unicodedata.normalize("NFKC", typed).lower()
    return keyed_hash("".join(sign for sign in folded if sign in SIGNS), "guardian-code")
