"""Staff pages that open a resident's data: found exactly, with a reason, for some minutes."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth import limits
from auth.desk import finding, numbers
from auth.staff import entry
from auth.staff.resident_forms import OpenForm, ReasonForm
from portal.core import audit
from portal.core.clock import in_tokyo
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import safe_next, staff
from portal.privacy import looking
from portal.residents.models import Resident

bp = Blueprint("staff_residents", __name__)
MAY = "residents.open"


@bp.route("/staff/residents", methods=["GET", "POST"])
@staff(MAY)
def index() -> ResponseReturnValue:
    """Find one resident exactly, and say why."""
    form = OpenForm()
    if form.valid():
        with transaction() as db:
            found = _search(db, form)
            if found is not None:
                _open(db, found, form, "account")
        if found is not None:
            return redirect(url_for("staff_residents.show", resident_id=found), 303)
        form.number.errors = [gettext("Nobody found. Please check the signs.")]
    return render_template("auth/staff/residents.html", form=form)


@bp.get("/staff/residents/<uuid:resident_id>")
@staff(MAY)
def show(resident_id: UUID) -> ResponseReturnValue:
    """The account, masked, while it is open."""
    if shut := closed(resident_id, "account"):
        return shut
    with transaction() as db:
        one = finding.glimpse(db, resident_id)
    until = looking.open_until(resident_id, entry.clerk(), "account")
    return render_template(
        "auth/staff/resident.html",
        one=one,
        resident_id=resident_id,
        until=in_tokyo(until) if until else None,
    )


@bp.route("/staff/residents/<uuid:resident_id>/open/<place>", methods=["GET", "POST"])
@staff(MAY)
def open_page(resident_id: UUID, place: str) -> ResponseReturnValue:
    """Asks why, and goes on to the page the clerk wanted."""
    if place not in looking.PLACES:
        raise NotFound()
    form = ReasonForm()
    target = safe_next(request.args.get("next"), url_for("staff_residents.index"))
    if form.valid():
        with transaction() as db:
            if db.get(Resident, resident_id) is None:
                raise NotFound()
            _open(db, resident_id, form, place)
        return redirect(target, 303)
    words = gettext(looking.PLACES[place])
    return render_template("auth/staff/resident_open.html", form=form, what=words)


@bp.post("/staff/residents/<uuid:resident_id>/close")
@staff(MAY)
def close(resident_id: UUID) -> ResponseReturnValue:
    """Done before the time is over."""
    with transaction() as db:
        looking.close(db, resident_id, entry.clerk())
    flash(gettext("It is closed."), "success")
    return redirect(url_for("staff_residents.index"), 303)


def closed(resident_id: UUID, place: str) -> Response | None:
    """None while it is open to this clerk; else the way to the page that asks why."""
    if looking.open_until(resident_id, entry.clerk(), place) is not None:
        return None
    here = request.full_path.rstrip("?")
    address = url_for("staff_residents.open_page", resident_id=resident_id, place=place, next=here)
    return redirect(address, 303)


def _open(db: Session, resident_id: UUID, form: ReasonForm, place: str) -> None:
    looking.open_for(
        db,
        resident_id,
        entry.clerk(),
        place=place,
        reason=form.reason.data or "",
        words=form.words.data or "",
    )


def _search(db: Session, form: OpenForm) -> UUID | None:
    limits.count(db, f"clerk:{entry.clerk()}", finding.SEARCHES, "assist")
    found = None
    if form.way == "number":
        found = numbers.resident_of(db, form.number.data or "")
    elif form.way == "email":
        found = finding.by_email(db, form.email.data or "")
    elif form.birthdate.data is not None:
        found = finding.by_person(db, form.name.data or "", form.birthdate.data)
    subject = ("resident", found) if found else None
    audit.record(
        db, "access.searched", subject, by=form.way, reason=form.reason.data, found=bool(found)
    )
    return found
