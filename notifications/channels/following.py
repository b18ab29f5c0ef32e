"""What LINE tells of friends: a block switches LINE off for the resident, a follow on again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.identities import resident_of_line
from notifications.channels.models import ChannelStop
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction


def noted(session: Session, resident_id: UUID, friend: bool) -> None:
    """What LINE said at the sign-in: someone who is no friend gets notices by mail."""
    if friend:
        _start(session, resident_id)
    else:
        _stop(session, resident_id, "not_friend")


def unfollowed(event: dict[str, Any]) -> None:
    """The resident blocked the account: notices go by mail from now on."""
    resident_id = resident_of_line(_user(event))
    if resident_id is None:
        return
    with transaction() as session:
        _stop(session, resident_id, "blocked")


def followed(event: dict[str, Any]) -> None:
    """The resident added or unblocked the account."""
    resident_id = resident_of_line(_user(event))
    if resident_id is None:
        return
    with transaction() as session:
        _start(session, resident_id)


def checked(session: Session, resident_id: UUID, friend: bool) -> bool:
    """What the nightly round found; whether it is news."""
    if friend:
        return _start(session, resident_id)
    return _stop(session, resident_id, "blocked")


def _stop(session: Session, resident_id: UUID, reason: str) -> bool:
    stopped = session.execute(
        insert(ChannelStop)
        .values(resident_id=resident_id, channel="line", reason=reason, at=now())
        .on_conflict_do_nothing()
        .returning(ChannelStop.resident_id)
    ).scalar()
    if stopped:
        audit.record(session, f"line.{reason}", ("resident", resident_id))
    return stopped is not None


def _start(session: Session, resident_id: UUID) -> bool:
    gone = session.execute(
        delete(ChannelStop)
        .where(ChannelStop.resident_id == resident_id, ChannelStop.channel == "line")
        .returning(ChannelStop.resident_id)
    ).scalar()
    if gone:
        audit.record(session, "line.followed", ("resident", resident_id))
    return gone is not None


def _user(event: dict[str, Any]) -> str:
    return str((event.get("source") or {}).get("userId", ""))
