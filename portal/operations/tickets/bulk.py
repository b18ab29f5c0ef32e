"""What clerks do to many tickets at once; no answer: each asker gets words of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.console.assigning import assigning
from portal.console.bulk import uuids
from portal.core.errors import N_, Conflict
from portal.core.registries import BulkAct
from portal.operations.tickets import keeping
from portal.operations.tickets.records import Ticket

HANDLE = "tickets.handle"


def names(session: Session, rows: Sequence[str]) -> Mapping[str, str]:
    """Receipt numbers of those that are there."""
    found = select(Ticket.id, Ticket.number).where(Ticket.id.in_(uuids(rows)))
    return {str(row.id): row.number for row in session.execute(found)}


def close(session: Session, row: str, value: str, by: UUID) -> None:
    """Nobody is told of an end: only answers are."""
    keeping.act(session, UUID(row), "closed", "", by)


def open_again(session: Session, row: str, before: Any, by: UUID) -> None:
    """As it was; raises Conflict where a colleague has opened it already."""
    ticket = session.get(Ticket, UUID(row), with_for_update=True)
    if ticket is None or ticket.closed_at is None:
        raise Conflict()
    keeping.act(session, ticket.id, "reopened", "", by)


ACTS = (
    assigning("tickets", HANDLE, names),
    BulkAct("tickets.close", N_("Close"), HANDLE, close, names, open_again),
)
