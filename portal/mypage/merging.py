"""Acts about to-dos follow a card whose double takes its place."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_

from portal.core.merging import Steps, absent
from portal.mypage.models import TodoAct

ACTS = TodoAct.metadata.tables["todo_acts"]


def follow(steps: Steps, source: UUID, target: UUID) -> None:
    """Every act, but a standing one where the other card has one for the same to-do."""
    undone = ACTS.c.undone_at.is_not(None)
    free = absent(ACTS.c.person_id, target, "service", "occurrence")
    steps.move(ACTS.c.person_id, source, target, or_(undone, free))
