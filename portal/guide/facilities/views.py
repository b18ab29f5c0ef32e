"""Residents' and staff's pages of facilities and shelters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms import BooleanField, FileField

from portal.core.db import transaction
from portal.core.errors import N_, NotFound
from portal.core.web.access import current_viewer, public, staff
from portal.core.web.forms import Form
from portal.guide.facilities import mapping, showing
from portal.guide.facilities.columns import DANGERS, HELPS, UnreadableFile
from portal.guide.facilities.importing import import_file
from portal.guide.facilities.models import FacilityImport
from portal.guide.public import Kept, PublicPage, add_public
from portal.maps.tiles import credit
from portal.mypage.favourites import starred

bp = Blueprint("facilities", __name__)
VIEW, EDIT = "catalogue.view", "catalogue.edit"
REASONS = {
    "encoding": N_("The file's encoding is unknown. Please save it as UTF-8."),
    "no_csv": N_("This is no CSV file."),
    "empty": N_("The file is empty."),
    "too_many_rows": N_("The file has too many rows."),
    "no_headers": N_("The columns ID and name were not found in the first row."),
    "shrunk": N_("More than half of the places known are missing. Is it the right file?"),
    "width": N_("Another number of cells than the header"),
    "no_code": N_("No ID"),
    "no_name": N_("No name"),
    "code_twice": N_("The ID stands twice"),
    "position": N_("The position is not in Japan"),
    "opens": N_("The opening time can not be read"),
    "closes": N_("The closing time can not be read"),
    "phone": N_("The phone number can not be read"),
    "url": N_("The address of the page is not right"),
    "capacity": N_("The number of people can not be read"),
}


LISTS = ("facilities.index", "facilities.shelters")
MAP = ("kind", "near")  # what is moved is the same page


@bp.record_once
def register(state: BlueprintSetupState) -> None:
    """Addresses and the sitemap's pages; open or closed changes by the minute."""
    lists = dict.fromkeys(LISTS, Kept(("kind", "flag", "near"), seconds=0))
    single = {"facilities.show": Kept(seconds=0), "places_map.show": Kept(MAP, seconds=0)}
    add_public(cast("Flask", state.app), lists | single, _pages)


def _pages() -> Iterator[PublicPage]:
    yield from (PublicPage(url_for(name)) for name in (*LISTS, "places_map.show"))
    for facility_id, day in showing.addresses():
        yield PublicPage(url_for("facilities.show", facility_id=facility_id), day)


class ImportForm(Form):
    """A file of open data."""

    file = FileField(_("CSV file"))
    for_real = BooleanField(_("Take it over (otherwise only a report)"))


@bp.get("/facilities")
@public()
def index() -> ResponseReturnValue:
    """Facilities by kind, words, what is there, and how near."""
    asked = _asked(dict(showing.kinds()), HELPS)
    return render_template(
        "portal/facilities.html",
        places=showing.places("facility", **asked),
        kinds=showing.kinds(),
        flags={flag: showing.FLAGS[flag] for flag in HELPS},
        districts=showing.districts(),
        **asked,
    )


@bp.get("/shelters")
@public()
def shelters() -> ResponseReturnValue:
    """Shelters by danger and how near."""
    asked = _asked({}, DANGERS)
    return render_template(
        "portal/shelters.html",
        places=showing.places("shelter", **asked),
        flags={flag: showing.FLAGS[flag] for flag in DANGERS},
        districts=showing.districts(),
        **asked,
    )


@bp.get("/facilities/<uuid:facility_id>")
@public()
def show(facility_id: UUID) -> ResponseReturnValue:
    """One place."""
    place = showing.one(facility_id)
    if place is None:
        raise NotFound()
    return render_template(
        "portal/facility.html",
        place=place,
        map=mapping.map_of_one(place),
        credit=credit(),
        starred=starred(current_viewer().id),
    )


@bp.get("/staff/facilities")
@staff(VIEW)
def imports() -> ResponseReturnValue:
    """Imports so far."""
    with transaction() as session:
        done = session.scalars(
            select(FacilityImport).order_by(FacilityImport.at.desc()).limit(30)
        ).all()
    return render_template("portal/facilities_staff/imports.html", imports=done)


@bp.route("/staff/facilities/import", methods=["GET", "POST"])
@staff(EDIT)
def take() -> ResponseReturnValue:
    """Look at a file, and take it over if wished."""
    form, report = ImportForm(), None
    if form.valid():
        sent = request.files.get("file")
        body = sent.read() if sent else b""
        try:
            report = _take(body, sent.filename or "" if sent else "", bool(form.for_real.data))
        except UnreadableFile as error:
            form.file.errors = [gettext(REASONS.get(error.reason, error.reason))]
        else:
            if form.for_real.data:
                flash(gettext("The file is taken over."), "success")
                return redirect(url_for("facilities.imported", import_id=report["id"]), 303)
    return render_template(
        "portal/facilities_staff/import.html", form=form, report=report, reasons=REASONS
    )


@bp.get("/staff/facilities/imports/<uuid:import_id>")
@staff(VIEW)
def imported(import_id: UUID) -> ResponseReturnValue:
    """What an import did."""
    with transaction() as session:
        found = session.get(FacilityImport, import_id)
        if found is None:
            raise NotFound()
    return render_template(
        "portal/facilities_staff/imported.html", done=found, report=found.report, reasons=REASONS
    )


def _take(body: bytes, name: str, for_real: bool) -> dict[str, Any]:
    with transaction() as session:
        report = import_file(
            session, body, name=name, dry_run=not for_real, staff_id=current_viewer().id
        )
        if for_real:
            newest = select(FacilityImport.id).order_by(FacilityImport.at.desc()).limit(1)
            report["id"] = session.scalar(newest)
        return report


def _asked(kinds: dict[str, int], flags: tuple[str, ...]) -> dict[str, str]:
    kind, flag = request.args.get("kind", ""), request.args.get("flag", "")
    near = request.args.get("near", "")
    return {
        "words": request.args.get("q", "").strip()[:60],
        "kind": kind if kind in kinds else "",
        "flag": flag if flag in flags else "",
        "near": near if near in dict(showing.districts()) else "",
    }
