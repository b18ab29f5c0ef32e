"""Writes the drafts an import has planned, each by the editor's own act; the rest is reported."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from chatbot.knowledge import editing
from chatbot.knowledge.bodies import KnowledgeError
from chatbot.knowledge.models import Thing
from chatbot.knowledge.tables.importing import Outcome, Plan, Row, Trouble
from portal.core.errors import N_
from portal.core.ids import new_id


def write_drafts(session: Session, plan: Plan, *, by: UUID | None, note: str) -> int:
    """A draft for every new or changed row; returns how many.

    An answer somebody is working on (an open draft, a proposal) is left alone and its row refused.
    """
    written = 0
    for place, row in enumerate(plan.rows):
        if row.outcome in (Outcome.NEW, Outcome.CHANGED) and row.body is not None:
            plan.rows[place] = _written(session, row, by, note)
            written += plan.rows[place].outcome is not Outcome.REFUSED
    return written


def _written(session: Session, row: Row, by: UUID | None, note: str) -> Row:
    key = row.key or f"faq_{new_id().hex[-10:]}"
    if editing.open_revision(session, Thing.FAQ, key) is not None:
        trouble = Trouble("", "", N_("Somebody is working on this answer."))
        return replace(row, outcome=Outcome.REFUSED, troubles=(trouble,))
    body = {**(row.body or {}), "key": key}
    try:
        editing.draft(session, Thing.FAQ, key, body, by=by, note=note)
    except KnowledgeError as fault:
        trouble = Trouble("", "", N_("Please check: %(problem)s"), {"problem": str(fault)})
        return replace(row, outcome=Outcome.REFUSED, troubles=(trouble,))
    return replace(row, key=key, body=body)
