"""Residents' pages to tell of something: one form, open to all, whole without JavaScript."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from chatbot.reports import categories, drafts, finding, links, maps, sending, words
from chatbot.reports.ground import ground
from chatbot.reports.models import ReportDraft
from chatbot.reports.pictures import LARGEST_FILE
from chatbot.reports.rules import MOST_PICTURES
from chatbot.reports.sending import Sender
from chatbot.reports.web.browser import draft_owner, picture_answer, voter
from chatbot.reports.web.form_acts import press, sent_pictures, take_pictures, view_of
from chatbot.reports.web.forms import ReportForm
from portal.core.db import transaction
from portal.core.errors import N_, Conflict, NotFound
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public
from portal.core.web.app import limiter
from portal.maps.drawing import Pin, draw
from portal.maps.tiles import credit, tiles
from portal.maps.view import View, read_point

bp = Blueprint("reports", __name__, url_prefix="/reports")
TYPED = ("category", "words", "place", "mail", "phone")
LARGEST_FORM = MOST_PICTURES * LARGEST_FILE + 1_000_000
MISSING = {
    "place": N_("Please show the place on the map, or write an address or landmark."),
    "what": N_("Please add a picture or a few words."),
    "category": N_("Please choose what it is."),
}


class NothingToSend(Conflict):
    """The draft is a day old, or was thrown away in another window."""

    message = N_("There is nothing left to send. Please enter it once more.")


@bp.url_value_preprocessor
def allow_pictures(endpoint: str | None, _: Any) -> None:
    """Before anything reads the form: three photographs are more than other forms may have."""
    if request.endpoint == "reports.tell" and request.method == "POST":
        request.max_content_length = LARGEST_FORM


@bp.get("")
@public()
def index() -> str:
    """What this is, and the reports of who is signed in."""
    viewer = current_viewer()
    with transaction() as session:
        own = finding.of_resident(session, viewer.id) if viewer.id else []
        offered = categories.offered(session)
    return render_template(
        "chatbot/reports/index.html", own=own, offered=offered, words=words, links=links
    )


@bp.get("/new")
@public()
def tell_page() -> str:
    """The form, with what this browser's draft holds."""
    with transaction() as session:
        draft = drafts.find(session, draft_owner())
        return _form_page(session, draft, _form(session, draft))


@bp.post("/new")
@limiter.limit("120 per minute; 600 per hour")
@limiter.limit("90 per hour", exempt_when=lambda: not sent_pictures())
@public(audited=False)  # a draft of one browser; nothing is anybody's until it is sent
def tell() -> ResponseReturnValue:
    """Keep what was typed and taken; then whatever button was pressed."""
    with transaction() as session:
        form = _form(session, None)
        valid = form.validate()
        draft = drafts.begin(session, draft_owner(make=True), "web")
        drafts.change(draft, sent=None, number=None, **{n: form[n].data for n in TYPED})
        refused = take_pictures(session, draft, form)
        act = request.form.get("act", "")
        if "map.x" in request.form:
            act = "tap"
        anchor = press(session, draft, act)
        if act == "check":
            lacks = sending.missing(session, draft)
            if valid and not refused and not lacks:
                return redirect(url_for("reports.check"), 303)
            _say_missing(form, lacks)
        if refused or not valid or act == "check":
            return _form_page(session, draft, form)
    return redirect(url_for("reports.tell_page") + anchor, 303)


@bp.get("/check")
@public()
def check() -> ResponseReturnValue:
    """Everything once more, who takes it, and whether somebody told it before."""
    with transaction() as session:
        draft = drafts.find(session, draft_owner())
        if draft is None or sending.missing(session, draft):
            return redirect(url_for("reports.tell_page"), 303)
        told, point = draft.fields, drafts.point(draft)
        way = sending.routing(session, told["category"], point)
        view = View(point, 17) if point else None
        return render_template(
            "chatbot/reports/check.html",
            told=told,
            category=categories.every(session)[told["category"]].name(current_language()),
            pictures=drafts.pictures(session, draft),
            map=_drawn(view, draft) if view else None,
            way=way,
            desk=words.desks().get(way.desk, ""),
            near=sending.nearby(session, told["category"], point),
            words=words,
        )


@bp.post("/check")
@limiter.limit("60 per hour")
@public()
def send() -> ResponseReturnValue:
    """Send it; the next page has the number and a link to keep."""
    with transaction() as session:
        draft = drafts.find(session, draft_owner(), locked=True)
        if draft is None:
            raise NothingToSend()
        if "sent" in draft.fields:
            return _sent_before(draft)
        report = sending.send(session, draft, _sender())
    return _sent(links.path(report.id), report.number)


@bp.post("/me-too")
@limiter.limit("60 per hour")
@public()
def me_too() -> ResponseReturnValue:
    """It is the same as one that was told before: count, follow, no second report."""
    with transaction() as session:
        draft = drafts.find(session, draft_owner(), locked=True)
        if draft is not None and "sent" in draft.fields:
            return _sent_before(draft)
        near = _near_of(session, draft)
        wanted = next((one for one in near if one.number == request.form.get("number")), None)
        if draft is None or wanted is None:
            raise NotFound()
        mail = draft.fields.get("mail")
        follower = sending.follow(session, wanted.id, voter(), _sender(), mail)
        drafts.drop_pictures(session, draft)
        drafts.finish(draft, follower, wanted.number)
    return _sent(links.path(follower), wanted.number)


@bp.post("/discard")
@public(audited=False)  # a draft of one browser
def discard() -> ResponseReturnValue:
    """Away with the draft."""
    with transaction() as session:
        drafts.drop_of(session, draft_owner())
    flash(gettext("What you had entered is deleted."), "success")
    return redirect(url_for("reports.index"), 303)


@bp.get("/new/pictures/<uuid:picture_id>")
@public()
def draft_picture(picture_id: UUID) -> Response:
    """A picture of this browser's draft."""
    with transaction() as session:
        draft = drafts.find(session, draft_owner())
        found = drafts.pictures(session, draft) if draft else []
        row = next((one for one in found if one.id == picture_id), None)
        if row is None:
            raise NotFound()
        return picture_answer(row.file, small=True)


@bp.get("/map.svg")
@limiter.limit("240 per minute")
@public()
def map_picture() -> Response:
    """The map that is tapped: a picture, so that it works as a button without JavaScript."""
    at, zoom = request.args.get("at", ""), request.args.get("z", "")
    latitude, _, longitude = at.partition(",")
    view = View.read(latitude, longitude, zoom)
    if view is None:
        raise NotFound()
    pin = read_point(*request.args.get("pin", ",").partition(",")[::2])
    pins = [Pin(pin)] if pin else []
    svg = draw(view, ground(), maps.landmarks(view), pins, tiles(view), cross=pin is None)
    answer = Response(svg, mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; img-src data:; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _form(session: Session, draft: ReportDraft | None) -> ReportForm:
    data = dict(draft.fields) if draft else None
    form = ReportForm(data=data)
    language = current_language()
    form.category.choices = [
        (key, one.name(language)) for key, one in categories.offered(session).items()
    ]
    return form


def _form_page(session: Session, draft: ReportDraft | None, form: ReportForm) -> str:
    view = view_of(draft)
    return render_template(
        "chatbot/reports/new.html",
        form=form,
        pictures=drafts.pictures(session, draft) if draft else [],
        most_pictures=MOST_PICTURES,
        view=view,
        point=drafts.point(draft) if draft else None,
        hints={
            key: one.hint(current_language()) for key, one in categories.offered(session).items()
        },
        credit=credit(),
    )


def _drawn(view: View, draft: ReportDraft) -> Any:
    point = drafts.point(draft)
    pins = [Pin(point)] if point else []
    title = gettext("Map of the place")
    return draw(view, ground(), maps.landmarks(view), pins, tiles(view), title=title)


def _say_missing(form: ReportForm, lacks: list[str]) -> None:
    fields = {"place": form.place, "what": form.words, "category": form.category}
    for name in lacks:
        fields[name].errors = [*fields[name].errors, gettext(MISSING[name])]


def _near_of(session: Session, draft: ReportDraft | None) -> list[sending.Nearby]:
    if draft is None:
        return []
    return sending.nearby(session, draft.fields.get("category", ""), drafts.point(draft))


def _sender() -> Sender:
    viewer = current_viewer()
    resident_id = viewer.id if viewer.kind == "resident" else None
    return Sender("web", current_language(), resident_id)


def _sent_before(draft: ReportDraft) -> str:
    """A second tap: the same receipt, and nothing is sent twice."""
    told = draft.fields
    path = links.path(UUID(told["sent"]))
    return render_template("chatbot/reports/sent.html", number=told["number"], path=path)


def _sent(path: str, number: str) -> ResponseReturnValue:
    flash(gettext("Thank you. Receipt number: %(number)s", number=number), "success")
    return redirect(path, 303)
