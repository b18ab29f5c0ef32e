"""Seals of the audit log: a chain of hashes over committed entries, signed batch by batch.

Entries are never touched by it: an entry's place in the chain is a row of its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class AuditLink(Base):
    """An entry's place: `hash` is over the hash before it, its place and its canonical bytes.

    The hash before stands here too, so that behind a gap the chain can still be proven.
    """

    __tablename__ = "audit_links"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    before: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditSeal(Base):
    """A signed statement: up to `position` the chain ends in `hash`.

    `complete_at`: when every entry that could be seen was sealed; None in the first catching up.
    `late`: an operator took in entries that came long after their time.
    """

    __tablename__ = "audit_seals"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    late: Mapped[bool]
    complete_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime]
    key: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)

    def said(self) -> dict[str, Any]:
        """What the signature covers."""
        return {
            "number": self.number,
            "position": self.position,
            "hash": self.hash.hex(),
            "late": self.late,
            "complete_at": _moment(self.complete_at),
            "sealed_at": _moment(self.sealed_at),
        }


class AuditCut(Base):
    """A signed statement: entries up to `position` were deleted when their time was over.

    The database lets nobody delete an entry that no cut covers.
    """

    __tablename__ = "audit_cuts"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    entries: Mapped[int] = mapped_column(BigInteger)
    newest_at: Mapped[datetime]
    cut_at: Mapped[datetime]
    key: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)

    def said(self) -> dict[str, Any]:
        """What the signature covers."""
        return {
            "position": self.position,
            "hash": self.hash.hex(),
            "entries": self.entries,
            "newest_at": _moment(self.newest_at),
            "cut_at": _moment(self.cut_at),
        }


def _moment(value: datetime | None) -> float | None:
    return value.timestamp() if value else None
