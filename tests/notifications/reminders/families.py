"""Families for whom something becomes due on the morning of these tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from notifications.reminders.models import ReminderLine
from portal.core.db import read, transaction
from portal.mypage import newly_due
from portal.mypage.newly_models import NewlyDueSweep
from portal.residents.models import Person
from tests.notifications.city import resident
from tests.notifications.reminders.conftest import DAY

BORN = date(2025, 5, 20)  # 18 months old on the DAY: the check opens
CHECK = "check_18m"


def parent(children: int = 1, **more: Any) -> UUID:
    """A resident with so many children, each with something that opens on the DAY."""
    return resident(children=((BORN, "minami"),) * children, **more)


def child_of(parent_id: UUID) -> UUID:
    """Their (first) child's card."""
    found = select(Person.id).where(Person.resident_id == parent_id, Person.relation == "child")
    return read().execute(found).scalars().all()[0]


def sweep(day: date = DAY) -> None:
    """The night has looked through the day; only the check counts here, whatever else is due."""
    newly_due.sweep(day)
    with transaction() as session:
        from sqlalchemy import text

        session.execute(text("DELETE FROM newly_due WHERE service <> :check"), {"check": CHECK})


def no_sweep_needed(day: date = DAY) -> None:
    """As if a night had found nothing."""
    with transaction() as session:
        session.merge(NewlyDueSweep(day=day, found=0, finished_at=newly_due.now()))


def held_back(resident_id: UUID) -> list[str | None]:
    """What was decided about this resident's things."""
    found = select(ReminderLine.held_back).where(ReminderLine.resident_id == resident_id)
    return list(read().execute(found).scalars())


TOMORROW = DAY + timedelta(days=1)
