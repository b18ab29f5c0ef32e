"""Counter numbers (受付番号): short, for half an hour, they name an account to a clerk."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import now
from portal.core.crypto import keyed_hash
from portal.core.db import Base, IdKey, read
from portal.core.ids import new_id

LIVES = timedelta(minutes=30)
FIGURES = 6


class CounterNumber(Base):
    """The number of one account; it opens nothing, a clerk finds the account by it."""

    __tablename__ = "counter_numbers"

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), unique=True
    )
    number_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]


def give(session: Session, resident_id: UUID) -> str:
    """A new number in place of the resident's old one."""
    mine_or_over = (CounterNumber.resident_id == resident_id) | (CounterNumber.expires_at < now())
    session.execute(delete(CounterNumber).where(mine_or_over))
    while True:  # one in a million is taken
        number = f"{secrets.randbelow(10**FIGURES):0{FIGURES}d}"
        made = (
            insert(CounterNumber)
            .values(
                id=new_id(),
                resident_id=resident_id,
                number_index=_index(number),
                expires_at=now() + LIVES,
            )
            .on_conflict_do_nothing(index_elements=["number_index"])
            .returning(CounterNumber.id)
        )
        if session.execute(made).scalar() is not None:
            return f"{number[:3]} {number[3:]}"


def resident_of(session: Session, typed: str) -> UUID | None:
    """Whose number this is; it is used up."""
    plain = "".join(s for s in unicodedata.normalize("NFKC", typed) if s.isdigit())
    found = session.execute(
        delete(CounterNumber)
        .where(CounterNumber.number_index == _index(plain))
        .returning(CounterNumber.resident_id, CounterNumber.expires_at)
    ).one_or_none()
    return found.resident_id if found is not None and found.expires_at > now() else None


def sweep() -> int:
    """Delete numbers that are over; returns how many."""
    return read().execute(delete(CounterNumber).where(CounterNumber.expires_at < now())).rowcount


def _index(number: str) -> bytes:
    return keyed_hash(number, "counter_number")
