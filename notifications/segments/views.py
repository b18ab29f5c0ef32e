"""Clerks' pages of saved segments: the list, one with its history, the form, what it reaches."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from notifications.notices.reading import clerks
from notifications.segments import city, keeping, listing
from notifications.segments.forms import EmptyForm, SegmentForm
from notifications.segments.listing import Source, Version
from notifications.segments.looking import Look, look
from notifications.segments.meaning import SegmentFault
from notifications.segments.picking import Picker
from notifications.segments.segment import Segment
from portal.core.db import transaction
from portal.core.errors import Conflict, NotFound
from portal.core.web.access import current_viewer, staff

bp = Blueprint("segments", __name__, url_prefix="/staff/segments")
Page = Answer | str | tuple[str, int]


@bp.route("")
@staff("notices.view")
def index() -> str:
    """Every saved segment."""
    segments, away = listing.newest(), listing.newest(put_away=True)
    names = clerks({each.by for each in (*segments, *away)})
    return render_template(
        "notifications/segments/index.html", segments=segments, away=away, names=names
    )


@bp.route("/new", methods=["GET", "POST"])
@staff("notices.write")
def new() -> Page:
    """A new one."""
    form, picker = SegmentForm(), Picker.read(request.form)
    kept = _kept(form, picker)
    if kept is None:
        return _form_page(form, picker, url_for("segments.new"))
    try:
        with transaction() as session:
            segment = keeping.keep(session, _me(), kept)
    except keeping.NameTaken as taken:
        return _form_page(_refused(form, taken), picker, url_for("segments.new"))
    flash(gettext("Kept."), "success")
    return redirect(url_for("segments.show", segment_id=segment.id), 303)


@bp.route("/<uuid:segment_id>")
@staff("notices.view")
def show(segment_id: UUID) -> str:
    """One, with whom it reaches today and every version."""
    versions = _found(segment_id)
    return render_template(
        "notifications/segments/show.html",
        segment=versions[0],
        look=look(versions[0].body),
        versions=versions,
        sentences={each.version: _words(each) for each in versions},
        uses=listing.uses(segment_id),
        names=clerks({each.by for each in versions}),
    )


@bp.route("/<uuid:segment_id>/edit", methods=["GET", "POST"])
@staff("notices.write")
def edit(segment_id: UUID) -> Page:
    """The next version."""
    segment = _found(segment_id)[0]
    form = SegmentForm(data={each: getattr(segment, each) for each in _FIELDS})
    picker = Picker.read(request.form) if request.method == "POST" else Picker.of(segment.body)
    kept = _kept(form, picker)
    if kept is None:
        return _form_page(form, picker, url_for("segments.edit", segment_id=segment_id), segment)
    try:
        with transaction() as session:
            keeping.change(session, segment_id, _me(), kept, looked_at=form.looked_at)
    except keeping.NameTaken as taken:
        action = url_for("segments.edit", segment_id=segment_id)
        return _form_page(_refused(form, taken), picker, action, segment)
    flash(gettext("Kept as version %(version)s.", version=segment.version + 1), "success")
    return redirect(url_for("segments.show", segment_id=segment_id), 303)


@bp.route("/<uuid:segment_id>/putting-away", methods=["POST"])
@staff("notices.write")
def put_away(segment_id: UUID) -> Answer:
    """Offered nowhere any more."""
    with transaction() as session:
        keeping.put_away(session, segment_id)
    flash(gettext("Put away. Notices made from it keep their conditions."), "success")
    return redirect(url_for("segments.index"), 303)


@bp.route("/<uuid:segment_id>/return", methods=["POST"])
@staff("notices.write")
def bring_back(segment_id: UUID) -> Answer:
    """Offered again."""
    with transaction() as session:
        keeping.bring_back(session, segment_id)
    return redirect(url_for("segments.show", segment_id=segment_id), 303)


@bp.route("/<uuid:segment_id>/versions/<int(max=999999):version>.json")
@staff("notices.view")
def export(segment_id: UUID, version: int) -> Response:
    """One version as JSON, for `./mado segments explain` and other cities."""
    found = listing.version_of(Source(segment_id, version))
    if found is None:
        raise NotFound()
    said = json.dumps(found.body, ensure_ascii=False, indent=1)
    name = f"segment-v{version}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(said + "\n", mimetype="application/json", headers=headers)


@bp.route("/look", methods=["POST"])
@staff("notices.view", audited=False)  # shows what was typed and keeps nothing
def looked() -> str:
    """Whom the conditions on screen reach, as a part of a page."""
    if not EmptyForm().valid():
        raise Conflict()
    return render_template(
        "notifications/segments/look.html", look=_look(Picker.read(request.form))
    )


_FIELDS = ("name", "description", "version")


def _kept(form: SegmentForm, picker: Picker) -> keeping.Kept | None:
    """What to keep; None while the form is being filled in or something is wrong with it."""
    if request.method != "POST" or picker.again or request.form.get("seg-look"):
        return None
    right = form.valid()
    try:
        body = picker.value()
    except SegmentFault:
        return None
    return keeping.Kept(form.name.data or "", form.description.data or "", body) if right else None


def _refused(form: SegmentForm, taken: keeping.NameTaken) -> SegmentForm:
    form.name.errors = [gettext(taken.message)]
    return form


def _form_page(
    form: SegmentForm, picker: Picker, action: str, segment: Version | None = None
) -> str | tuple[str, int]:
    shown = _look(picker) if request.form.get("seg-look") else None
    page = render_template(
        "notifications/segments/form.html",
        form=form,
        picker=picker,
        action=action,
        segment=segment,
        look=shown,
    )
    return (page, 422) if form.errors or (picker.fault and not shown) else page


def _look(picker: Picker) -> Look:
    try:
        return look(picker.value())
    except SegmentFault as fault:
        return Look("", None, (), str(fault))


def _words(version: Version) -> str:
    try:
        return city.sentence(Segment.read(version.body))
    except SegmentFault as fault:
        return str(fault)


def _found(segment_id: UUID) -> list[Version]:
    versions = listing.history(segment_id)
    if not versions:
        raise NotFound()
    return versions


def _me() -> UUID:
    viewer = current_viewer().id
    assert viewer is not None  # noqa: S101  (the routes are for signed-in staff)
    return viewer
