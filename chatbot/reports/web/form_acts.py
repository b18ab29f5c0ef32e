"""What the buttons of the report form do to the draft: pictures, map, place."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from chatbot.reports import drafts, maps, words
from chatbot.reports.models import ReportDraft
from chatbot.reports.pictures import LARGEST_FILE, RefusedPicture, clean
from chatbot.reports.web.forms import ReportForm
from portal.core.errors import NotFound
from portal.maps.view import View, read_point

MOVES = frozenset({"in", "out", "north", "south", "west", "east"})


def view_of(draft: ReportDraft | None) -> View | None:
    kept = draft.fields.get("view") if draft else None
    return View.read(*kept) if kept else maps.first_view()


def sent_pictures() -> list[FileStorage]:
    """The files that came; browsers send an empty one where none was chosen."""
    return [file for file in request.files.getlist("photo") if file.filename]


def take_pictures(session: Session, draft: ReportDraft, form: ReportForm) -> bool:
    """Keep what was chosen; what can not be taken is said beside the field."""
    faults: list[str] = []
    for file in sent_pictures():
        try:
            drafts.add_picture(session, draft, clean(file.stream.read(LARGEST_FILE + 1)))
        except RefusedPicture as fault:
            faults.append(gettext(words.PICTURE_REFUSALS[fault.reason]))
        except drafts.TooManyPictures as fault:
            faults.append(gettext(fault.message))
    form.photo.errors = list(dict.fromkeys(faults))
    return bool(faults)


def press(session: Session, draft: ReportDraft, act: str) -> str:
    """What a button does to the draft; gives the place on the page to go back to."""
    view = view_of(draft)
    if act == "tap" and view is not None:
        spot = view.tapped(_number("map.x"), _number("map.y"))
        _set_place(draft, View(spot, min(19, max(view.zoom, view.zoom + 1))))
    elif act == "here":
        found = read_point(*request.form.get("gps", ",").partition(",")[::2])
        if found:
            _set_place(draft, View(found, 18))
    elif act == "find":
        known = maps.landmark_called(draft.fields.get("place", ""))
        if known is None:
            flash(gettext("We do not know that place. Please move the map, or just go on."))
        else:
            _look(draft, View(known.point, 17))
    elif act in MOVES and view is not None:
        _look(draft, view.moved(act))
    elif act == "no_place":
        drafts.change(draft, latitude=None, longitude=None)
    elif act.startswith("remove:"):
        drafts.remove_picture(session, draft, _uuid(act.removeprefix("remove:")))
        return "#pictures"
    return "#where" if act and act != "picture" else "#pictures"


def _set_place(draft: ReportDraft, view: View) -> None:
    drafts.change(draft, latitude=view.centre.latitude, longitude=view.centre.longitude)
    _look(draft, view)


def _look(draft: ReportDraft, view: View) -> None:
    at = (f"{view.centre.latitude:.6f}", f"{view.centre.longitude:.6f}", str(view.zoom))
    drafts.change(draft, view=list(at))


def _number(name: str) -> float:
    value = request.form.get(name, "")
    return float(min(int(value), 5000)) if value.isascii() and value.isdigit() else 0.0


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise NotFound() from None
