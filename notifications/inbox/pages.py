"""The inbox on the residents' face, and its part of My Page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.care.choosing import CHOOSABLE, choices_of
from notifications.inbox import acts, reading
from notifications.languages import WRITTEN, best
from notifications.notices import corrections, letters
from notifications.notices.drafts import ALL_TOPICS, OWN_TOPICS, OWN_WHY, TODOS
from notifications.reminders.reading import things
from notifications.rich_messages import parts
from notifications.segments.city import sentence
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment
from portal.core import names
from portal.core.clock import in_tokyo
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, resident, unattended
from portal.core.web.forms import page_number
from portal.residents.days import said
from portal.residents.pages import offer_undo, take_undo

bp = Blueprint("inbox", __name__, url_prefix="/inbox")


@bp.route("")
@resident
def index() -> str:
    """The list: unread first."""
    page, archived = page_number(), "archive" in request.args
    items, total = reading.page_of(_me(), page, archived=archived)
    return render_template(
        "notifications/inbox.html",
        items=[_card(item) for item in items],
        unread=sum(item.read_at is None for item in items),
        archived=archived,
        page=page,
        pages=-(-total // reading.PAGE),
        undo=take_undo(),
    )


@bp.route("/<uuid:notice_id>")
@resident
def notice(notice_id: UUID) -> str:
    """One notice. Opening it is what marks it as read."""
    item = reading.one_of(_me(), notice_id)
    if item is None:
        raise NotFound()
    if request.method == "GET" and item.read_at is None:
        acts.note_reading(_me(), notice_id)
    wanted = _wanted()
    return render_template(
        "notifications/inbox_notice.html",
        item=item,
        card=_card(item, wanted),
        why=_why(item),
        wanted=wanted,
        shown=best(item.variants, wanted),
        written={code: name for code, name in WRITTEN.items() if code in item.variants},
        names=WRITTEN,
        can_less=item.topic in CHOOSABLE and item.kind == "normal",
        rich=parts.of(item, wanted, item.id, ""),
        correction=corrections.of(item.id)[:1],
        reminds=item.topic in OWN_TOPICS,
        things=things(_me(), item.id, current_language()) if item.topic == TODOS else [],
        undo=take_undo(),
    )


def _wanted() -> str:
    """The language to read in: of the address, of the resident's choice, of the page."""
    asked = request.args.get("words", "")
    if asked in WRITTEN:
        return asked
    with transaction() as session:
        wish = choices_of(session, _me()).language
    return wish or current_language()


@bp.route("/readings", methods=["POST"])
@resident
def read_all() -> Response:
    """Everything is read."""
    with transaction() as session:
        acts.read_all(session, _me())
    flash(gettext("Everything is marked as read."), "success")
    return redirect(url_for("inbox.index"), 303)


@bp.route("/<uuid:notice_id>/archive", methods=["POST"])
@resident
def put_away(notice_id: UUID) -> Response:
    """Out of the list, into the archive; can be taken back."""
    with transaction() as session:
        acts.put_away(session, _me(), notice_id)
    offer_undo(url_for("inbox.take_back", notice_id=notice_id))
    flash(gettext("Put into the archive."), "success")
    return redirect(url_for("inbox.index"), 303)


@bp.route("/<uuid:notice_id>/archive/undo", methods=["POST"])
@resident
def take_back(notice_id: UUID) -> Response:
    """Back into the list."""
    with transaction() as session:
        acts.take_back(session, _me(), notice_id)
    flash(gettext("It is back in the list."), "success")
    return redirect(url_for("inbox.index"), 303)


@bp.get("/unread")
@resident
def unread() -> dict[str, int]:
    """How many are unread, for the bell while the page stays open."""
    unattended()
    return {"unread": reading.unread_count(_me())}


def section(found: list[dict[str, Any]] | None) -> str:
    """My Page: the newest unread notices (`reading.NEWEST_UNREAD`), or nothing."""
    items, g.unread_count = reading.newest_unread(found)
    if not items:
        return ""
    # A part of a page needs no menu around it, so not render_template.
    part = current_app.jinja_env.get_template("notifications/my_notices.html")
    return part.render(items=[_card(each) for each in items])


def _card(item: reading.Item, words: str | None = None) -> dict[str, Any]:
    language = current_language()
    wording = letters.variant(item, words or language)
    body = wording["body"]
    day = in_tokyo(item.at)
    return {
        "title": wording["title"],
        "excerpt": names.cut(body, 60, "…"),
        "body": body,
        "topic": gettext(ALL_TOPICS.get(item.topic, item.topic)),
        "important": item.kind == "emergency",
        "date_iso": day.date().isoformat(),
        "date_words": said(day.date(), language),
        "unread": item.read_at is None,
        "url": url_for("inbox.notice", notice_id=item.id),
        "id": item.id,
    }


def _why(item: reading.Item) -> str:
    if item.topic in OWN_TOPICS:
        return str(gettext(OWN_WHY[item.topic]))
    try:
        return sentence(Segment.read(item.segment))
    except SegmentFault:  # a service that the catalogue has since lost
        return str(gettext("Residents chosen by the city hall"))


def _me() -> UUID:
    found = current_viewer().id
    assert found is not None  # noqa: S101  (the route is for signed-in residents)
    return found
