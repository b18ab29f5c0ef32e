"""What clerks do to one report: each a POST, each back on the report's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from chatbot.reports import categories, finding, handling, words
from chatbot.reports.handling import NotPossible, WordsNeeded
from chatbot.reports.models import Report
from chatbot.reports.rules import State
from chatbot.reports.web.forms import MergeForm, NoteForm, PublicForm
from chatbot.reports.web.staff_pages import HANDLE, report_page, sort_form, state_form, within
from portal.core.db import transaction
from portal.core.errors import Conflict
from portal.core.web.access import current_viewer, staff

bp = Blueprint("report_acts", __name__, url_prefix="/staff/reports/<uuid:report_id>")


@bp.post("/preview")
@staff(HANDLE, audited=False)  # shows what the reporter would read, changes nothing
def preview(report_id: UUID) -> str:
    """The answer as the reporter will see it."""
    with transaction() as session:
        report = within(handling.locked(session, report_id), HANDLE)
        form = state_form(report, sent=True)
        form.validate()
        wanted = form.state.data or ""
        shown = {
            "state": words.state(wanted) if wanted in set(State) else "",
            "words": form.words.data,
        }
        return report_page(session, report, state_form=form, preview=shown)


@bp.post("/state")
@staff(HANDLE)
def step(report_id: UUID) -> ResponseReturnValue:
    """Another state, an answer, or both."""

    def act(session: Session, report: Report) -> ResponseReturnValue | None:
        if request.form.get("seen") not in (None, report.state):
            raise Conflict()
        form = state_form(report, sent=True)
        if not form.valid() or not (form.state.data or form.words.data):
            return report_page(session, report, state_form=form)
        try:
            if form.state.data:
                wanted = State(form.state.data)
                handling.move(session, report, wanted, form.words.data or "", _me())
            else:
                handling.answer(session, report, form.words.data or "", _me())
        except WordsNeeded as fault:
            form.words.errors = [gettext(fault.message)]
            return report_page(session, report, state_form=form)
        flash(gettext("Saved. The reporter is told in two minutes; until then you can undo it."))
        return None

    return _on(report_id, act)


@bp.post("/sorting")
@staff(HANDLE)
def sort(report_id: UUID) -> ResponseReturnValue:
    """Another desk or category."""

    def act(session: Session, report: Report) -> ResponseReturnValue | None:
        form = sort_form(report, categories.every(session))
        if not form.valid() or (form.desk.data, form.category.data) == (
            report.desk,
            report.category,
        ):
            return report_page(session, report, sort_form=form)
        if form.category.data != report.category:
            handling.sort(session, report, form.category.data, _me())
        if form.desk.data != report.desk:
            handling.assign(session, report, form.desk.data, _me())
        return None

    return _on(report_id, act)


@bp.post("/notes")
@staff(HANDLE)
def note(report_id: UUID) -> ResponseReturnValue:
    """Words among clerks."""

    def act(session: Session, report: Report) -> ResponseReturnValue | None:
        form = NoteForm()
        if not form.valid():
            return report_page(session, report, note_form=form)
        handling.note(session, report, form.note.data or "", _me())
        return None

    return _on(report_id, act)


@bp.post("/merging")
@staff(HANDLE)
def merge(report_id: UUID) -> ResponseReturnValue:
    """It is the same as another one."""

    def act(session: Session, report: Report) -> ResponseReturnValue | None:
        form = MergeForm()
        if not form.valid():
            return report_page(session, report, merge_form=form)
        into = finding.by_number(session, form.number.data or "")
        try:
            if into is None:
                raise NotPossible()
            handling.merge(session, report, into, _me())
        except NotPossible:
            form.number.errors = [gettext("There is no such report, or it can not be this one.")]
            return report_page(session, report, merge_form=form)
        return None

    return _on(report_id, act)


@bp.post("/publication")
@staff(HANDLE)
def publish(report_id: UUID) -> ResponseReturnValue:
    """What the open data may say."""

    def act(session: Session, report: Report) -> ResponseReturnValue | None:
        form = PublicForm()
        if not form.valid():
            return report_page(session, report, public_form=form)
        handling.publish(session, report, form.public_words.data or "")
        return None

    return _on(report_id, act)


@bp.post("/undo/<uuid:act_id>")
@staff(HANDLE)
def undo(report_id: UUID, act_id: UUID) -> ResponseReturnValue:
    """The last act, taken back."""

    def act(session: Session, report: Report) -> None:
        handling.undo(session, report, act_id, _me())

    return _on(report_id, act)


def _on(report_id: UUID, act: Callable[[Session, Report], Any]) -> ResponseReturnValue:
    """Do it to the locked report; back to its page, or the page `act` answers with."""
    with transaction() as session:
        answer: ResponseReturnValue | None = act(
            session, within(handling.locked(session, report_id), HANDLE)
        )
    if answer is not None:
        return answer
    return redirect(url_for("report_board.show", report_id=report_id), 303)


def _me() -> UUID | None:
    return current_viewer().id
