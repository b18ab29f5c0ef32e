"""Acts about to-dos follow a card whose double takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session

from portal.core.merging import Preview, Steps, absent
from portal.mypage.models import TodoAct

ACTS = TodoAct.metadata.tables["todo_acts"]


def follow(steps: Steps, source: UUID, target: UUID) -> None:
    """Every act, but a standing one where the other card has one for the same to-do."""
    undone = ACTS.c.undone_at.is_not(None)
    free = absent(ACTS.c.person_id, target, "service", "occurrence", "by")
    steps.move(ACTS.c.person_id, source, target, or_(undone, free))


class Acts:
    """The part of `registries.merge_parts` for who did what: it was the same person."""

    columns: Mapping[str, str] = {}

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Nothing to see beyond the cards."""
        return Preview()

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """The other account's acts are this one's, but a standing one both have."""
        free = absent(ACTS.c.by, into, "person_id", "service", "occurrence")
        steps.move(ACTS.c.by, other, into, or_(ACTS.c.undone_at.is_not(None), free))
