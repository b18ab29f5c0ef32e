"""Clerks' pages of extractions: choose, look, take masked; ask, decide, fetch in the clear."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal.core.clock import in_tokyo, now
from portal.core.db import transaction
from portal.core.errors import N_, NotFound
from portal.core.extracting import Subject
from portal.core.registries import registries
from portal.core.web.access import current_viewer, staff
from portal.operations.extracts import asking, keeping
from portal.operations.extracts.choosing import FORMATS, Choice, Read, fits, read
from portal.operations.extracts.records import ExtractRequest, ExtractRun, SavedExtract

bp = Blueprint("extracts", __name__, url_prefix="/staff/extracts")
RUN, APPROVE = "extracts.run", "extracts.approve"
NEWEST = 50
FORMAT_WORDS = {
    "csv": N_("CSV (UTF-8)"),
    "csv-cp932": N_("CSV (Shift_JIS)"),
    "xlsx": N_("Excel (XLSX)"),
}
FAULT_WORDS = {
    "none": N_("Please choose at least one column."),
    "long": N_("Please use at most 100 characters."),
    "day": N_("Please write the day like 2026-11-20."),
    "number": N_("Please write a whole number."),
    "choice": N_("Please choose from the list."),
    "reason": N_("Please say what the data is needed for."),
    "format": N_("Please choose from the list."),
    "name": N_("Please write a name of at most 60 characters."),
    "person": N_("A condition on a personal column needs a second clerk: please ask for it."),
    "masked": N_("No personal column is chosen: you can take the file at once."),
}


@bp.get("")
@staff(RUN)
def index() -> str:
    """Subjects, kept choices, requests of one's own, and what left lately."""
    with transaction() as session:
        mine = session.scalars(
            select(ExtractRequest)
            .where(ExtractRequest.by == current_viewer().id)
            .order_by(ExtractRequest.at.desc())
            .limit(NEWEST)
        ).all()
        runs = session.scalars(
            select(ExtractRun).order_by(ExtractRun.at.desc()).limit(NEWEST)
        ).all()
        saved = keeping.saved(session)
    return render_template(
        "portal/operations/extracts.html", subjects=registries().extracts, saved=saved,
        requests=mine, runs=runs, **_words(),
    )  # fmt: skip


@bp.get("/waiting")
@staff(APPROVE)
def waiting() -> str:
    """Requests the second clerk decides."""
    with transaction() as session:
        open_ = select(ExtractRequest).where(ExtractRequest.approved.is_(None))
        found = session.scalars(open_.order_by(ExtractRequest.at).limit(NEWEST)).all()
    return render_template("portal/operations/extracts_waiting.html", requests=found, **_words())


@bp.route("/<subject>", methods=["GET", "POST"])
@staff(RUN)
def choose(subject: str) -> ResponseReturnValue:
    """Columns and conditions in one plain form; its buttons look, take, ask and save."""
    found = keeping.subject_of(subject)
    if request.method == "GET":
        return _form(found, _kept(found), {})
    got = read(found, request.form)
    act = request.form.get("act", "look")
    faults = _faults(found, got, act)
    if faults:
        return _form(found, request.form, faults)
    if act == "look":
        return _look(found, got.choice)
    return _acted(found, got.choice, act)


def _acted(found: Subject, choice: Choice, act: str) -> ResponseReturnValue:
    by, typed = _me(), request.form
    reason, kind = typed.get("reason", "").strip(), typed.get("format", "")
    try:
        with transaction() as session:
            if act == "save":
                keeping.save(session, by, typed.get("name", "").strip(), choice)
            elif act == "ask":
                made = keeping.ask(session, by, choice, kind, reason)
            else:
                return _file(keeping.take(session, by, choice, kind, reason), found.key)
    except asking.TooMuch as error:
        return _form(found, typed, {"columns": error.message})
    if act == "save":
        flash(gettext("Kept. You find it on the page of extractions."), "success")
        return redirect(url_for("extracts.index"), 303)
    return redirect(url_for("extracts.show", request_id=made.id), 303)


def _look(found: Subject, choice: Choice) -> str:
    try:
        shown, count = asking.preview(found, choice)
    except asking.TooMuch as error:
        return _form(found, request.form, {"columns": error.message})
    return _form(found, request.form, {}, shown=shown, count=count)


def _faults(found: Subject, got: Read, act: str) -> dict[str, str]:
    faults = dict(got.faults)
    typed = request.form
    if act in ("take", "ask"):
        if not 0 < len(typed.get("reason", "").strip()) <= 400:
            faults["reason"] = "reason"
        if typed.get("format") not in FORMATS:
            faults["format"] = "format"
    if act == "save" and not 0 < len(typed.get("name", "").strip()) <= 60:
        faults["name"] = "name"
    about_one = got.choice.asks_about_one(found)
    if act in ("look", "take") and about_one:
        faults["columns"] = "person"
    if act == "ask" and not (got.choice.personal(found) or about_one) and not faults:
        faults["columns"] = "masked"
    return {name: FAULT_WORDS[fault] for name, fault in faults.items()}


def _kept(found: Subject) -> MultiDict[str, str]:
    """The form filled from a kept choice, if the address names one."""
    filled: MultiDict[str, str] = MultiDict()
    try:
        wanted = UUID(request.args.get("saved", ""))
    except ValueError:
        return filled
    with transaction() as session:
        kept = session.get(SavedExtract, wanted)
    if kept is None or kept.choice["subject"] != found.key:
        raise NotFound()
    choice = Choice.of(kept.choice)
    if fits(found, choice):
        filled.setlist("columns", list(choice.columns))
        for one in choice.conditions:
            filled.setlist(f"{one.way}-{one.column}", list(one.values))
    return filled


def _form(found: Subject, typed: MultiDict[str, str], faults: dict[str, str], **more: Any) -> str:
    return render_template(
        "portal/operations/extract_form.html", subject=found, typed=typed, faults=faults,
        formats=FORMAT_WORDS, shown=more.get("shown"), count=more.get("count"), most=asking.MOST,
    )  # fmt: skip


@bp.get("/requests/<uuid:request_id>")
@staff(RUN)
def show(request_id: UUID) -> str:
    """One request as who asked for it, and every clerk who extracts, sees it."""
    return _page(request_id, "extracts.show")


@bp.get("/waiting/<uuid:request_id>")
@staff(APPROVE)
def weigh(request_id: UUID) -> str:
    """The same for the clerk who decides."""
    return _page(request_id, "extracts.weigh")


def _page(request_id: UUID, here: str) -> str:
    with transaction() as session:
        found = session.get(ExtractRequest, request_id)
    if found is None:
        raise NotFound()
    choice = Choice.of(found.choice)
    return render_template(
        "portal/operations/extract_request.html", found=found, choice=choice,
        subject=keeping.subject_of(choice.subject), mine=found.by == current_viewer().id,
        deciding=here == "extracts.weigh", fetchable=keeping.fetchable(found), **_words(),
    )  # fmt: skip


@bp.post("/waiting/<uuid:request_id>")
@staff(APPROVE)
def decide(request_id: UUID) -> ResponseReturnValue:
    """Approve or refuse exactly what the page showed."""
    approve = request.form.get("act") == "approve"
    with transaction() as session:
        digest = request.form.get("digest", "")
        keeping.decide(session, request_id, _me(), digest, approve=approve)
    flash(gettext("Approved.") if approve else gettext("Refused."), "success")
    return redirect(url_for("extracts.waiting"), 303)


@bp.post("/requests/<uuid:request_id>/file")
@staff(RUN)
def fetch(request_id: UUID) -> ResponseReturnValue:
    """The clear file, once."""
    try:
        with transaction() as session:
            content, subject = keeping.fetch(session, request_id, _me())
    except asking.TooMuch as error:
        flash(gettext(error.message), "error")
        return _page(request_id, "extracts.show")
    return _file(content, subject)


@bp.post("/saved/<uuid:saved_id>/remove")
@staff(RUN)
def remove(saved_id: UUID) -> ResponseReturnValue:
    """Take a kept choice out of the list; the page offers to put it back."""
    with transaction() as session:
        keeping.remove(session, saved_id)
    flash(gettext("Removed."), "success")
    return redirect(url_for("extracts.index", removed=saved_id), 303)


@bp.post("/saved/<uuid:saved_id>/put-back")
@staff(RUN)
def put_back(saved_id: UUID) -> ResponseReturnValue:
    """The undo."""
    with transaction() as session:
        keeping.put_back(session, saved_id)
    flash(gettext("It is back."), "success")
    return redirect(url_for("extracts.index"), 303)


def _file(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Cache-Control"] = "no-store"
    stamp = f"{in_tokyo(now()):%Y%m%d-%H%M}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.zip"'
    return answer


def _me() -> UUID:
    found = current_viewer().id
    assert found is not None  # noqa: S101  (the view asks for signed-in staff)
    return found


def _words() -> dict[str, Any]:
    names = registries().staff_name
    subjects = {one.key: one.label for one in registries().extracts}
    return {"clerk": names or (lambda _: ""), "subject_names": subjects, "formats": FORMAT_WORDS,
            "state": _state}  # fmt: skip


def _state(found: ExtractRequest) -> str:
    if found.approved is None:
        return N_("Waits for another clerk")
    if not found.approved:
        return N_("Refused")
    if found.fetched_at:
        return N_("Downloaded")
    return N_("Ready to download") if keeping.fetchable(found) else N_("Its time is over")
