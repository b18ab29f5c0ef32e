"""Authenticator apps (TOTP, RFC 6238): a code is right for a moment and only once."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import BigInteger, ForeignKey, Index, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey

SECONDS = 30
DRIFT = (0, -1, 1)  # a phone's clock may be one step off (RFC 6238 §6)


class Authenticator(Base):
    """One app of a resident. `last_step` is the newest time step that was used."""

    __tablename__ = "authenticators"
    __table_args__ = (Index(None, "resident_id"),)

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    secret: Mapped[str] = mapped_column(Personal("authenticators.secret"))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


def new_secret() -> str:
    """A secret of 160 bits (RFC 4226 §4), base32."""
    return pyotp.random_base32(32)


def address_for_app(secret: str, account: str, city: str) -> str:
    """The otpauth:// address an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=city)


def step_of(secret: str, typed: str, moment: datetime) -> int | None:
    """The time step for which `typed` is the code, if it is one of the steps around `moment`."""
    generator = pyotp.TOTP(secret)
    present = int(moment.timestamp()) // SECONDS
    for step in (present + drift for drift in DRIFT):
        # By step, not by date: pyotp reads a date as local time.
        if hmac.compare_digest(generator.generate_otp(step), typed):
            return step
    return None


def use(session: Session, resident_id: UUID, typed: str) -> bool:
    """Whether `typed` is right for one of the resident's apps; it is spent then."""
    apps = session.query(Authenticator).filter_by(resident_id=resident_id).all()
    return any(_spend(session, app, step_of(app.secret, typed, now())) for app in apps)


def _spend(session: Session, app: Authenticator, step: int | None) -> bool:
    """Conditional update: of two requests with one code, one wins (RFC 6238 §5.2)."""
    if step is None:
        return False
    won = session.execute(
        update(Authenticator)
        .where(Authenticator.id == app.id, Authenticator.last_step < step)
        .values(last_step=step, used_at=now())
        .returning(Authenticator.id)
    )
    return won.scalar() is not None
