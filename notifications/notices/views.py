"""Clerks' pages of notices: the list, one notice with what can be done about it, its report."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.languages import WRITTEN
from notifications.notices import corrections, deciding, emergencies, presenting, reading, writing
from notifications.notices.drafts import ALL_TOPICS
from notifications.notices.forms import DecisionForm, EmptyForm, ReturnForm
from notifications.notices.reading import View
from notifications.notices.short_forms import ReasonForm
from notifications.notices.status import Status
from portal.console.paging import fetched
from portal.core.clock import in_tokyo, now
from portal.core.db import transaction
from portal.core.errors import N_, Conflict, Forbidden, NotFound
from portal.core.web.access import current_viewer, staff

bp = Blueprint("notices", __name__, url_prefix="/staff/notices")

REASONS = {
    "NoAddress": N_("No address any more"),
    "Refused": N_("Refused by the mail server"),
    "Expired": N_("Not reachable for a day"),
    "Cancelled": N_("Cancelled while it went out"),
}
PARTS = {
    "title": N_("Title"),
    "body": N_("Text"),
    "values": N_("Values"),
    "link": N_("Link"),
    "rich": N_("Rich message on LINE"),
    "topic": N_("Topic"),
    "kind": N_("Kind"),
    "segment": N_("Who receives it"),
    "start_delay": N_("Start of the sending"),
}
STEPS = {
    "proposed": N_("Handed to another clerk"),
    "confirmed": N_("Confirmed by another clerk"),
    "stopped": N_("Sending stopped"),
}


@bp.route("")
@staff("notices.view")
def index() -> str:
    """Every notice with its status, newest first."""
    notices = fetched(reading.newest, reading.PAGE)
    return render_template(
        "notifications/notices.html",
        paged=notices,
        names=reading.clerks({each.author_id for each in notices.rows}),
    )


@bp.route("/<uuid:notice_id>")
@staff("notices.view")
def show(notice_id: UUID) -> str:
    """One notice: words, sentence, count, decisions, report, and the next step."""
    return _page(found(notice_id), ReturnForm(formdata=None))


@bp.route("/<uuid:notice_id>/submission", methods=["POST"])
@staff("notices.write")
def submit(notice_id: UUID) -> Response | tuple[str, int]:
    """Ask another clerk; an emergency says why."""
    notice, form = found(notice_id), ReasonForm()
    urgent = notice.kind == "emergency"
    if urgent and not form.valid():
        return _page(notice, ReturnForm(formdata=None), form), 422
    reason = form.reason.data or "" if urgent else ""
    with transaction() as session:
        writing.submit(session, notice_id, me(), counted=_counted(notice), reason=reason)
    flash(gettext("Sent to another clerk for approval."), "success")
    return _back(notice_id)


@bp.route("/<uuid:notice_id>/approval", methods=["POST"])
@staff("notices.approve")
def approve(notice_id: UUID) -> Response:
    """Let exactly the version that was looked at go out."""
    form, counted = DecisionForm(), _counted(found(notice_id))
    if not form.valid():
        raise Conflict()
    with transaction() as session:
        writing.approve(session, notice_id, me(), version=form.looked_at, counted=counted)
    flash(_begins(found(notice_id)), "success")
    return _back(notice_id)


@bp.route("/<uuid:notice_id>/return", methods=["POST"])
@staff("notices.approve")
def give_back(notice_id: UUID) -> Response | tuple[str, int]:
    """Back to its author, with the reason."""
    form, notice = ReturnForm(), found(notice_id)
    if not form.valid():
        return _page(notice, form), 422
    with transaction() as session:
        writing.give_back(
            session,
            notice_id,
            me(),
            version=form.looked_at,
            counted=_counted(notice),
            comment=form.comment.data or "",
        )
    flash(gettext("Returned to its author."), "success")
    return _back(notice_id)


@bp.route("/<uuid:notice_id>/cancellation", methods=["POST"])
@staff("notices.view")
def cancel(notice_id: UUID) -> Response:
    """It will not go out. Its author and every approver can stop it."""
    if found(notice_id).author_id != me() and not current_viewer().may("notices.approve"):
        raise Forbidden()
    with transaction() as session:
        writing.cancel(session, notice_id, me())
    flash(gettext("Cancelled. Nobody receives it."), "success")
    return _back(notice_id)


def found(notice_id: UUID) -> View:
    """The notice, or 404."""
    notice = reading.one(notice_id)
    if notice is None:
        raise NotFound()
    return notice


def me() -> UUID:
    """The clerk who looks at the page."""
    viewer = current_viewer().id
    assert viewer is not None  # noqa: S101  (the routes are for signed-in staff)
    return viewer


def _begins(notice: View) -> str:
    """When the sending of an approved notice begins."""
    if notice.starts_at is None or notice.starts_at <= now():
        return str(gettext("Approved. Sending begins now."))
    time = in_tokyo(notice.starts_at).strftime("%m-%d %H:%M")
    return str(gettext("Approved. Sending begins at %(time)s.", time=time))


def _page(notice: View, form: ReturnForm, reason: ReasonForm | None = None) -> str:
    decisions = reading.decisions(notice.id)
    steps = emergencies.log(notice.id) if notice.kind == "emergency" else []
    waiting = notice.status is Status.WAITING
    stopped = notice.status is Status.CANCELLED and reading.report(notice.id).targeted > 0
    out = notice.status in {Status.SENDING, Status.SENT} or stopped
    return render_template(
        "notifications/notice.html",
        notice=notice,
        previews=presenting.previews(notice, notice.id),
        target=presenting.target_of(notice),
        decisions=decisions,
        names=reading.clerks(
            {notice.author_id, *(e.decided_by for e in decisions), *(e.by for e in steps)}
        ),
        step_names=STEPS,
        report=reading.report(notice.id) if out else None,
        next_try=reading.waiting_until(notice.id) if notice.status is Status.SENDING else None,
        mine=notice.author_id == me(),
        topics=ALL_TOPICS,
        reasons=REASONS,
        form=form,
        plain_form=EmptyForm(),
        reason_form=reason or ReasonForm(formdata=None),
        steps=steps,
        grounds=deciding.grounds(notice, decisions) if waiting else None,
        parts=PARTS,
        language_names=WRITTEN,
        waits=notice.status is Status.APPROVED and (notice.starts_at or now()) > now(),
        corrections=corrections.of(notice.id) if out else [],
    )


def _counted(notice: View) -> int:
    """How many residents are meant now; a segment that can not be asked can not be decided."""
    target = presenting.target_of(notice)
    if target.reach is None:
        raise Conflict()
    return target.reach.total


def _back(notice_id: UUID) -> Response:
    return redirect(url_for("notices.show", notice_id=notice_id), 303)
