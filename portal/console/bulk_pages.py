"""Pages of what is done to many rows: the question before, what was done, the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.console import bulk
from portal.console.records import BulkRun
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import came_from, current_viewer, staff

bp = Blueprint("bulk", __name__, url_prefix="/staff/bulk")
HOME = "/staff/"


@bp.post("")
@staff()
def ask() -> ResponseReturnValue:
    """How many rows, which, what goes out: nothing is changed yet."""
    rows = request.form.getlist("id")
    if not rows or not request.form.get("act"):
        return render_template("portal/console/bulk_none.html", back=came_from(HOME)), 422
    wanted = bulk.read(request.form["act"], rows)
    with transaction() as session:
        names = wanted.act.names(session, wanted.rows)
    return render_template(
        "portal/console/bulk_ask.html",
        wanted=wanted,
        names=[(row, names[row]) for row in wanted.rows if row in names],
        back=came_from(HOME),
        minutes=int(bulk.UNDO_FOR.total_seconds() // 60),
    )


@bp.post("/runs")
@staff()
def do() -> ResponseReturnValue:
    """All of them, in one transaction."""
    wanted = bulk.read(request.form.get("act", ""), request.form.getlist("id"))
    with transaction() as session:
        made = bulk.run(session, wanted, _me(), came_from(HOME))
    return redirect(url_for("bulk.show", run_id=made.id), 303)


@bp.get("/runs/<uuid:run_id>")
@staff()
def show(run_id: UUID) -> str:
    """What was done, what could not be, and the way back while there is one."""
    with transaction() as session:
        made = _run(session, run_id)
        act = bulk.find(made.act)
        names = act.names(session, [*(row for row, _ in made.done), *made.failed])
    words: dict[str, Any] = {row: gettext(why) for row, why in made.failed.items()}
    return render_template(
        "portal/console/bulk_done.html",
        made=made,
        act=act,
        said=act.choices().get(made.value, "") if act.choices else "",
        names=names,
        why=words,
        may_undo=bulk.may_undo(made, act),
        until=made.at + bulk.UNDO_FOR,
    )


@bp.post("/runs/<uuid:run_id>/undo")
@staff()
def undo(run_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    with transaction() as session:
        back, left = bulk.undo(session, _run(session, run_id), _me())
    flash(gettext("Taken back: %(count)s rows.", count=back), "success")
    if left:
        flash(gettext("%(count)s rows changed since; they stay.", count=left), "warning")
    return redirect(url_for("bulk.show", run_id=run_id), 303)


def _run(session: Session, run_id: UUID) -> BulkRun:
    """Only who did it sees it and takes it back."""
    found = session.get(BulkRun, run_id, with_for_update=True)
    if found is None or found.by != current_viewer().id:
        raise NotFound()
    return found


def _me() -> UUID:
    found = current_viewer().id
    if found is None:
        raise NotFound()
    return found
