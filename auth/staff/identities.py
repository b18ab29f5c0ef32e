"""A clerk's identity at an outside issuer: OpenID Connect ("tid:oid") or SAML (NameID)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.errors import Taken
from auth.staff.accounts import StaffAccount
from portal.core import audit
from portal.core.blind_indexes import BlindIndex, index_to_write
from portal.core.clock import now, today
from portal.core.crypto import Personal, blind_indexes
from portal.core.db import Base, IdKey
from portal.core.ids import new_id

PURPOSE = "staff-identity"


class StaffIdentity(Base):
    """One identity. Issuer and subject are the key; a mail address or a name never is (nOAuth)."""

    __tablename__ = "staff_identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject_index"),
        UniqueConstraint("staff_id", "issuer"),
    )

    id: Mapped[IdKey]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"))
    issuer: Mapped[str]
    subject: Mapped[str] = mapped_column(Personal("staff_identities.subject"))
    subject_index: Mapped[bytes] = mapped_column(LargeBinary)
    bound_at: Mapped[datetime] = mapped_column(default=now)


INDEXES = (
    BlindIndex(
        "staff_identities",
        "subject_index",
        "subject",
        lambda subject, row: (_named(row["issuer"], subject), PURPOSE),
        ("issuer",),
    ),
)


@dataclass(frozen=True)
class Bound:
    """What an account is bound to."""

    issuer: str
    subject: str
    bound_at: datetime


def find(session: Session, issuer: str, subject: str) -> StaffAccount | None:
    """The account bound to this identity, ended or not."""
    return session.execute(
        select(StaffAccount)
        .join(StaffIdentity, StaffIdentity.staff_id == StaffAccount.id)
        .where(
            StaffIdentity.issuer == issuer,
            StaffIdentity.subject_index.in_(blind_indexes(_named(issuer, subject), PURPOSE)),
        )
    ).scalar_one_or_none()


def find_active(session: Session, issuer: str, subject: str) -> StaffAccount | None:
    """The same, if its clerk may sign in today."""
    account = find(session, issuer, subject)
    return account if account is not None and account.active_on(today()) else None


def of(session: Session, staff_id: UUID) -> list[Bound]:
    """What this account is bound to."""
    rows = session.execute(
        select(StaffIdentity.issuer, StaffIdentity.subject, StaffIdentity.bound_at)
        .where(StaffIdentity.staff_id == staff_id)
        .order_by(StaffIdentity.issuer)
    )
    return [Bound(*row) for row in rows]


def bind(session: Session, staff_id: UUID, issuer: str, subject: str) -> None:
    """Bind an identity; raises Taken when it is bound, or the account has one of this issuer."""
    statement = insert(StaffIdentity).values(
        id=new_id(),
        staff_id=staff_id,
        issuer=issuer,
        subject=subject,
        subject_index=index_to_write(
            session, StaffIdentity.subject_index, _named(issuer, subject), PURPOSE
        ),
        bound_at=now(),
    )
    # Two sign-ins at once meet here, not in an earlier look.
    done = session.execute(statement.on_conflict_do_nothing().returning(StaffIdentity.id)).scalar()
    if done is None:
        raise Taken()
    audit.record(session, "staff.identity_bound", ("staff", staff_id), issuer=issuer)


def unbind(session: Session, staff_id: UUID, issuer: str) -> bool:
    """Take the identity of this issuer away; whether there was one."""
    done = session.execute(
        delete(StaffIdentity)
        .where(StaffIdentity.staff_id == staff_id, StaffIdentity.issuer == issuer)
        .returning(StaffIdentity.id)
    ).scalar()
    if done is not None:
        audit.record(session, "staff.identity_unbound", ("staff", staff_id), issuer=issuer)
    return done is not None


def _named(issuer: str, subject: str) -> str:
    return f"{issuer}\0{subject}"
