"""Clerks' pages of a notice that is going out: progress, pause, resume, cancel, the figures."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.notices import charts, fanning_out, figures, line_gate, ratings, steering
from notifications.notices.figures import Progress
from notifications.notices.views import bp, found, me
from portal.core.db import transaction
from portal.core.errors import N_, Forbidden
from portal.core.web.access import current_viewer, staff

WHY = {
    steering.BY_CLERK: N_("Paused by a clerk"),
    steering.QUOTA: N_("LINE's messages of this month do not suffice for it"),
    steering.LINE_REFUSES: N_("LINE does not take these words"),
}


@bp.context_processor
def _sending() -> dict[str, Any]:
    """For the parts of a notice's page that are about sending."""
    return {
        "progress_of": figures.progress,
        "figures_of": figures.figures,
        "rich_taps": figures.rich_taps,
        "line_quota": line_gate.known_quota,
        "paused_why": WHY,
        "quota_short": steering.QUOTA,
        "only_by_line": fanning_out.only_by_line,
        "done_todos": figures.done_todos,
        "ratings_of": ratings.of,
        "chart_of": charts.of_notice,
    }


@bp.route("/<uuid:notice_id>/pause", methods=["POST"])
@staff("notices.view")
def pause(notice_id: UUID) -> Response:
    """Nothing more leaves."""
    _may_steer(notice_id)
    with transaction() as session:
        steering.pause(session, notice_id)
    flash(gettext("Paused. Nothing more leaves until it is resumed."), "success")
    return _back(notice_id)


@bp.route("/<uuid:notice_id>/resumption", methods=["POST"])
@staff("notices.view")
def resume(notice_id: UUID) -> Response:
    """It goes on."""
    _may_steer(notice_id)
    with transaction() as session:
        steering.resume(session, notice_id)
    flash(gettext("Sending goes on."), "success")
    return _back(notice_id)


@bp.route("/<uuid:notice_id>/mail-only", methods=["POST"])
@staff("notices.view")
def mail_only(notice_id: UUID) -> Response:
    """Without LINE, whose month has no room for it."""
    _may_steer(notice_id)
    with transaction() as session:
        steering.mail_only(session, notice_id)
    flash(gettext("Sending goes on, by mail only."), "success")
    return _back(notice_id)


@bp.route("/<uuid:notice_id>/stop", methods=["POST"])
@staff("notices.view")
def stop(notice_id: UUID) -> Response:
    """What is gone is gone; nobody else receives it."""
    _may_steer(notice_id)
    with transaction() as session:
        spared = steering.cancel(session, notice_id)
    flash(
        gettext(
            "Cancelled. %(count)s residents do not receive it by LINE or e-mail.",
            count=f"{spared:,}",
        ),
        "success",
    )
    return _back(notice_id)


@bp.get("/<uuid:notice_id>/progress.json")
@staff("notices.view")
def progress(notice_id: UUID) -> dict[str, Any]:
    """For the bar while the page stays open."""
    seen: Progress = figures.progress(found(notice_id).id)
    return {"done": seen.done, "all": seen.whole, "words": seen.words, "sending": seen.open > 0}


@bp.get("/<uuid:notice_id>/report.csv")
@staff("notices.view")
def report(notice_id: UUID) -> Response:
    """The figures as a table; no resident is in it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [gettext("Figure"), gettext("Channel"), gettext("Reason"), gettext("Residents")]
    )
    writer.writerows(figures.table(found(notice_id).id))
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="notice-{notice_id}.csv"'
    return answer


def _may_steer(notice_id: UUID) -> None:
    """Its author and every approver."""
    if found(notice_id).author_id != me() and not current_viewer().may("notices.approve"):
        raise Forbidden()


def _back(notice_id: UUID) -> Response:
    return redirect(url_for("notices.show", notice_id=notice_id), 303)
