"""Clerks' pages of files and history: look, put in force, go back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from chatbot.garbage import acts, words
from chatbot.garbage.files.causes import UnreadableFile
from chatbot.garbage.files.cells import MOST_BYTES
from chatbot.garbage.files.rejects import rejected_csv
from chatbot.garbage.files.taking import changes
from chatbot.garbage.models import GarbageEdition
from chatbot.garbage.staff.forms import FilesForm
from chatbot.garbage.staff.views import EDIT, SEE, bp
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.registries import registries
from portal.core.web.access import current_viewer, staff

MOST_FILES, SHOWN, EDITIONS_SHOWN = 6, 200, 50
LARGEST_FORM = 25_000_000


@bp.url_value_preprocessor
def allow_files(endpoint: str | None, _: Any) -> None:
    """Before anything reads the form: a city's four tables are more than other forms may have."""
    if request.endpoint == "garbage_staff.look" and request.method == "POST":
        request.max_content_length = LARGEST_FORM


@bp.get("/history")
@staff(SEE)
def history() -> str:
    """Editions, newest first."""
    with transaction() as session:
        found = session.scalars(
            select(GarbageEdition)
            .where(GarbageEdition.number.is_not(None))
            .order_by(GarbageEdition.number.desc())
            .limit(EDITIONS_SHOWN)
        ).all()
    name = registries().staff_name
    lines = [
        {
            "edition": each,
            "kind": words.kind(each.kind, each.note),
            "author": name(each.author) if name and each.author else "",
            "counts": _told(each.report),
        }
        for each in found
    ]
    return render_template(
        "chatbot/garbage/staff/history.html", lines=lines, may_edit=current_viewer().may(EDIT)
    )


@bp.post("/history/<int:number>")
@staff(EDIT)
def go_back(number: int) -> ResponseReturnValue:
    """The guide as it was in an earlier edition."""
    with transaction() as session:
        acts.return_to(session, number, current_viewer().id)
    flash(gettext("Edition %(number)s is in force again.", number=number), "success")
    return redirect(url_for(".history"), 303)


@bp.get("/files")
@staff(EDIT)
def files() -> str:
    """Choose files."""
    return render_template("chatbot/garbage/staff/files.html", form=FilesForm())


@bp.post("/files")
@staff(EDIT)
def look() -> ResponseReturnValue:
    """Look at files: nothing is changed for residents yet."""
    form = FilesForm()
    if not form.valid():
        return render_template("chatbot/garbage/staff/files.html", form=form), 422
    sent = [each for each in request.files.getlist("files") if each.filename][:MOST_FILES]
    if not sent:
        form.files.errors = [gettext("Please choose a file.")]
        return render_template("chatbot/garbage/staff/files.html", form=form), 422
    try:
        with transaction() as session:
            pairs = [(each.filename or "", each.read(MOST_BYTES + 1)) for each in sent]
            trial = acts.look(session, pairs, current_viewer().id)
    except UnreadableFile as error:
        form.files.errors = [words.cause(error.code, error.value)]
        return render_template("chatbot/garbage/staff/files.html", form=form), 422
    return redirect(url_for(".trial", edition_id=trial.id), 303)


@bp.get("/files/<uuid:edition_id>")
@staff(SEE)
def trial(edition_id: UUID) -> str:
    """What files would change, or did."""
    with transaction() as session:
        found = session.get(GarbageEdition, edition_id)
        if found is None:
            raise NotFound()
        entries, stands = acts.entries_of_trial(found), acts.standing(session)
    named = {
        thing.value: {
            "added": [acts.name_of(entries[thing][key]) for key in change.added[:SHOWN]],
            "changed": [acts.name_of(entries[thing][key]) for key in change.changed[:SHOWN]],
            "removed": [acts.name_of(stands[thing][key]) for key in change.removed[:SHOWN]],
        }
        for thing, change in changes(entries, stands).items()
        if change.any
    }
    return render_template(
        "chatbot/garbage/staff/trial.html",
        edition=found,
        counts=_told(found.report),
        named=named,
        things=words.THINGS,
        remarks=[words.remark(code, value) for code, value in found.report.get("remarks", ())],
        rejected=[
            (row["file"], row["row"], words.cause(row["cause"], row["value"]), row["cells"][:4])
            for row in found.rejected[:SHOWN]
        ],
        may_edit=current_viewer().may(EDIT),
    )


@bp.post("/files/<uuid:edition_id>")
@staff(EDIT)
def go_live(edition_id: UUID) -> ResponseReturnValue:
    """Put what was looked at in force."""
    with transaction() as session:
        number = acts.go_live(session, edition_id, current_viewer().id)
    flash(gettext("Edition %(number)s is in force.", number=number), "success")
    return redirect(url_for(".history"), 303)


@bp.get("/files/<uuid:edition_id>/rejected.csv")
@staff(SEE)
def rejected(edition_id: UUID) -> Response:
    """Every row not taken, with its cause, to be mended in Excel."""
    with transaction() as session:
        found = session.get(GarbageEdition, edition_id)
        if found is None:
            raise NotFound()
    body = rejected_csv(found.report, found.rejected, words.cause)
    headers = {"Content-Disposition": 'attachment; filename="rejected.csv"'}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def _told(report: dict[str, dict[str, dict[str, int]]]) -> list[tuple[str, int, int, int]]:
    return [
        (gettext(words.THINGS[thing]), each["added"], each["changed"], each["removed"])
        for thing, each in report.get("counts", {}).items()
    ]
