"""Clerks' pages of disaster news: proposals, what was decided, evacuation orders, the mode."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.disaster import automatic, deciding, evacuation, mode, polling, reading
from notifications.disaster.forms import (
    ConfirmForm,
    DismissForm,
    EmptyForm,
    OrderFileForm,
    OrderForm,
)
from notifications.disaster.reading import View
from notifications.notices.reading import clerks
from portal.core.db import transaction
from portal.core.errors import N_, Conflict, NotFound
from portal.core.web.access import current_viewer, staff

bp = Blueprint("disaster", __name__, url_prefix="/staff/disaster")

WHY = {
    "level5": N_("Level 5 or an emergency warning"),
    "level4": N_("Level 4"),
    "level3": N_("Level 3 or a warning"),
    "tsunami": N_("A tsunami warning"),
    "tsunami_advisory": N_("A tsunami advisory"),
    "earthquake": N_("An earthquake of intensity 5 lower or more"),
    "record_rain": N_("Very heavy rain"),
    "cancelled": N_("The agency cancelled what it said"),
    "corrected": N_("The agency corrected what it said"),
    "order": N_("An evacuation order of the city"),
    "lifted_order": N_("An evacuation order was lifted"),
}
ACTIONS = {
    "emergency": N_("Emergency notice"),
    "notice": N_("Ordinary notice"),
    "correction": N_("Correction"),
}
GRADES = {
    5: N_("Level 5 and emergency warnings"),
    4: N_("Level 4, tsunami warnings, intensity 5 lower or more"),
    3: N_("Level 3 and warnings"),
}


@bp.route("")
@staff("notices.view")
def index() -> str:
    """What waits for a decision, what is in force, and whether the feeds answer."""
    proposals, current = reading.newest(), reading.open_mode()
    known = {each.decided_by for each in proposals if each.decided_by}
    known |= {current.started_by} if current else set()
    return render_template(
        "notifications/disaster/index.html",
        proposals=proposals,
        mode=current,
        in_force=reading.in_force(),
        feeds=reading.feeds(),
        place=polling.our_place(),
        names=clerks(known),
        why=WHY,
        actions=ACTIONS,
    )


@bp.route("/proposals/<uuid:proposal_id>")
@staff("notices.view")
def show(proposal_id: UUID) -> str:
    """One proposal, with its words to check."""
    proposal = _found(proposal_id)
    said = proposal.variants
    form = ConfirmForm(
        formdata=None,
        data={
            "title": said["ja"]["title"],
            "body": said["ja"]["body"],
            "title_en": said["en"]["title"],
            "body_en": said["en"]["body"],
            "menu": proposal.menu,
        },
    )
    return _page(proposal, form, DismissForm(formdata=None))


@bp.route("/proposals/<uuid:proposal_id>/confirmation", methods=["POST"])
@staff("notices.write")
def confirm(proposal_id: UUID) -> Response | tuple[str, int]:
    """The notice is made; another clerk approves it."""
    form, proposal = ConfirmForm(), _found(proposal_id)
    if not form.valid():
        return _page(proposal, form, DismissForm(formdata=None)), 422
    with transaction() as session:
        notice = deciding.confirm(
            session, proposal_id, _me(), form.variants, menu=bool(form.menu.data)
        )
    flash(gettext("The notice is ready. Another clerk must approve it now."), "success")
    return redirect(url_for("notices.show", notice_id=notice), 303)


@bp.route("/proposals/<uuid:proposal_id>/dismissal", methods=["POST"])
@staff("notices.write")
def dismiss(proposal_id: UUID) -> Response | tuple[str, int]:
    """Nothing goes out, and the reason is kept."""
    form, proposal = DismissForm(), _found(proposal_id)
    if not form.valid():
        return _page(proposal, None, form), 422
    with transaction() as session:
        deciding.dismiss(session, proposal_id, _me(), form.reason.data or "")
    flash(gettext("Dismissed. Nothing goes out."), "success")
    return _back()


@bp.route("/orders/new", methods=["GET", "POST"])
@staff("notices.write")
def order() -> Response | str | tuple[str, int]:
    """An evacuation order becomes a proposal, to be looked at and confirmed."""
    form = OrderForm()
    if not form.valid():
        page = _order_page(form, OrderFileForm(formdata=None))
        return (page, 422) if form.errors else page
    with transaction() as session:
        proposal = evacuation.propose(session, form.order(), _me())
    return redirect(url_for("disaster.show", proposal_id=proposal), 303)


@bp.route("/orders/file", methods=["POST"])
@staff("notices.write")
def order_file() -> Response | tuple[str, int]:
    """A file of orders: one proposal for each level."""
    form, sent = OrderFileForm(), request.files.get("file")
    if not form.valid():
        raise Conflict()
    try:
        found = evacuation.orders_of(sent.read(evacuation.MOST_BYTES + 1) if sent else b"")
    except evacuation.FaultyFile as fault:
        form.file.errors = [gettext(fault.message)]
        return _order_page(OrderForm(formdata=None), form), 422
    with transaction() as session:
        for each in found:
            evacuation.propose(session, each, _me())
    flash(
        gettext("Taken in: %(count)s. Please look at each and confirm it.", count=len(found)),
        "success",
    )
    return _back()


@bp.route("/mode/end", methods=["POST"])
@staff("notices.write")
def end_mode() -> Response:
    """Back to normal."""
    with transaction() as session:
        if not mode.switch_off(session, _me()):
            raise Conflict()
    flash(gettext("The portal is back to normal."), "success")
    return _back()


@bp.route("/automatic")
@staff("notices.view")
def automatic_page() -> str:
    """Which grades go out without a person's yes."""
    with transaction() as session:
        rows = automatic.settings(session)
    who = {by for row in rows.values() for by in (row.asked_by, row.agreed_by) if by}
    return render_template(
        "notifications/disaster/automatic.html",
        grades=GRADES,
        rows=rows,
        names=clerks(who),
        me=_me(),
        form=EmptyForm(),
    )


@bp.route("/automatic/<int:grade>/<step>", methods=["POST"])
@staff("notices.view")
def change_automatic(grade: int, step: str) -> Response:
    """Asked by one who writes notices, agreed by one who approves; ended by either."""
    needed = {"ask": "notices.write", "agree": "notices.approve", "end": "notices.write"}
    viewer = current_viewer()
    allowed = step in needed and (
        viewer.may(needed[step]) or (step == "end" and viewer.may("notices.approve"))
    )
    if not allowed:
        raise NotFound()
    with transaction() as session:
        if step == "ask":
            automatic.ask(session, grade, _me())
        elif step == "agree":
            automatic.agree(session, grade, _me())
        else:
            automatic.end(session, grade)
    return redirect(url_for("disaster.automatic_page"), 303)


def _found(proposal_id: UUID) -> View:
    proposal = reading.one(proposal_id)
    if proposal is None:
        raise NotFound()
    return proposal


def _me() -> UUID:
    viewer = current_viewer().id
    assert viewer is not None  # noqa: S101  (the routes are for signed-in staff)
    return viewer


def _page(proposal: View, form: ConfirmForm | None, dismissal: DismissForm) -> str:
    decided = {proposal.decided_by} if proposal.decided_by else set()
    return render_template(
        "notifications/disaster/proposal.html",
        proposal=proposal,
        form=form,
        dismissal=dismissal,
        names=clerks(decided),
        why=WHY,
        actions=ACTIONS,
    )


def _order_page(form: OrderForm, upload: OrderFileForm) -> str:
    return render_template("notifications/disaster/order.html", form=form, upload=upload)


def _back() -> Response:
    return redirect(url_for("disaster.index"), 303)
