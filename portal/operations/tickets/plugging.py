"""What tickets say to the rest: what is kept of residents, and how accounts come together."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import N_
from portal.core.merging import MOVES, Preview, Steps
from portal.core.personal_data import PersonalData, kept, table_part
from portal.operations.tickets.records import Ticket

TICKETS = Ticket.metadata.tables["tickets"]
_WORK = "With the ticket: the city's record of its work."
PART = table_part(
    "tickets",
    N_("What you asked about this service"),
    Ticket.resident_id,
    {
        "number": N_("Receipt number"),
        "topic": N_("What it is about"),
        "words": N_("What was written"),
        "mail": N_("Mail address for the answer"),
        "created_at": N_("Sent on"),
        "answered_at": N_("Answered on"),
        "closed_at": N_("Closed on"),
    },
)
DATA = PersonalData(
    parts=(PART,),
    columns=kept("tickets", "What somebody asked; encrypted.", _WORK, "words")
    | kept("tickets", "The answer goes there; encrypted.", "90 days after the end.", "mail")
    | kept(
        "tickets",
        "What it is about, and in which language the answer goes; no person.",
        _WORK,
        "number",
        "kind",
        "topic",
        "language",
    )
    | kept("ticket_acts", "Answers and notes; encrypted.", _WORK, "words"),
)


class Tickets:
    """The part of `registries.merge_parts` for tickets."""

    columns: Mapping[str, str] = {"tickets.resident_id": MOVES}

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """How many come."""
        mine = TICKETS.c.resident_id == other
        count = session.execute(select(func.count()).where(mine)).scalar_one()
        lines = [gettext("Questions about this service: %(count)s", count=count)] if count else []
        return Preview(lines=lines)

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """All of them: none can be there twice."""
        steps.move(TICKETS.c.resident_id, other, into)
