"""Administrators' pages: many accounts at once by a table, looked at before it is written."""

from __future__ import annotations

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth.errors import Taken
from auth.forms import EmptyForm
from auth.staff import entry, imports
from auth.staff.forms import ImportForm
from auth.staff.imports import HasFaults, WentOn
from auth.staff.role_changes import LastAdministrator
from auth.staff.tables import COLUMNS, BadTable, decoded
from auth.staff.words import FIELD_WORDS, KIND_WORDS, ROLE_WORDS
from portal.core import audit
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff

bp = Blueprint("staff_import", __name__)
SEE, MANAGE = "staff.view", "staff.manage"


@bp.route("/staff/accounts/import", methods=["GET", "POST"])
@staff(MANAGE)
def index() -> ResponseReturnValue:
    """Choose a file; it is kept for an hour, and nothing else is written."""
    if not_fresh := entry.fresh_or(url_for("staff_import.index")):
        return not_fresh
    form = ImportForm()
    if form.valid():
        try:
            text = decoded(form.table.data.read())
            with transaction() as db:
                kept = imports.keep(db, text, entry.clerk())
        except BadTable as error:
            form.table.errors = [gettext(str(error))]
        else:
            return redirect(url_for("staff_import.show", import_id=kept.id), 303)
    return render_template(
        "auth/staff/import.html", form=form, columns=COLUMNS, role_words=ROLE_WORDS
    )


@bp.route("/staff/accounts/import/<uuid:import_id>", methods=["GET", "POST"])
@staff(MANAGE)
def show(import_id: UUID) -> ResponseReturnValue:
    """What it would do, row by row; confirmed, it is done in one transaction."""
    if not_fresh := entry.fresh_or(url_for("staff_import.show", import_id=import_id)):
        return not_fresh
    form, problem = EmptyForm(), ""
    if form.valid():
        problem = _apply(import_id)
        if not problem:
            flash(gettext("The table is written."), "success")
            return redirect(url_for("staff_accounts.index"), 303)
    with transaction() as db:
        kept = imports.kept(db, import_id, entry.clerk())
        if kept is None:
            raise NotFound()
        steps = imports.look(db, kept.table)
        kept.shown = imports.digest_of(steps)
    return render_template(
        "auth/staff/import_preview.html",
        form=form,
        steps=steps,
        problem=problem,
        counts={kind: sum(step.kind == kind for step in steps) for kind in KIND_WORDS},
        kind_words=KIND_WORDS,
        field_words=FIELD_WORDS,
        role_words=ROLE_WORDS,
    )


@bp.get("/staff/accounts.csv")
@staff(SEE)
def download() -> Response:
    """The present list, in the columns of the import."""
    with transaction() as db:
        text = imports.export(db)
        audit.record(db, "staff.list_downloaded")
    response = make_response(text.encode("utf-8-sig"))  # Excel takes a file without it for CP932
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"staff-{today().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _apply(import_id: UUID) -> str:
    """Write it; the words of what stands against it, "" when it is done."""
    try:
        with transaction() as db:
            kept = imports.kept(db, import_id, entry.clerk())
            if kept is None:
                raise NotFound()
            imports.apply(db, kept)
    except (HasFaults, WentOn, LastAdministrator, Taken) as error:
        return str(gettext(error.message))
    return ""
