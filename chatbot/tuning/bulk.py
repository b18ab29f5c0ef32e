"""What clerks do to many missed questions at once: set them aside, give them to a colleague."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chatbot.tuning import misses
from chatbot.tuning.models import MissDecision
from portal.console.assigning import assigning
from portal.core.errors import N_, NotFound
from portal.core.registries import BulkAct

EDIT = "knowledge.edit"
APART = "\t"


def row_of(miss: Any) -> str:
    """A row of the inbox: what near-same questions share, and the words most used."""
    return f"{miss.folded}{APART}{miss.words}"


def names(session: Session, rows: Sequence[str]) -> Mapping[str, str]:
    """The words of each."""
    return {row: row.partition(APART)[2] for row in rows if all(row.partition(APART))}


def folded(row: str) -> str:
    """What is kept of a row."""
    return row.partition(APART)[0]


def _aside(act: str) -> Callable[[Session, str, str, UUID], Any]:
    def apply(session: Session, row: str, value: str, by: UUID) -> Any:
        miss, _, asked = row.partition(APART)
        return str(misses.put_aside(session, miss, asked[:200], act, by=by).id)

    return apply


def _back(session: Session, row: str, decision: Any, by: UUID) -> None:
    made = session.get(MissDecision, UUID(decision))
    if made is None or made.undone_at is not None:
        raise NotFound()
    misses.undo(session, made.id, by=by)


ACTS = (
    BulkAct("misses.ignore", N_("Ignore"), EDIT, _aside("ignore"), names, _back),
    BulkAct("misses.not_ours", N_("Not our matter"), EDIT, _aside("not_ours"), names, _back),
    assigning("misses", EDIT, names, folded),
)
