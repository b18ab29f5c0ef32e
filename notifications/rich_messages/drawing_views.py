"""Clerks' pages of the drawings: look at them, take one away to change it, bring it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.notices.views import me
from notifications.pictures import drawing
from notifications.pictures.svg import LONGEST, BadTemplate
from notifications.rich_messages import drawings
from notifications.rich_messages.forms import DrawingForm, wrong
from portal.core.db import transaction
from portal.core.web.access import staff

bp = Blueprint("drawings", __name__, url_prefix="/staff/notice-drawings")
Page = Response | str | tuple[str, int]


@bp.route("", methods=["GET", "POST"])
@staff("notices.write")
def index() -> Page:
    """All that are offered, and the form for one more or another version."""
    form = DrawingForm()
    if form.valid():
        file = form.file.data
        try:
            text = (file.read(LONGEST * 4) if file else b"").decode("utf-8")
            with transaction() as session:
                kept = drawings.keep(session, me(), form.name.data or "", text)
        except UnicodeDecodeError:
            wrong(form.file, gettext("The file is not an SVG drawing."))
        except BadTemplate as fault:
            wrong(form.file, gettext(fault.message, name=fault.name))
        except drawing.CanNotDraw as fault:
            wrong(form.file, gettext(fault.message))
        else:
            flash(gettext("Kept as version %(version)s.", version=kept.version), "success")
            return redirect(url_for("drawings.index"), 303)
    page = render_template(
        "notifications/rich/drawings.html", drawings=drawings.offered(), form=form
    )
    return (page, 422) if form.errors else page


@bp.get("/<key>.png")
@staff("notices.write")
def shown(key: str) -> Response:
    """The drawing with the names of its places."""
    found = drawings.one(key).template
    return Response(drawing.png(drawings.example(found), 460), mimetype="image/png")


@bp.get("/<key>.svg")
@staff("notices.write")
def taken(key: str) -> Response:
    """The file, to be changed in a drawing program. Never shown as a page: it is a download."""
    answer = Response(drawings.one(key).svg, mimetype="image/svg+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}.svg"'
    return answer


@bp.post("/<key>/away")
@staff("notices.write")
def put_away(key: str) -> Response:
    """Staff's own drawing is offered no more."""
    with transaction() as session:
        drawings.put_away(session, key)
    flash(gettext("Put away."), "success")
    return redirect(url_for("drawings.index"), 303)
