"""A notice's status, computed from facts; never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """How a notice stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened to a notice so far; `decision` is the newest one."""

    submitted_at: datetime | None
    cancelled_at: datetime | None
    fanned_out_at: datetime | None
    decision: str | None
    open_deliveries: bool


def status_of(facts: Facts) -> Status:
    """The one status these facts mean."""
    if facts.cancelled_at is not None:
        return Status.CANCELLED
    if facts.fanned_out_at is not None:
        return Status.SENDING if facts.open_deliveries else Status.SENT
    if facts.decision == "approved":
        return Status.APPROVED
    if facts.submitted_at is None:
        return Status.RETURNED if facts.decision == "returned" else Status.DRAFT
    return Status.WAITING
