"""The clerks' page of the contract's end: exports, and who agrees to the deletion."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.core.db import transaction
from portal.core.registries import registries
from portal.core.web.access import current_viewer, staff
from portal.operations.exit_export import deleting
from portal.operations.exit_export.records import ExitExport

bp = Blueprint("exit", __name__, url_prefix="/staff/exit")
DECIDE = "exit.decide"


@bp.get("")
@staff(DECIDE)
def index() -> str:
    """Exports, newest first, with those who agree."""
    with transaction() as session:
        found = session.scalars(select(ExitExport).order_by(ExitExport.at.desc()).limit(20)).all()
        who = {one.id: [d.by for d in deleting.agreed(session, one.id)] for one in found}
    return render_template(
        "portal/operations/exit.html",
        exports=found,
        who=who,
        clerk=registries().staff_name or (lambda _: ""),
        needed=deleting.NEEDED,
    )


@bp.post("/<uuid:export_id>/agree")
@staff(DECIDE)
def agree(export_id: UUID) -> ResponseReturnValue:
    """Agree that everything in this export be deleted here."""
    by = current_viewer().id
    assert by is not None  # noqa: S101  (the view asks for signed-in staff)
    with transaction() as session:
        deleting.agree(session, export_id, by, request.form.get("digest", ""))
    flash(gettext("You agree to the deletion. Nothing is deleted yet."), "success")
    return redirect(url_for("exit.index"), 303)


@bp.post("/<uuid:export_id>/call-off")
@staff(DECIDE)
def call_off(export_id: UUID) -> ResponseReturnValue:
    """Nobody agrees any more."""
    with transaction() as session:
        deleting.call_off(session, export_id)
    flash(gettext("The deletion is called off."), "success")
    return redirect(url_for("exit.index"), 303)
