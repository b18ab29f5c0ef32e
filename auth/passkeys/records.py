"""Passkeys as rows, and the ceremonies that wait for a browser's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey
from portal.residents.models import Resident


@dataclass(frozen=True)
class Owner:
    """Whose passkey: a resident's, a clerk's, or of a registration that is not finished."""

    kind: str  # resident, staff or flow
    id: UUID

    @property
    def mine(self) -> ColumnElement[bool]:
        """Rows of this owner, in SQL."""
        return Passkey.__table__.c[f"{self.kind}_id"] == self.id


class Passkey(Base):
    """One public key. `synced`: it may live on several devices; their counter stays at 0."""

    __tablename__ = "passkeys"
    __table_args__ = (
        CheckConstraint("num_nonnulls(resident_id, staff_id, flow_id) = 1", name="owner"),
        UniqueConstraint("credential_id"),
        Index(None, "resident_id"),
        Index(None, "staff_id"),
        Index(None, "flow_id"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    staff_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("staff_accounts.id", ondelete="CASCADE")
    )
    # Of a registration: gone with the flow, unless that becomes an account (pre-hijacking).
    flow_id: Mapped[UUID | None] = mapped_column(ForeignKey("sign_in_flows.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    user_handle: Mapped[bytes] = mapped_column(LargeBinary)  # random, one an account
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(default=list)
    aaguid: Mapped[UUID]  # the make of what keeps it; all zero: not told
    synced: Mapped[bool]
    backed_up: Mapped[bool]
    name: Mapped[str] = mapped_column(Personal("passkeys.name"))
    device: Mapped[str]  # in whose browser it was made
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    odd_at: Mapped[datetime | None]  # its counter went backwards: there may be a copy

    @property
    def owner(self) -> Owner:
        """Whose it is."""
        for kind in ("resident", "staff", "flow"):
            found = getattr(self, f"{kind}_id")
            if found is not None:
                return Owner(kind, found)
        raise AssertionError("a passkey without an owner")


class Ceremony(Base):
    """A challenge given to one browser for one purpose; deleted when it is answered."""

    __tablename__ = "passkey_ceremonies"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[IdKey]
    face: Mapped[str]
    purpose: Mapped[str]  # add, set_up, second, sign_in
    subject: Mapped[UUID | None]  # the flow or the account it is for
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    user_handle: Mapped[bytes | None] = mapped_column(LargeBinary)  # of a new passkey
    expires_at: Mapped[datetime]


def of(session: Session, owner: Owner) -> list[Passkey]:
    """The owner's passkeys, the oldest first."""
    rows = select(Passkey).where(owner.mine).order_by(Passkey.created_at, Passkey.id)
    return list(session.execute(rows).scalars())


def count(session: Session, owner: Owner) -> int:
    """How many there are."""
    rows = select(func.count()).select_from(Passkey).where(owner.mine)
    return session.execute(rows).scalar_one()


def find(session: Session, owner: Owner, passkey_id: UUID) -> Passkey | None:
    """This passkey, if it is the owner's."""
    rows = select(Passkey).where(owner.mine, Passkey.id == passkey_id)
    return session.execute(rows).scalar_one_or_none()


def of_credential(session: Session, credential_id: bytes) -> Passkey | None:
    """The passkey with this credential id, held until the transaction ends.

    None also where its resident has left: nobody comes back by it.
    """
    rows = (
        select(Passkey)
        .outerjoin(Resident, Resident.id == Passkey.resident_id)
        .where(Passkey.credential_id == credential_id, Resident.left_at.is_(None))
        .with_for_update(of=Passkey)
    )
    return session.execute(rows).scalar_one_or_none()
