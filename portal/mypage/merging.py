"""What hangs on a card follows it, and what a resident wrote joins the other account."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.core.merging import MOVES, Preview, Steps, absent
from portal.mypage.models import TodoAct
from portal.mypage.own_models import LifeEventEntry
from portal.mypage.visits.models import VisitSheet

TABLES = TodoAct.metadata.tables
ACTS, OWN, NOTES = TABLES["todo_acts"], TABLES["own_todos"], TABLES["todo_notes"]
EVENTS = LifeEventEntry.metadata.tables["life_events"]
VISITS = VisitSheet.metadata.tables["visit_sheets"]


def follow(steps: Steps, source: UUID, target: UUID) -> None:
    """Every act, but a standing one where the other card has one for the same to-do."""
    undone = ACTS.c.undone_at.is_not(None)
    free = absent(ACTS.c.person_id, target, "service", "occurrence", "by")
    steps.move(ACTS.c.person_id, source, target, or_(undone, free))


def follow_written(steps: Steps, source: UUID, target: UUID) -> None:
    """What was written about a card goes on about the one that stays."""
    steps.move(OWN.c.person_id, source, target)
    steps.move(EVENTS.c.person_id, source, target)
    free = absent(NOTES.c.person_id, target, "service", "occurrence")
    steps.move(NOTES.c.person_id, source, target, free)
    wanted = VISITS.c.entries.contains([{"person": str(source)}])
    rows = steps.session.execute(select(VISITS.c.id, VISITS.c.entries).where(wanted)).all()
    for row in rows:
        entries = [
            entry | {"person": str(target)} if entry["person"] == str(source) else entry
            for entry in row.entries
        ]
        steps.write(VISITS, {"id": row.id}, {"entries": entries})


class OwnThings:
    """The part of `registries.merge_parts` for what residents wrote themselves."""

    columns: Mapping[str, str] = {
        "own_todos.resident_id": MOVES,
        "todo_notes.resident_id": MOVES,
        "life_events.resident_id": MOVES,
        "visit_sheets.resident_id": MOVES,
        "newly_due.resident_id": "Worked out every night from the cards.",
        "calendar_feeds.resident_id": "A secret address shows the account it was made for.",
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Nothing to decide: all of it comes."""
        return Preview()

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """All rows, but a note where there is one already."""
        for table in (OWN, EVENTS, VISITS):
            steps.move(table.c.resident_id, other, into)
        free = absent(NOTES.c.resident_id, into, "person_id", "service", "occurrence")
        steps.move(NOTES.c.resident_id, other, into, free)


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
