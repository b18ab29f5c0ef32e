"""Writes the drafts an import has planned, each by the editor's own act; the rest is reported."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from portal.catalogue import editing
from portal.catalogue.importing import Change, Plan, Trouble
from portal.catalogue.reading import FaultyEntry


def write_drafts(session: Session, plan: Plan, *, by: UUID | None, note: str) -> list[Change]:
    """A draft for every change of the plan; what does not read is moved to `rejected`.

    An entry somebody is working on (an open draft, a proposal) is left alone.
    """
    written = []
    for change in plan.changes:
        if editing.open_revision(session, change.thing, change.key) is not None:
            plan.rejected.append(Trouble(change.line, "", f"{change.key} has an open draft"))
            continue
        try:
            editing.draft(session, change.thing, change.key, change.body, by=by, note=note)
        except FaultyEntry as fault:
            plan.rejected.append(Trouble(change.line, fault.field, fault.problem))
        else:
            written.append(change)
    return written
