"""Clerks' pages of data patches: prepare with a dry run, approve, run once."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField

from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.registries import registries
from portal.core.web.access import current_viewer, staff
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.operations.data_patches import keeping, running
from portal.operations.data_patches.records import DataPatch
from portal.operations.data_patches.script import FaultyScript, parse

bp = Blueprint("patches", __name__, url_prefix="/staff/patches")
WRITE, APPROVE = "patches.write", "patches.approve"
SHOWN = 50  # rows of a dry run


class PatchForm(Form):
    """A new patch."""

    title = StringField(_("Title"), [Required(), AtMost(120)], filters=[trimmed])
    reason = TextAreaField(
        _("Why it is needed, and who asked for it"), [Required(), AtMost(400)], filters=[trimmed]
    )
    script = TextAreaField(_("Script"), [Required(), AtMost(100_000)])


@bp.get("")
@staff(WRITE)
def index() -> str:
    """Patches, newest first."""
    return _list("patches.show")


@bp.get("/waiting")
@staff(APPROVE)
def waiting() -> str:
    """The same list for those who approve."""
    return _list("patches.weigh")


def _list(leads: str) -> str:
    with transaction() as session:
        found = keeping.newest(session)
    return render_template(
        "portal/operations/patches.html",
        patches=found,
        leads=leads,
        state=keeping.state,
        clerk=_clerk(),
    )


@bp.route("/new", methods=["GET", "POST"])
@staff(WRITE)
def new() -> ResponseReturnValue:
    """Try the script, or keep it for the second person; both run it and roll back."""
    form = PatchForm()
    changes = None
    if form.valid():
        try:
            if request.form.get("act") == "keep":
                with transaction() as session:
                    made = keeping.prepare(
                        session,
                        _me(),
                        title=form.title.data or "",
                        script=form.script.data or "",
                        reason=form.reason.data or "",
                    )
                flash(gettext("Kept. Another clerk must approve it."), "success")
                return redirect(url_for("patches.show", patch_id=made.id), 303)
            changes = running.tried(parse(form.script.data or ""))
        except FaultyScript as error:
            form.script.errors = [str(error)]
    return render_template(
        "portal/operations/patch_form.html", form=form, changes=changes, most=SHOWN,
        masked=running.masked,
    )  # fmt: skip


@bp.get("/<uuid:patch_id>")
@staff(WRITE)
def show(patch_id: UUID) -> str:
    """One patch for those who prepare and run."""
    return _page(patch_id, deciding=False)


@bp.get("/waiting/<uuid:patch_id>")
@staff(APPROVE)
def weigh(patch_id: UUID) -> str:
    """One patch for who approves, with a dry run of now."""
    return _page(patch_id, deciding=True)


@bp.post("/waiting/<uuid:patch_id>")
@staff(APPROVE)
def decide(patch_id: UUID) -> ResponseReturnValue:
    """Approve or refuse exactly the script the page showed."""
    approve = request.form.get("act") == "approve"
    with transaction() as session:
        digest = request.form.get("digest", "")
        keeping.decide(session, patch_id, _me(), digest, approve=approve)
    flash(gettext("Approved.") if approve else gettext("Refused."), "success")
    return redirect(url_for("patches.waiting"), 303)


@bp.post("/<uuid:patch_id>/run")
@staff(WRITE)
def run(patch_id: UUID) -> ResponseReturnValue:
    """Run it, once."""
    try:
        with transaction() as session:
            rows = keeping.run(session, patch_id, _me())
    except FaultyScript as error:
        return _page(patch_id, deciding=False, fault=str(error))
    flash(gettext("Run: %(count)s rows.", count=rows), "success")
    return redirect(url_for("patches.show", patch_id=patch_id), 303)


@bp.post("/<uuid:patch_id>/back")
@staff(WRITE)
def back(patch_id: UUID) -> ResponseReturnValue:
    """Prepare the way back from what was kept; its script is not shown."""
    found = _found(patch_id)
    title = gettext("Back: %(title)s", title=found.title)[:120]
    try:
        with transaction() as session:
            made = keeping.prepare(
                session,
                _me(),
                title=title,
                script=keeping.undo_of(found),
                reason=found.reason,
                undoes=found.id,
            )
    except FaultyScript as error:
        return _page(patch_id, deciding=False, fault=str(error))
    flash(gettext("Kept. Another clerk must approve it."), "success")
    return redirect(url_for("patches.show", patch_id=made.id), 303)


def _page(patch_id: UUID, *, deciding: bool, fault: str = "") -> str:
    found = _found(patch_id)
    changes: list[running.Change] = []
    if found.changes is not None:
        changes = [running.Change(**one) for one in found.changes["changes"]]
    else:
        try:
            changes = running.tried(parse(found.script))
        except FaultyScript as error:
            fault = fault or str(error)
    return render_template(
        "portal/operations/patch.html", found=found, changes=changes, deciding=deciding,
        fault=fault, mine=found.by == current_viewer().id, state=keeping.state, clerk=_clerk(),
        masked=running.masked, most=SHOWN,
    )  # fmt: skip


def _found(patch_id: UUID) -> DataPatch:
    with transaction() as session:
        found = session.get(DataPatch, patch_id)
    if found is None:
        raise NotFound()
    return found


def _me() -> UUID:
    found = current_viewer().id
    assert found is not None  # noqa: S101  (the view asks for signed-in staff)
    return found


def _clerk() -> object:
    return registries().staff_name or (lambda _: "")
