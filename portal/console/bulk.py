"""Many rows at once: done in one transaction, row by row, and taken back for a while.

Only acts that the packages registered; approvals are none of them: whoever approves must have
looked at exactly this text, so that there is nothing to choose many of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from portal.console.records import BulkRun
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import Conflict, Forbidden, MadoError, NotFound
from portal.core.i18n import gettext
from portal.core.registries import BulkAct, registries
from portal.core.web.access import current_viewer

MOST = 200  # rows of one page
UNDO_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Wanted:
    """What was chosen on the list."""

    act: BulkAct
    value: str
    said: str  # the value in words
    rows: Sequence[str]


def install(app: Flask) -> None:
    """Templates ask for the acts of their list."""
    app.jinja_env.globals["bulk_acts"] = acts_of


def uuids(rows: Sequence[str]) -> list[UUID]:
    """Rows that are ids; what is none was not ticked on a page of ours."""
    found = []
    for row in rows:
        with suppress(ValueError):
            found.append(UUID(row))
    return found


def acts_of(name: str) -> list[dict[str, Any]]:
    """What this clerk may do with many rows of the list, as table() takes it."""
    viewer = current_viewer()
    found = []
    for act in registries().bulk:
        if act.key.partition(".")[0] == name and viewer.may(act.needs):
            choices = list(act.choices().items()) if act.choices else []
            if choices or act.choices is None:
                found.append({"key": act.key, "label": gettext(act.label), "choices": choices})
    return found


def find(key: str) -> BulkAct:
    """A registered act this clerk may do; raises NotFound, Forbidden."""
    act = next((one for one in registries().bulk if one.key == key), None)
    if act is None:
        raise NotFound()
    if not current_viewer().may(act.needs):
        raise Forbidden()
    return act


def read(asked: str, rows: Sequence[str]) -> Wanted:
    """What a form asks for: "reports.desk:roads" of these rows. Raises NotFound."""
    key, _, value = asked.partition(":")
    act = find(key)
    choices: Mapping[str, str] = act.choices() if act.choices else {"": ""}
    if value not in choices:
        raise NotFound()
    return Wanted(act, value, choices[value], list(dict.fromkeys(rows))[:MOST])


def run(session: Session, wanted: Wanted, by: UUID, back: str) -> BulkRun:
    """Do it to each row that can have it; what could not be done is kept with its reason."""
    done: list[Any] = []
    failed: dict[str, str] = {}
    known = wanted.act.names(session, wanted.rows)
    for row in wanted.rows:
        try:
            if row not in known:
                raise NotFound()
            with session.begin_nested():
                done.append([row, wanted.act.apply(session, row, wanted.value, by)])
        except MadoError as fault:
            failed[row] = fault.message
    made = BulkRun(
        act=wanted.act.key, value=wanted.value, back=back, by=by, done=done, failed=failed
    )
    session.add(made)
    session.flush()
    audit.record(
        session, "list.done", ("bulk_run", made.id),
        act=wanted.act.key, rows=len(done), failed=len(failed),
    )  # fmt: skip
    return made


def may_undo(made: BulkRun, act: BulkAct) -> bool:
    """Whether it may still be taken back."""
    fresh = now() - made.at <= UNDO_FOR
    return act.undo is not None and made.undone_at is None and fresh and bool(made.done)


def undo(session: Session, made: BulkRun, by: UUID) -> tuple[int, int]:
    """Take back what is still as it was left; how many rows, and how many had gone on."""
    act = find(made.act)
    if act.undo is None or not may_undo(made, act):
        raise Conflict()
    back = left = 0
    for row, before in made.done:
        try:
            with session.begin_nested():
                act.undo(session, row, before, by)
            back += 1
        except MadoError:
            left += 1
    made.undone_at = now()
    audit.record(session, "list.undone", ("bulk_run", made.id), rows=back, left=left)
    return back, left
