"""Recovery codes: ten on paper, each good for one second step."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import now
from portal.core.crypto import keyed_hash
from portal.core.db import Base, IdKey
from portal.residents.models import Resident

COUNT = 10
# Without 0 o 1 i l u v: read aloud and copied by hand. 15 of 29 signs are 72 bits, more than the
# 64 of NIST SP 800-63B-4 §4.2.1.1.
SIGNS = "23456789abcdefghjkmnpqrstwxyz"
GROUPS, LENGTH = 3, 5


class RecoveryCode(Base):
    """One code, kept as a keyed hash only."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "resident_id"), Index(None, "code_hash", unique=True))

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


def make(session: Session, resident_id: UUID) -> list[str]:
    """Ten new codes; the old ones die, also those another tab makes at this moment."""
    session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update())
    codes = [new_code() for _ in range(COUNT)]
    keep(session, resident_id, [hash_of(resident_id, code) for code in codes])
    return codes


def keep(session: Session, resident_id: UUID, hashes: list[bytes]) -> None:
    """These hashes are the resident's codes from now on."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.resident_id == resident_id))
    session.add_all(RecoveryCode(resident_id=resident_id, code_hash=found) for found in hashes)


def use(session: Session, resident_id: UUID, typed: str) -> bool:
    """Whether `typed` is an unused code of this resident; it is used then."""
    won = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.resident_id == resident_id,
            RecoveryCode.code_hash == hash_of(resident_id, typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
    )
    return won.scalar() is not None


def left(session: Session, resident_id: UUID) -> int:
    """How many codes are still unused."""
    return session.execute(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.resident_id == resident_id, RecoveryCode.used_at.is_(None))
    ).scalar_one()


def new_code() -> str:
    """A code nobody has yet; also the desk prints such."""
    signs = [secrets.choice(SIGNS) for _ in range(GROUPS * LENGTH)]
    return "-".join("".join(signs[i : i + LENGTH]) for i in range(0, len(signs), LENGTH))


def hash_of(resident_id: UUID, code: str) -> bytes:
    """The keyed hash of a code, bound to its owner."""
    return keyed_hash(plain(code), f"recovery:{resident_id}")


def plain(code: str) -> str:
    """The code without what people type between its signs."""
    folded = unicodedata.normalize("NFKC", code).lower()
    return "".join(sign for sign in folded if sign in SIGNS)
