"""Clerks' pages of a draft's rich messages: choose a picture, place its areas, write cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import StringField

from notifications.languages import WRITTEN
from notifications.notices import letters
from notifications.notices.reading import View
from notifications.notices.status import Status
from notifications.notices.views import bp, found, me
from notifications.pictures.drawing import CanNotDraw
from notifications.pictures.svg import Area as DrawnArea
from notifications.pictures.svg import Template
from notifications.pictures.uploads import BadPicture
from notifications.rich_messages import acts, content, drawings, shots
from notifications.rich_messages.content import FaultyRich, Imagemap, Rich, Shot
from notifications.rich_messages.forms import (
    OWN,
    AreasForm,
    UploadForm,
    wrong,
)
from portal.core.db import transaction
from portal.core.errors import Conflict, MadoError, NotFound
from portal.core.web.access import staff
from portal.core.web.forms import AtMost, Form, Required, trimmed

Page = Response | str | tuple[str, int]
AT = "/<uuid:notice_id>/rich/<language>"
AREAS, CARD = "areas", "card"


@bp.get(AT)
@staff("notices.write")
def rich_start(notice_id: UUID, language: str) -> str:
    """Where a picture comes from: a file, or a drawing with words."""
    return _start(draft_of(notice_id, language), language, UploadForm(formdata=None))


@bp.post(f"{AT}/upload")
@staff("notices.write")
def rich_upload(notice_id: UUID, language: str) -> Page:
    """Keep a clerk's own picture."""
    notice, form = draft_of(notice_id, language), UploadForm()
    if form.valid():
        file = form.file.data
        try:
            with transaction() as session:
                shot = shots.keep(session, me(), file.read() if file else b"")
            return _onward(notice, language, shot)
        except BadPicture as fault:
            wrong(form.file, gettext(fault.message))
    return _start(notice, language, form), 422


@bp.route(f"{AT}/drawing/<key>", methods=["GET", "POST"])
@staff("notices.write")
def rich_drawing(notice_id: UUID, language: str, key: str) -> Page:
    """Fill the places of a drawing; the picture is kept."""
    notice, drawing = draft_of(notice_id, language), drawings.one(key)
    form = _places_form(drawing.template)
    if form.valid():
        values = {name: form[f"place{n}"].data for n, name in enumerate(drawing.template.fields)}
        try:
            with transaction() as session:
                shot = shots.draw(session, me(), drawing.template, values)
            areas = [_named(each, values) for each in drawing.template.areas]
            return _onward(notice, language, shot, areas)
        except (CanNotDraw, BadPicture) as fault:
            flash(gettext(fault.message), "error")
    page = render_template(
        "notifications/rich/drawing.html",
        notice=notice,
        language=language,
        drawing=drawing,
        form=form,
    )
    return (page, 422) if form.errors else page


@bp.route(f"{AT}/areas", methods=["GET", "POST"])
@staff("notices.write")
def rich_areas(notice_id: UUID, language: str) -> Page:
    """Where a tap on the picture leads."""
    notice = draft_of(notice_id, language)
    kept = content.of(notice.rich, language)
    shot = shot_of(kept.picture if isinstance(kept, Imagemap) else None)
    if shot is None:
        return redirect(url_for("notices.rich_start", notice_id=notice_id, language=language), 303)
    form = AreasForm(data=_areas_typed(notice, language, kept, shot))
    looking = "look" in request.form  # places only; nothing is kept
    rich = form.rich(shot) if form.valid() and not looking else None
    if rich is not None and put(notice, language, rich, form):
        flash(gettext("Kept. Please look at the preview."), "success")
        return redirect(url_for("notices.show", notice_id=notice_id), 303)
    page = render_template(
        "notifications/rich/areas.html",
        notice=notice,
        language=language,
        form=form,
        shot=shot,
        places=list(enumerate(form.places(shot), 1)),
        own=form.grid.data == OWN,
    )
    return (page, 422) if form.errors else page


@bp.post(f"{AT}/removal")
@staff("notices.write")
def rich_away(notice_id: UUID, language: str) -> Response:
    """Words again."""
    with transaction() as session:
        acts.take_away(session, notice_id, me(), language)
    flash(gettext("The notice goes out as words again."), "success")
    return redirect(url_for("notices.show", notice_id=notice_id), 303)


def draft_of(notice_id: UUID, language: str) -> View:
    """The clerk's own draft that is written in this language."""
    notice = found(notice_id)
    if language not in notice.variants or language not in WRITTEN:
        raise NotFound()
    if notice.status not in {Status.DRAFT, Status.RETURNED} or notice.author_id != me():
        raise Conflict()
    return notice


def _start(notice: View, language: str, form: UploadForm) -> str:
    return render_template(
        "notifications/rich/start.html",
        notice=notice,
        language=language,
        form=form,
        drawings=drawings.offered(),
        way=_way(),
    )


def _way() -> dict[str, Any]:
    """What the picture is for: areas to tap, or a card."""
    number = request.args.get("number", 0, type=int)
    return {"use": CARD, "number": number} if request.args.get("use") == CARD else {"use": AREAS}


def _onward(
    notice: View, language: str, shot: Shot, areas: list[DrawnArea] | None = None
) -> Response:
    at: dict[str, Any] = {"notice_id": notice.id, "language": language, "picture": shot.id}
    if _way()["use"] == CARD:
        return redirect(url_for("notices.rich_card", number=_way()["number"], **at), 303)
    placed = [f"{a.x} {a.y} {a.width} {a.height} {a.label}" for a in areas or []]
    return redirect(url_for("notices.rich_areas", area=placed, **at), 303)


def _named(area: DrawnArea, values: dict[str, str]) -> DrawnArea:
    """An area named after a place is called what was written there."""
    return replace(area, label=values.get(area.label, area.label)[: content.LABEL])


def shot_of(kept: Shot | None, typed: str | None = None) -> Shot | None:
    """The picture of the address or the form, else the kept one; `-` means none."""
    wanted = typed if request.method == "POST" and typed else request.args.get("picture", "")
    if wanted == "-":
        return None
    try:
        picture_id = UUID(wanted)
    except ValueError:
        return kept
    with transaction() as session:
        return shots.of(session, picture_id)


def _areas_typed(notice: View, language: str, kept: Rich | None, shot: Shot) -> dict[str, Any]:
    """The form as it begins: what is kept, or the areas the drawing has."""
    if isinstance(kept, Imagemap) and kept.picture == shot and "area" not in request.args:
        values: dict[str, Any] = {"alt": kept.alt, "grid": OWN}
        rows = [(a.label, a.link, f"{a.x} {a.y} {a.width} {a.height}") for a in kept.areas]
    else:
        alt = kept.alt if kept else letters.title(notice, language)
        drawn = [each.split(" ", 4) for each in request.args.getlist("area")]
        rows = [(each[4], notice.link or "", " ".join(each[:4])) for each in drawn if each[4:]]
        values = {"alt": alt, "grid": OWN if rows else "1x1"}
    for number, row in enumerate(rows[: content.MOST_AREAS]):
        values |= dict(zip((f"{n}_{number}" for n in ("label", "link", "place")), row, strict=True))
    return values


def put(notice: View, language: str, rich: Rich, form: Any) -> bool:
    """Keep it, or say at the form why not."""
    confirmed = bool(form.confirmed.data)
    try:
        with transaction() as session:
            acts.put(session, notice.id, me(), language, rich, confirmed=confirmed)
    except FaultyRich as fault:
        form.asks = isinstance(fault, acts.Personal) and fault.asked
        place = form.confirmed if form.asks else next(iter(form))
        return wrong(place, _said(fault))
    return True


def _said(fault: MadoError) -> str:
    return str(fault.message if isinstance(fault, acts.Personal) else gettext(fault.message))


def _places_form(template: Template) -> Form:
    """A form with one field for each place of a drawing."""
    fields = {
        f"place{number}": StringField(name, [Required(), AtMost(60)], filters=[trimmed])
        for number, name in enumerate(template.fields)
    }
    made: Form = type("PlacesForm", (Form,), fields)()
    return made
