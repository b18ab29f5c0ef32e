"""A flow: one try to prove who one is, bound to one browser's session, never a signed-in one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Select, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.errors import FlowOver
from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey, read

LIVES = timedelta(hours=1)


class Flow(Base):
    """What this browser has proven so far. `account_id`: a resident's or staff account's.

    purpose: sign_in; step_up (prove again); email, line, app, passkey, card, merge (a signed-in
    resident changes that); recovery (a way in is lost); staff (a clerk's sign-in).
    """

    __tablename__ = "sign_in_flows"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('sign_in','step_up','email','line','app','passkey','card','merge',"
            "'recovery','staff')",
            name="purpose",
        ),
        Index(None, "created_at"),
        Index(None, "account_id"),
    )

    id: Mapped[IdKey]
    purpose: Mapped[str]
    account_id: Mapped[UUID | None]
    first: Mapped[str | None]
    second: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(Personal("sign_in_flows.email"))
    email_proven_at: Mapped[datetime | None]
    line: Mapped[str | None] = mapped_column(Personal("sign_in_flows.line"))
    line_proven_at: Mapped[datetime | None]
    line_friend: Mapped[bool | None]
    line_name: Mapped[str | None] = mapped_column(Personal("sign_in_flows.line_name"))
    for_account: Mapped[UUID | None]  # of a merge: who is signed in, and whom the other joins
    totp: Mapped[str | None] = mapped_column(Personal("sign_in_flows.totp"))
    totp_proven_at: Mapped[datetime | None]
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    next: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="ja")
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]

    @property
    def first_proven(self) -> bool:
        """Whether the first step is done."""
        return {
            None: False,
            "line": self.line_proven_at is not None,
            "email": self.email_proven_at is not None,
            "passkey": self.account_id is not None,  # named only once it is proven
            "card": self.account_id is not None,
            "oidc": self.account_id is not None,  # a clerk's, made once the answer was verified
            "saml": self.account_id is not None,
        }[self.first]

    @property
    def counted_as(self) -> str:
        """Whose wrong answers these are: the account's once it is known, else the address's.

        An outsider who only knows an address must not be able to lock its account.
        """
        if self.account_id is not None and (self.purpose != "sign_in" or self.first_proven):
            return f"account:{self.account_id}"
        return f"address:{self.purpose}:{self.email or self.line}"


def begin(session: Session, purpose: str, **values: Any) -> Flow:
    """A new flow."""
    flow = Flow(purpose=purpose, **values)
    session.add(flow)
    session.flush()
    return flow


def locked(session: Session, flow_id: str | None, *purposes: str) -> Flow:
    """The browser's flow, held until the transaction ends; raises FlowOver when it is over."""
    flow = session.execute(_live(flow_id, purposes).with_for_update()).scalar_one_or_none()
    if flow is None:
        raise FlowOver()
    return flow


def look(session: Session, flow_id: str | None, *purposes: str) -> Flow:
    """The same without holding it, to show a page."""
    flow = session.execute(_live(flow_id, purposes)).scalar_one_or_none()
    if flow is None:
        raise FlowOver()
    return flow


def stands(session: Session, flow_id: str | None) -> bool:
    """Whether a flow is still there, ended or not, and stays until this transaction ends.

    Who ends everything of an account deletes its flows first (`auth.endings`), so a session that is
    written meanwhile is either refused here or deleted there: none is left over (attack case 39).
    """
    found = select(Flow.id).where(Flow.id == UUID(flow_id or "")).with_for_update(read=True)
    return session.execute(found).scalar() is not None


def drop_others(session: Session, account_id: UUID, keep: UUID) -> None:
    """End every other flow of this account: half-done changes by somebody else die."""
    session.execute(delete(Flow).where(Flow.account_id == account_id, Flow.id != keep))


def sweep() -> int:
    """Delete flows that are over; returns how many."""
    return read().execute(delete(Flow).where(Flow.created_at < now() - LIVES)).rowcount


def _live(flow_id: str | None, purposes: tuple[str, ...]) -> Select[Flow]:
    return select(Flow).where(
        Flow.id == (UUID(flow_id) if flow_id else None),
        Flow.purpose.in_(purposes),
        Flow.finished_at.is_(None),
        Flow.created_at > now() - LIVES,
    )
