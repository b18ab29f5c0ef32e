"""Pages of visit sheets: choosing, the sheet itself, packing, sending, finishing."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.holidays import next_open_day
from portal.core.i18n import current_language
from portal.core.registries import registries
from portal.core.web.access import resident
from portal.core.web.app import limiter
from portal.insight import asking
from portal.mypage.relatives import relatives_of
from portal.mypage.visits import acts, sheet
from portal.mypage.visits.forms import VisitForm, asked_picks
from portal.mypage.visits.models import VisitSheet
from portal.residents.days import said
from portal.residents.pages import offer_undo, take_undo, viewer_id

bp = Blueprint("visits", __name__)
FIGURES = 3


@bp.route("/visits")
@resident
def index() -> str:
    """Every sheet, the next visit first."""
    language = current_language()
    return render_template(
        "portal/visits.html",
        sheets=[
            {
                "url": url_for("visits.show", sheet_id=each.id),
                "day": said(each.on_day, language),
                "count": len(each.entries),
                "finished": each.finished_at is not None,
            }
            for each in acts.sheets_of(viewer_id())
        ],
        undo=take_undo(),
    )


@bp.route("/visits/new", methods=["GET", "POST"])
@resident
def new() -> str | Response:
    """Choose procedures and a day."""
    asked = asked_picks()
    day = next_open_day(today() + timedelta(days=1))
    form = VisitForm(
        _choices(asked + request.form.getlist("pick")), data={"day": day, "pick": asked}
    )
    if not form.valid():
        return render_template("portal/visit_form.html", form=form, sheet=None)
    with transaction() as session:
        made = acts.make(session, viewer_id(), form.picks, _day(form))
    return redirect(url_for("visits.show", sheet_id=made.id), 303)


@bp.route("/visits/<uuid:sheet_id>")
@resident
def show(sheet_id: UUID) -> str:
    """The sheet, for the screen and for paper."""
    found = _sheet(sheet_id)
    relatives = relatives_of(viewer_id(), today())
    return render_template(
        "portal/visit.html",
        sheet=found,
        **sheet.described(found, relatives, current_language()),
        can_send=registries().tell is not None,
        undo=take_undo(),
    )


@bp.route("/visits/<uuid:sheet_id>/edit", methods=["GET", "POST"])
@resident
def edit(sheet_id: UUID) -> str | Response:
    """Other procedures or another day."""
    found = _sheet(sheet_id)
    values = sheet.values_of(found)
    data = {"day": max(found.on_day, today()), "pick": values}
    form = VisitForm(_choices(values + request.form.getlist("pick")), data=data)
    if not form.valid():
        return render_template("portal/visit_form.html", form=form, sheet=found)
    with transaction() as session:
        acts.change(session, viewer_id(), sheet_id, form.picks, _day(form))
    flash(gettext("Saved."), "success")
    return _back(sheet_id)


@bp.route("/visits/<uuid:sheet_id>/packing", methods=["POST"])
@resident
def pack(sheet_id: UUID) -> Response:
    """Which things are ready."""
    with transaction() as session:
        acts.pack(session, viewer_id(), sheet_id, request.form.getlist("thing"))
    flash(gettext("Saved."), "success")
    return _back(sheet_id)


@bp.route("/visits/<uuid:sheet_id>/sending", methods=["POST"])
@resident
@limiter.limit("5/hour")
def send(sheet_id: UUID) -> Response:
    """The address of the sheet to oneself, by LINE or mail."""
    with transaction() as session:
        acts.send(session, viewer_id(), sheet_id)
    flash(gettext("We sent you the link. The sheet itself stays on My Page."), "success")
    return _back(sheet_id)


@bp.route("/visits/<uuid:sheet_id>/completion", methods=["POST"])
@resident
def finish(sheet_id: UUID) -> Response:
    """The visit is over."""
    places = [n for n in request.form.getlist("done") if n.isdecimal() and len(n) <= FIGURES]
    with transaction() as session:
        acts.finish(session, viewer_id(), sheet_id, map(int, places))
    asking.after("visit")
    flash(gettext("Done. What you did is checked off on My Page."), "success")
    offer_undo(url_for("visits.reopen", sheet_id=sheet_id))
    return _back(sheet_id)


@bp.route("/visits/<uuid:sheet_id>/completion/undo", methods=["POST"])
@resident
def reopen(sheet_id: UUID) -> Response:
    """Take the finishing back."""
    with transaction() as session:
        acts.reopen(session, viewer_id(), sheet_id)
    flash(gettext("It is back as it was."), "success")
    return _back(sheet_id)


@bp.route("/visits/<uuid:sheet_id>/removal", methods=["POST"])
@resident
def remove(sheet_id: UUID) -> Response:
    """Take the sheet away."""
    with transaction() as session:
        acts.remove(session, viewer_id(), sheet_id)
    flash(gettext("The visit sheet was removed. Your to-dos stay."), "success")
    offer_undo(url_for("visits.restore", sheet_id=sheet_id))
    return redirect(url_for("visits.index"), 303)


@bp.route("/visits/<uuid:sheet_id>/removal/undo", methods=["POST"])
@resident
def restore(sheet_id: UUID) -> Response:
    """Bring a removed sheet back."""
    with transaction() as session:
        acts.bring_back(session, viewer_id(), sheet_id)
    flash(gettext("It is back as it was."), "success")
    return _back(sheet_id)


def _choices(asked: list[str]) -> list[tuple[str, str]]:
    day = today()
    return sheet.choices_of(relatives_of(viewer_id(), day), day, current_language(), asked)


def _day(form: VisitForm) -> date:
    assert form.day.data is not None  # noqa: S101  (required and checked)
    return form.day.data


def _sheet(sheet_id: UUID) -> VisitSheet:
    found = acts.sheets_of(viewer_id(), sheet_id)
    if not found:
        raise NotFound()
    return found[0]


def _back(sheet_id: UUID) -> Response:
    return redirect(url_for("visits.show", sheet_id=sheet_id), 303)
