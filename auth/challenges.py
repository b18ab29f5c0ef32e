"""Codes of six digits: one live a flow, ten minutes, five tries, for one purpose and address."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth import limits
from auth.errors import TooManyTries
from auth.flows import Flow
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.crypto import blind_indexes, keyed_hash
from portal.core.db import Base, IdKey

LIVES = timedelta(minutes=10)
TRIES = 5
RESEND = timedelta(seconds=60)


class Outcome(StrEnum):
    """How a typed code was."""

    RIGHT = "right"
    WRONG = "wrong"
    DEAD = "dead"  # no live code: expired, used, replaced or tried too often
    TAKEN = "taken"  # right, but the address has another account


class Challenge(Base):
    """One code, kept as a keyed hash. It is live while `closed_at` is empty."""

    __tablename__ = "sign_in_challenges"
    __table_args__ = (
        Index(
            "uq_sign_in_challenges_live",
            "flow_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[IdKey]
    flow_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_flows.id", ondelete="CASCADE"))
    purpose: Mapped[str]  # first, second, set_up, change
    channel: Mapped[str]  # mail or line
    address_index: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


def issue(
    session: Session, flow: Flow, purpose: str, channel: str, to: str, network: str | None
) -> None:
    """Send a code, by the outbox; raises TooManyTries. Known and unknown addresses are alike."""
    challenge = prepare(session, flow, purpose, channel, to, network)
    fill(session, challenge, to, flow.language)


def prepare(
    session: Session, flow: Flow, purpose: str, channel: str, to: str, network: str | None
) -> Challenge:
    """A challenge without a code yet, in place of the flow's earlier one."""
    _refuse_early(session, flow, to)
    limits.refuse_if_locked(session, flow.counted_as)
    limits.count_send(session, to, network)
    session.execute(
        update(Challenge)
        .where(Challenge.flow_id == flow.id, Challenge.closed_at.is_(None))
        .values(closed_at=now())
    )
    challenge = Challenge(
        flow_id=flow.id,
        purpose=purpose,
        channel=channel,
        address_index=_address_indexes(to)[0],
        expires_at=now() + LIVES,
    )
    session.add(challenge)
    session.flush()
    audit.record(session, "code.sent", ("flow", flow.id), channel=channel, purpose=purpose)
    return challenge


def fill(session: Session, challenge: Challenge, to: str, language: str) -> None:
    """Make the code and post it."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    challenge.code_hash = _hash(challenge, code)
    outbox.post(
        session,
        challenge.channel,
        to,
        "auth_code",
        {"code": code, "minutes": LIVES.seconds // 60},
        language=language,
        keep_trying=LIVES,
    )


def newest(session: Session, flow: Flow) -> Challenge | None:
    """The flow's last code, live or not."""
    return session.execute(
        select(Challenge)
        .where(Challenge.flow_id == flow.id)
        .order_by(Challenge.created_at.desc())
        .limit(1)
    ).scalar_one_or_none()


def waiting(session: Session, flow: Flow, purpose: str) -> Challenge | None:
    """The flow's live code for this purpose."""
    return session.execute(
        select(Challenge).where(
            Challenge.flow_id == flow.id,
            Challenge.purpose == purpose,
            Challenge.closed_at.is_(None),
            Challenge.expires_at > now(),
        )
    ).scalar_one_or_none()


def answer(session: Session, flow: Flow, purpose: str, address: str, typed: str) -> Outcome:
    """Judge a typed code. The flow is locked, so tries at the same moment are counted in turn."""
    limits.refuse_if_locked(session, flow.counted_as)
    challenge = waiting(session, flow, purpose)
    outcome = _judge(challenge, address, typed)
    if outcome is Outcome.WRONG:
        limits.count_wrong(session, flow.counted_as)
    if outcome is Outcome.RIGHT:
        keys = limits.send_key(address), limits.wrong_key(flow.counted_as)
        limits.forget(session, *keys)
    audit.record(session, f"code.{outcome}", ("flow", flow.id), purpose=purpose)
    return outcome


def _judge(challenge: Challenge | None, address: str, typed: str) -> Outcome:
    if challenge is None or challenge.address_index not in _address_indexes(address):
        return Outcome.DEAD
    challenge.tries += 1
    if hmac.compare_digest(challenge.code_hash or b"", _hash(challenge, typed)):
        challenge.used_at = challenge.closed_at = now()
        return Outcome.RIGHT
    if challenge.tries >= TRIES:
        challenge.closed_at = now()
    return Outcome.WRONG


def _refuse_early(session: Session, flow: Flow, to: str) -> None:
    """Not twice a minute to one address, unless the code before was used."""
    last = newest(session, flow)
    if last is None or last.used_at is not None or last.address_index not in _address_indexes(to):
        return
    if last.created_at + RESEND > now():
        raise TooManyTries(int((last.created_at + RESEND - now()).total_seconds()) + 1, "resend")


def _address_indexes(address: str) -> list[bytes]:
    return blind_indexes(address, "challenge")


def _hash(challenge: Challenge, code: str) -> bytes:
    """Bound to its own row and purpose: a copied hash is worth nothing elsewhere."""
    return keyed_hash(code, f"code:{challenge.id}:{challenge.purpose}")
