"""Limits on sending codes and on wrong answers, in PostgreSQL so that no restart forgets."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Index, LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.errors import TooManyTries
from portal.core.clock import now
from portal.core.crypto import blind_index
from portal.core.db import Base, IdKey, read


@dataclass(frozen=True)
class Limit:
    """At most `count` in `window`."""

    count: int
    window: timedelta


# Identity facts 5.8.
SENDS_PER_ADDRESS = Limit(5, timedelta(hours=1))
SENDS_PER_NETWORK = Limit(20, timedelta(hours=1))
WRONG_ANSWERS = Limit(10, timedelta(minutes=15))
REFUSALS = Limit(60, timedelta(minutes=1))  # that leave an audit entry, of one network
KEEP = timedelta(days=1)


class Attempt(Base):
    """One code sent or one wrong answer; `key` is a blind index, so no address is kept."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "key", "at"), Index(None, "at"))

    id: Mapped[IdKey]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=now)


def send_key(address: str) -> bytes:
    """Counts codes sent to an address."""
    return blind_index(address, "limit:send")


def wrong_key(who: str) -> bytes:
    """Counts wrong answers of an account ("account:…") or an address ("address:…")."""
    return blind_index(who, "limit:wrong")


def count_send(session: Session, address: str, network: str | None) -> None:
    """Count a code to `address` asked for from `network`, or raise TooManyTries."""
    keys = [(send_key(address), SENDS_PER_ADDRESS, "send")]
    if network is not None:
        keys.append((blind_index(network, "limit:network"), SENDS_PER_NETWORK, "network"))
    for key, limit, why in sorted(keys):
        _alone(session, key)
        wait = _wait(session, key, limit)
        if wait:
            raise TooManyTries(wait, why)
    session.add_all(Attempt(key=key) for key, _, _ in keys)


def count(session: Session, who: str, limit: Limit, why: str) -> None:
    """Count one act of `who` ("assist:…"), or raise TooManyTries."""
    key = blind_index(who, f"limit:{why}")
    _alone(session, key)
    wait = _wait(session, key, limit)
    if wait:
        raise TooManyTries(wait, why)
    session.add(Attempt(key=key))


def count_refusal(session: Session, remote: str | None) -> None:
    """Count a refused request, or raise TooManyTries: strangers must not fill the audit log."""
    count(session, network_of(remote) or str(remote), REFUSALS, "refused")


def refuse_if_locked(session: Session, who: str) -> None:
    """Raise TooManyTries when `who` gave too many wrong answers lately."""
    key = wrong_key(who)
    _alone(session, key)
    wait = _wait(session, key, WRONG_ANSWERS)
    if wait:
        raise TooManyTries(wait, "locked")


def count_wrong(session: Session, who: str) -> None:
    """Count a wrong answer against `who`."""
    session.add(Attempt(key=wrong_key(who)))


def forget(session: Session, *keys: bytes) -> None:
    """A right answer: what was counted against these keys is forgotten."""
    session.execute(delete(Attempt).where(Attempt.key.in_(keys)))


def network_of(remote: str | None) -> str | None:
    """The /24 or /64 a visitor comes from; None where it says nothing about the visitor."""
    try:
        address = ipaddress.ip_address(remote or "")
    except ValueError:
        return None
    if address.is_loopback and not current_app.extensions["mado.settings"].refuses_stand_ins:
        return None  # a portal on one machine: everybody comes from it
    length = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def sweep() -> int:
    """Delete what counts no more; returns how many."""
    return read().execute(delete(Attempt).where(Attempt.at < now() - KEEP)).rowcount


def _wait(session: Session, key: bytes, limit: Limit) -> int:
    """Seconds until one more is allowed; 0 when it is allowed now."""
    moment = now()
    oldest = session.execute(
        select(Attempt.at)
        .where(Attempt.key == key, Attempt.at > moment - limit.window)
        .order_by(Attempt.at.desc())
        .offset(limit.count - 1)
        .limit(1)
    ).scalar()
    return 0 if oldest is None else int((oldest + limit.window - moment).total_seconds()) + 1


def _alone(session: Session, key: bytes) -> None:
    """Requests at the same moment are counted one after the other."""
    number = int.from_bytes(key[:8], "big", signed=True)
    session.execute(select(func.pg_advisory_xact_lock(number)))
