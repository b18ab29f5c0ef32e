"""How easy residents found what a notice asked for (CES): counted, and nobody is in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.notices.models import InboxEntry, Rating
from portal.core.db import read

LOWEST, HIGHEST = 1, 7


@dataclass(frozen=True, slots=True)
class Ratings:
    """How often each figure was given."""

    counts: dict[int, int]

    @property
    def answers(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """Of all answers."""
        whole = sum(ease * count for ease, count in self.counts.items())
        return whole / self.answers if self.answers else None


def rate(session: Session, notice_id: UUID, resident_id: UUID, ease: int) -> bool:
    """Count one answer of a receiver; False when they answered before or never received it."""
    first = session.execute(
        update(InboxEntry)
        .where(
            InboxEntry.notice_id == notice_id,
            InboxEntry.resident_id == resident_id,
            InboxEntry.rated.is_(False),
        )
        .values(rated=True)
        .returning(InboxEntry.notice_id)
    ).scalar()
    if first is None or not LOWEST <= ease <= HIGHEST:
        return False
    made = insert(Rating).values(notice_id=notice_id, ease=ease, count=1)
    session.execute(
        made.on_conflict_do_update(
            index_elements=["notice_id", "ease"], set_={"count": Rating.count + 1}
        )
    )
    return True


def of(notice_id: UUID) -> Ratings:
    """What was answered so far."""
    rows = read().execute(
        select(Rating.ease, Rating.count).where(Rating.notice_id == notice_id).order_by(Rating.ease)
    )
    return Ratings({row[0]: row[1] for row in rows})
