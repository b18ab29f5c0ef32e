"""Clerks' pages of hand-overs: what tools get, files with a reason, who took what."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from notifications.handing_over import defining, files, giving, listing
from notifications.handing_over.defining import FaultyHandOver
from notifications.handing_over.files import DELETED, File
from notifications.handing_over.forms import FileForm, HandOverForm
from notifications.handing_over.models import HandOver, HandOverEvent
from notifications.notices.reading import clerks
from notifications.notices.views import me
from portal.core import audit
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import Conflict, NotFound
from portal.core.web.access import staff

bp = Blueprint("hand_overs", __name__, url_prefix="/staff/hand-overs")
Page = Response | str | tuple[str, int]
MAY = "handover.manage"
MOST = 200_000  # a whole city in one file


@bp.get("")
@staff(MAY)
def index() -> str:
    """Every hand-over and how many agreed."""
    with transaction() as session:
        found, agreed = listing.every(session), giving.counts(session)
    return render_template("notifications/hand_overs/index.html", hand_overs=found, agreed=agreed)


@bp.route("/new", methods=["GET", "POST"])
@staff(MAY)
def new() -> Page:
    """Define one."""
    with transaction() as session:
        form = HandOverForm(clients=listing.takers(session))
    if form.valid():
        try:
            with transaction() as session:
                made = defining.define(session, me(), form.wanted())
            flash(gettext("Kept. Residents can agree to it from now on."), "success")
            return redirect(url_for("hand_overs.show", hand_over_id=made.id), 303)
        except FaultyHandOver as fault:
            field = form.client if fault.reason == "client" else form.names
            field.errors = [*field.errors, gettext(fault.message)]
    page = render_template("notifications/hand_overs/form.html", form=form)
    return (page, 422) if form.errors else page


@bp.get("/<uuid:hand_over_id>")
@staff(MAY)
def show(hand_over_id: UUID) -> str:
    """One: its fields, the file, what was given to whom."""
    return _page(hand_over_id, FileForm(formdata=None))


@bp.post("/<uuid:hand_over_id>/file")
@staff(MAY)
def file(hand_over_id: UUID) -> Response | tuple[str, int]:
    """The file leaves, with the reason in the log."""
    form = FileForm()
    if not form.valid():
        return _page(hand_over_id, form), 422
    with transaction() as session:
        hand_over = _found(session, hand_over_id)
        name, made = _file(session, hand_over, form)
    answer = Response(made.data, mimetype=made.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<uuid:hand_over_id>/stop")
@staff(MAY)
def stop(hand_over_id: UUID) -> Response:
    """Nothing more is given; the next file and answer say delete."""
    with transaction() as session:
        defining.stop(session, hand_over_id)
    flash(gettext("Stopped. The next file and answer tell the tool to delete all."), "success")
    return redirect(url_for("hand_overs.show", hand_over_id=hand_over_id), 303)


def _file(session: Session, hand_over: HandOver, form: FileForm) -> tuple[str, File]:
    after = 0 if form.what.data == "all" else hand_over.file_step
    found = giving.delta(session, hand_over.id, after, MOST)
    if found.more:
        raise Conflict()
    columns: dict[str, str] = dict(hand_over.columns)
    made = files.write(found.records, columns, hand_over.format, hand_over.encoding)
    hand_over.file_step = max(hand_over.file_step, found.last)
    written = set(made.given)  # not those the file could not hold
    giving.note(session, [each for each in found.records if each["id"] in written])
    gone = sum(each["state"] == DELETED for each in found.records)
    session.add(
        HandOverEvent(
            hand_over_id=hand_over.id,
            way="file",
            by=me(),
            reason=form.reason.data,
            given=len(made.given) - gone,
            deleted=gone,
            left_out=len(made.left_out),
        )
    )
    audit.record(
        session,
        "hand_over.exported",
        ("hand_over", hand_over.id),
        given=len(made.given) - gone,
        deleted=gone,
    )
    return f"hand-over-{today().isoformat()}.{hand_over.format}", made


def _page(hand_over_id: UUID, form: FileForm) -> str:
    with transaction() as session:
        found = _found(session, hand_over_id)
        events = listing.events(session, hand_over_id)
        agreed = giving.counts(session).get(hand_over_id, 0)
        takers = listing.takers(session)
    return render_template(
        "notifications/hand_overs/show.html",
        hand_over=found,
        what=listing.what(found),
        events=events,
        agreed=agreed,
        taker=takers.get(str(found.client_id)),
        names=clerks({each.by for each in events if each.by} | {found.by}),
        encodings=files.ENCODINGS,
        form=form,
    )


def _found(session: Session, hand_over_id: UUID) -> HandOver:
    found = session.get(HandOver, hand_over_id)
    if found is None:
        raise NotFound()
    return found
