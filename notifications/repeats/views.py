"""Clerks' pages of repeats: the list, one with its dates and runs, what can be done about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.notices import presenting
from notifications.notices.drafts import ALL_TOPICS
from notifications.notices.forms import DecisionForm, EmptyForm, ReturnForm
from notifications.notices.reading import clerks
from notifications.notices.views import me
from notifications.repeats import keeping, reading, rules
from notifications.repeats.forms import in_quiet_hours
from notifications.repeats.reading import Status, View
from notifications.repeats.saying import sentence, weekday
from notifications.segments.looking import look
from portal.core.db import transaction
from portal.core.errors import N_, Conflict, Forbidden, NotFound
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, staff

bp = Blueprint("repeats", __name__, url_prefix="/staff/repeats")
SKIPPED = {
    "Clerk": N_("Skipped by a clerk"),
    "Late": N_("Skipped: it would have come too late"),
    "Faulty": N_("Not sent: words or conditions can not be used any more"),
}


@bp.route("")
@staff("notices.view")
def index() -> str:
    """Every repeat."""
    repeats = reading.all_of_them()
    return render_template(
        "notifications/repeats/index.html",
        repeats=repeats,
        sentences={each.id: sentence(each.rule) for each in repeats},
        last=reading.last_runs(),
        skipped_words=SKIPPED,
        names=clerks({each.author_id for each in repeats}),
    )


@bp.route("/<uuid:repeat_id>")
@staff("notices.view")
def show(repeat_id: UUID) -> str:
    """One: words, readers, the next ten dates, decisions, runs."""
    return _page(found(repeat_id), ReturnForm(formdata=None))


@bp.route("/<uuid:repeat_id>/submission", methods=["POST"])
@staff("notices.write")
def submit(repeat_id: UUID) -> Response:
    """Ask another clerk."""
    _pressed()
    try:
        with transaction() as session:
            keeping.submit(session, repeat_id, me())
    except keeping.NeverComes as fault:
        flash(gettext(fault.message), "error")
        return _back(repeat_id)
    flash(gettext("Sent to another clerk for approval."), "success")
    return _back(repeat_id)


@bp.route("/<uuid:repeat_id>/approval", methods=["POST"])
@staff("notices.approve")
def approve(repeat_id: UUID) -> Response:
    """One yes for every run of the version that was looked at."""
    form, counted = DecisionForm(), _counted(found(repeat_id))
    if not form.valid():
        raise Conflict()
    with transaction() as session:
        keeping.approve(session, repeat_id, me(), version=form.looked_at, counted=counted)
    flash(gettext("Approved. It comes by itself from the next date on."), "success")
    return _back(repeat_id)


@bp.route("/<uuid:repeat_id>/return", methods=["POST"])
@staff("notices.approve")
def give_back(repeat_id: UUID) -> Response | tuple[str, int]:
    """To its author, with the reason."""
    form, repeat = ReturnForm(), found(repeat_id)
    if not form.valid():
        return _page(repeat, form), 422
    with transaction() as session:
        keeping.give_back(
            session,
            repeat_id,
            me(),
            version=form.looked_at,
            counted=_counted(repeat),
            comment=form.comment.data or "",
        )
    flash(gettext("Returned to its author."), "success")
    return _back(repeat_id)


@bp.route("/<uuid:repeat_id>/pause", methods=["POST"])
@staff("notices.view")
def pause(repeat_id: UUID) -> Response:
    """No runs until it is resumed."""
    _may_steer(repeat_id)
    with transaction() as session:
        keeping.pause(session, repeat_id)
    flash(gettext("Paused. Nothing is sent until it is resumed."), "success")
    return _back(repeat_id)


@bp.route("/<uuid:repeat_id>/pause/end", methods=["POST"])
@staff("notices.view")
def resume(repeat_id: UUID) -> Response:
    """From the next date on."""
    _may_steer(repeat_id)
    with transaction() as session:
        keeping.resume(session, repeat_id)
    flash(gettext("Resumed. It comes from the next date on."), "success")
    return _back(repeat_id)


@bp.route("/<uuid:repeat_id>/stop", methods=["POST"])
@staff("notices.view")
def stop(repeat_id: UUID) -> Response:
    """For good."""
    _may_steer(repeat_id)
    with transaction() as session:
        keeping.stop(session, repeat_id)
    flash(gettext("Stopped for good. Its reports stay."), "success")
    return _back(repeat_id)


@bp.route("/<uuid:repeat_id>/skip", methods=["POST"])
@staff("notices.view")
def skip(repeat_id: UUID) -> Response:
    """Leave out the date on screen."""
    _may_steer(repeat_id)
    with transaction() as session:
        keeping.skip(session, repeat_id, me(), _due_at())
    flash(gettext("This date is skipped."), "success")
    return _back(repeat_id)


@bp.route("/<uuid:repeat_id>/skip/undo", methods=["POST"])
@staff("notices.view")
def unskip(repeat_id: UUID) -> Response:
    """It comes on the date after all."""
    _may_steer(repeat_id)
    with transaction() as session:
        keeping.take_back(session, repeat_id, _due_at())
    flash(gettext("It comes on this date after all."), "success")
    return _back(repeat_id)


def found(repeat_id: UUID) -> View:
    """The repeat, or 404."""
    repeat = reading.one(repeat_id)
    if repeat is None:
        raise NotFound()
    return repeat


def notes(rule: rules.Rule) -> list[str]:
    """What whoever approves should know about the dates."""
    said = []
    if rules.passes_months(rule):
        said.append(gettext("Months without such a day are passed over."))
    if in_quiet_hours(rule):
        said.append(gettext("The time is in the quiet hours: it waits until they end."))
    return said


def _page(repeat: View, form: ReturnForm) -> str:
    decisions = reading.decisions(repeat.id)
    worded = _Example(repeat)
    return render_template(
        "notifications/repeats/show.html",
        repeat=repeat,
        sentence=sentence(repeat.rule),
        notes=notes(repeat.rule),
        ahead=reading.ahead(repeat.rule, current_language(), repeat.id),
        runs=reading.runs(repeat.id),
        skipped_words=SKIPPED,
        places=reading.place_names(current_language()) if repeat.is_evening else {},
        look=None if repeat.is_evening else look(repeat.segment),
        asked=reading.count_asked() if repeat.is_evening else None,
        previews=presenting.previews(worded),
        decisions=decisions,
        names=clerks({repeat.author_id, *(each.decided_by for each in decisions)}),
        mine=repeat.author_id == me(),
        may_steer=_steers(repeat),
        topics=ALL_TOPICS,
        form=form,
    )


@bp.app_template_global()
def weekday_of(moment: datetime) -> str:
    """The name of its day in Japan."""
    return weekday(moment.astimezone(rules.JAPAN).weekday())


class _Example:
    """The repeat with the values of its next run, as previews want it."""

    kind = "normal"
    rich: dict[str, Any] | None = None

    def __init__(self, repeat: View) -> None:
        self.variants = reading.example(repeat)
        self.link = repeat.link


def _steers(repeat: View) -> bool:
    return repeat.author_id == me() or current_viewer().may("notices.approve")


def _may_steer(repeat_id: UUID) -> None:
    """Its author and every approver."""
    _pressed()
    repeat = found(repeat_id)
    if not _steers(repeat):
        raise Forbidden()
    if repeat.status not in {
        Status.GOING,
        Status.PAUSED,
        Status.OVER,
    } and not request.path.endswith("/stop"):
        raise Conflict()


def _counted(repeat: View) -> int:
    """Residents meant today; conditions that can not be asked can not be decided about."""
    if repeat.is_evening:
        return reading.count_asked()
    reach = look(repeat.segment).reach
    if reach is None:
        raise Conflict()
    return reach.total


def _due_at() -> datetime:
    try:
        return datetime.fromisoformat(request.form.get("due_at", ""))
    except ValueError:
        raise Conflict() from None


def _pressed() -> None:
    if not EmptyForm().valid():
        raise Conflict()


def _back(repeat_id: UUID) -> Response:
    return redirect(url_for("repeats.show", repeat_id=repeat_id), 303)
