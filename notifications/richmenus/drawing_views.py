"""Clerks' pages that change a draft: its picture, its areas, whom it is for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from notifications.notices.views import me
from notifications.richmenus import areas as rules
from notifications.richmenus import destinations, drawing, finishing, keeping, listing, pictures
from notifications.richmenus.areas import MOST_AREAS, Area
from notifications.richmenus.forms import AreasForm, AudienceForm
from notifications.richmenus.keeping import Audience
from notifications.richmenus.listing import Shown
from notifications.richmenus.picture_forms import DrawingForm, UploadForm
from notifications.richmenus.pictures import RefusedPicture
from notifications.richmenus.views import Page, bp, newest
from portal.core.clock import in_tokyo
from portal.core.db import transaction
from portal.core.web.access import staff


@bp.route("/<uuid:menu_id>/picture", methods=["GET", "POST"])
@staff("notices.write")
def edit_picture(menu_id: UUID) -> Page:
    """Words, icons and colours of the template."""
    version = newest(menu_id)
    if version.drawing is None:
        return redirect(url_for("menus.upload", menu_id=menu_id), 303)
    form = DrawingForm(data=version.drawing)
    said = form.read(version.drawing["template"])
    whole = len(said["panes"]) == len(version.drawing["panes"])
    if not (form.valid() and whole and form.fits(said)):
        return _picture_page(version, form, UploadForm(formdata=None))
    picture = pictures.check(drawing.png(said))
    with transaction() as session:
        draft = keeping.draft(session, menu_id, me())
        keeping.put_picture(session, draft, picture, said)
    flash(gettext("Drawn anew."), "success")
    return redirect(url_for("menus.edit_picture", menu_id=menu_id), 303)


@bp.route("/<uuid:menu_id>/upload", methods=["GET", "POST"])
@staff("notices.write")
def upload(menu_id: UUID) -> Page:
    """A picture of one's own, checked as LINE would."""
    version, form = newest(menu_id), UploadForm()
    if not form.valid():
        return _picture_page(version, None, form)
    sent = request.files.get("file")
    try:
        picture = pictures.check(sent.read(pictures.MOST_BYTES + 1) if sent else b"")
    except RefusedPicture as refused:
        form.file.errors = [gettext(refused.message, **refused.values)]
        return _picture_page(version, None, form)
    with transaction() as session:
        draft = keeping.draft(session, menu_id, me())
        keeping.put_picture(session, draft, picture, None)
    flash(gettext("Kept. Please look at the areas now."), "success")
    return redirect(url_for("menus.edit_areas", menu_id=menu_id), 303)


@bp.route("/<uuid:menu_id>/areas", methods=["GET", "POST"])
@staff("notices.write")
def edit_areas(menu_id: UUID) -> Page:
    """Where the areas are, and what a tap does."""
    version = newest(menu_id)
    if not version.width:
        return redirect(url_for("menus.upload", menu_id=menu_id), 303)
    form, names = AreasForm(data={"areas": version.areas}), listing.names(but=menu_id)
    form.offer(destinations.choices(names))
    if request.method != "POST" or request.form.get("do") in {"add", "grid"}:
        return _areas_page(version, _helped(form, version), names)
    if not form.valid() or not _right(form, version, names):
        return _areas_page(version, form, names), 422
    with transaction() as session:
        draft = keeping.draft(session, menu_id, me())
        keeping.put_areas(session, draft, form.read())
    flash(gettext("Kept."), "success")
    return redirect(url_for("menus.show", menu_id=menu_id), 303)


@bp.route("/<uuid:menu_id>/audience", methods=["GET", "POST"])
@staff("notices.write")
def edit_audience(menu_id: UUID) -> Page:
    """Whom it is for, and when."""
    version = newest(menu_id)
    form = AudienceForm(data=_audience(version))
    if not form.valid():
        page = render_template("notifications/richmenus/audience.html", form=form, version=version)
        return (page, 422) if form.errors else page
    segment_id, segment = form.chosen()
    starts_at, ends_at = form.moments()
    kept = Audience(
        form.mode.data or "", form.place.data or 50, segment_id, segment, starts_at, ends_at
    )
    with transaction() as session:
        draft = keeping.draft(session, menu_id, me())
        keeping.put_audience(session, draft, form.bar.data or "", kept)
    flash(gettext("Kept."), "success")
    return redirect(url_for("menus.show", menu_id=menu_id), 303)


def _helped(form: AreasForm, version: Shown) -> AreasForm:
    """One more area, or a grid, as the button said."""
    asked, typed = request.form.get("do"), form.read()
    if asked == "add" and len(typed) < MOST_AREAS:
        typed = [*typed, Area(0, 0, version.width // 3, version.height // 2)]
    elif asked == "grid":
        columns, rows = form.columns.data or 3, form.rows.data or 2
        top = min(form.top.data or 0, version.height - rows)
        if 1 <= columns <= 6 and 1 <= rows <= 4 and top >= 0:
            grid = rules.grid(columns, rows, version.width, version.height, top)
            typed = rules.laid(grid, typed)
    if asked:
        form.show(typed)
        form.offer(destinations.choices(listing.names(but=version.menu_id)))
    return form


def _right(form: AreasForm, version: Shown, names: dict[UUID, str]) -> bool:
    """Each area inside the picture, named and leading somewhere; else said at its field."""
    good = True
    for each in form.areas:
        if each.form.gone.data:
            continue
        area = each.form.area()
        if not rules.lies_inside(area, version.width, version.height):
            each.form.x.errors = [gettext("It is not wholly inside the picture.")]
            good = False
        if not area.label:
            each.form.label.errors = [gettext("Please fill this in.")]
            good = False
        fault = finishing.action_fault(area, version.menu_id, names)
        if fault:
            place = each.form.more if area.to in {"address", "say"} else each.form.to
            place.errors = [fault]
            good = False
    return good


def _audience(version: Shown) -> dict[str, Any]:
    moments = {name: getattr(version, name) for name in ("starts_at", "ends_at")}
    return {
        "bar": version.bar,
        "mode": version.mode,
        "place": version.place,
        "segment": str(version.segment_id or ""),
        **{name: in_tokyo(at) if at else None for name, at in moments.items()},
    }


def _picture_page(version: Shown, form: DrawingForm | None, upload: UploadForm) -> Page:
    page = render_template(
        "notifications/richmenus/picture.html", form=form, upload=upload, version=version
    )
    wrong = upload.errors or (form is not None and form.is_submitted())
    return (page, 422) if wrong else page


def _areas_page(version: Shown, form: AreasForm, names: dict[UUID, str]) -> str:
    return render_template(
        "notifications/richmenus/areas.html",
        form=form,
        version=version,
        areas=form.read(),
        overlaps=rules.overlaps(form.read()),
        most=MOST_AREAS,
    )
