"""The resident's own data: ask for the file, fetch it, remove it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.core.clock import in_tokyo, today
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.registries import registries
from portal.core.web.access import fresh_resident, proven_resident
from portal.mypage import personal_data as mypage_data
from portal.privacy import erasing, exports, ground_data, looking
from portal.privacy.looking_models import ResidentLook
from portal.privacy.merging import Asked
from portal.privacy.models import DataExport
from portal.residents import personal_data as residents_data
from portal.residents.days import said
from portal.residents.pages import viewer_id

bp = Blueprint("privacy", __name__, url_prefix="/my/data")
RECORDS = (DataExport, ResidentLook)


def register(app: Flask) -> None:
    """Routes, the tick, and what portal keeps of residents."""
    app.register_blueprint(bp)
    found = registries(app)
    found.personal_data += [residents_data.DATA, mypage_data.DATA, ground_data.DATA]
    found.merge_parts.append(Asked())
    found.before_erasing.append(erasing.leave_no_trace)
    found.ticks.append(("exports", exports.sweep))


@bp.get("")
@proven_resident
def index() -> str:
    """What can be taken along, and the files that wait."""
    return render_template(
        "portal/privacy/index.html",
        files=[_file(row) for row in exports.of(viewer_id())],
        days=exports.KEPT_FOR.days,
    )


@bp.post("")
@proven_resident
def ask() -> AnyResponse:
    """Ask for the file."""
    with transaction() as session:
        exports.ask(session, viewer_id(), current_language())
    flash(gettext("We are making the file, and tell you when it is ready."), "success")
    return redirect(url_for("privacy.index"), 303)


@bp.get("/<uuid:export_id>")
@fresh_resident
def fetch(export_id: UUID) -> Response:
    """The file, for its owner who has just proven to be it."""
    with transaction() as session:
        file = exports.fetch(session, viewer_id(), export_id)
    answer = Response(file, mimetype="application/zip")
    name = f"mado-{today():%Y%m%d}.zip"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@bp.post("/<uuid:export_id>/removal")
@proven_resident
def remove(export_id: UUID) -> AnyResponse:
    """Away with it, before its week is over."""
    with transaction() as session:
        exports.remove(session, viewer_id(), export_id)
    flash(gettext("The file is deleted."), "success")
    return redirect(url_for("privacy.index"), 303)


@bp.get("/looks")
@proven_resident
def looks() -> str:
    """Who in the city hall looked at this resident's data, when and why."""
    rows = [
        (
            said(in_tokyo(row.at).date(), current_language()),
            f"{in_tokyo(row.at):%H:%M}",
            row.department or gettext("City hall"),
            gettext(looking.WORDS.get(row.place, row.place)),
            gettext(looking.WORDS.get(row.reason, row.reason)),
        )
        for row in looking.of(viewer_id())
    ]
    return render_template("portal/privacy/looks.html", looks=rows)


def _file(row: DataExport) -> dict[str, Any]:
    until = in_tokyo(row.asked_at + exports.KEPT_FOR).date()
    ready = row.made_at is not None and row.removed_at is None
    return {
        "id": row.id,
        "asked": said(in_tokyo(row.asked_at).date(), current_language()),
        "asked_time": f"{in_tokyo(row.asked_at):%H:%M}",
        "until": said(until, current_language()),
        "ready": ready,
        "state": "removed" if row.removed_at else "failed" if row.failed_at else "making",
    }
