"""What clerks do to many reports at once: another desk, a further state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chatbot.reports import handling, words
from chatbot.reports.models import Report
from chatbot.reports.rules import NEED_WORDS, State
from portal.console.bulk import uuids
from portal.core.errors import N_, Conflict, Forbidden
from portal.core.registries import BulkAct
from portal.core.web.access import current_viewer

HANDLE = "reports.handle"
# Not what needs a word to the reporter: that is written for each.
STATES = [one for one in State if one not in (*NEED_WORDS, State.DUPLICATE, State.RECEIVED)]


def names(session: Session, rows: Sequence[str]) -> Mapping[str, str]:
    """Receipt numbers of those that are there and within the clerk's departments."""
    chosen = select(Report.id, Report.number).where(Report.id.in_(uuids(rows)))
    held = current_viewer().departments(HANDLE)
    if held is not None:
        chosen = chosen.where(Report.desk.in_(held))
    return {str(row.id): row.number for row in session.execute(chosen)}


def assign(session: Session, row: str, desk: str, by: UUID) -> Any:
    """Another desk; nobody outside hears of it."""
    report = _held(session, row)
    if report.desk == desk:
        raise Conflict(N_("It is so already."))
    return str(handling.assign(session, report, desk, by).id)


def unassign(session: Session, row: str, act: Any, by: UUID) -> None:
    """The desk before, while nothing else was done to it since."""
    handling.undo(session, handling.locked(session, UUID(row)), UUID(act), by)


def move(session: Session, row: str, state: str, by: UUID) -> Any:
    """A further state; its reporter is told in two minutes."""
    return str(handling.move(session, _held(session, row), State(state), "", by).id)


def desks() -> Mapping[str, str]:
    """Where reports can go."""
    return words.desks()


def states() -> Mapping[str, str]:
    """What many can become at once."""
    return {one.value: words.state(one) for one in STATES}


def _held(session: Session, row: str) -> Report:
    report = handling.locked(session, UUID(row))
    held = current_viewer().departments(HANDLE)
    if held is not None and report.desk not in held:
        raise Forbidden()
    return report


ACTS = (
    BulkAct("reports.desk", N_("Desk in charge"), HANDLE, assign, names, unassign, desks),
    BulkAct(
        "reports.state",
        N_("State"),
        HANDLE,
        move,
        names,
        choices=states,
        warning=N_("Each reporter is told of the new state, so that it can not be taken back "
                   "here. A single report can be set to another state on its own page."),
    ),
)  # fmt: skip
