"""What became of a report: a page by its secret link, for its reporter and who follows it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, after_this_request, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from chatbot.reports import categories, finding, handling, maps, words
from chatbot.reports.ground import ground
from chatbot.reports.models import Report, ReportAct, ReportFollower
from chatbot.reports.rules import State, may_reopen
from chatbot.reports.web.browser import picture_answer
from chatbot.reports.web.forms import WordsForm
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import public
from portal.core.web.app import limiter
from portal.maps.drawing import Pin, draw
from portal.maps.places import Point
from portal.maps.tiles import tiles
from portal.maps.view import View

bp = Blueprint("report_status", __name__, url_prefix="/reports/r")
limiter.limit("120 per minute")(bp)  # 256 bits are not guessed; neither shall it be tried for long


@bp.get("/<secret>")
@public()
def show(secret: str) -> str:
    """The state, what was said, and, to the reporter, what they told."""
    return _page(secret, WordsForm())


@bp.post("/<secret>/reopening")
@public()
def reopen(secret: str) -> ResponseReturnValue:
    """It is not mended."""
    form = WordsForm()
    if not form.valid():
        return _page(secret, form)
    with transaction() as session:
        report = handling.locked(session, _own(session, secret).id)
        handling.reopen(session, report, form.words.data or "")
    flash(gettext("Thank you. We look into it again."), "success")
    return redirect(f"/reports/r/{secret}", 303)


@bp.post("/<secret>/thanks")
@public()
def thank(secret: str) -> ResponseReturnValue:
    """It is mended, thanks."""
    with transaction() as session:
        handling.thank(session, handling.locked(session, _own(session, secret).id))
    flash(gettext("Thank you. We pass your thanks on to who mended it."), "success")
    return redirect(f"/reports/r/{secret}", 303)


@bp.get("/<secret>/pictures/<uuid:picture_id>")
@public()
def picture(secret: str, picture_id: UUID) -> Response:
    """A picture, to its reporter."""
    with transaction() as session:
        found = finding.pictures(session, _own(session, secret).id)
        row = next((one for one in found if one.id == picture_id), None)
        if row is None:
            raise NotFound()
        return picture_answer(row.file, small="small" in request.args)


def _found(session: Session, secret: str) -> tuple[Report, ReportFollower | None]:
    found = finding.by_link(session, secret)
    if found is None:
        raise NotFound()
    return found


def _own(session: Session, secret: str) -> Report:
    """The report, for its reporter; who follows may only look at the state."""
    report, follower = _found(session, secret)
    if follower is not None:
        raise NotFound()
    return report


def _page(secret: str, form: WordsForm) -> str:
    with transaction() as session:
        report, follower = _found(session, secret)
        main = finding.main_of(session, report)
        mine = follower is None
        page = render_template(
            "chatbot/reports/status.html",
            secret=secret,
            report=report,
            main=main,
            mine=mine,
            category=categories.every(session)[report.category].name(current_language()),
            acts=_public_acts(session, report, main),
            pictures=finding.pictures(session, report.id) if mine else [],
            followers=finding.followers(session, main.id),
            map=_map(report) if mine else None,
            may_reopen=mine and may_reopen(State(report.state), report.closed_at, now()),
            may_thank=mine and report.state == State.DONE and report.thanked_at is None,
            form=form,
            words=words,
            desk=words.desks().get(main.desk, ""),
            desk_phone=words.desk_phone(main.desk),
        )
    _keep_secret()
    return page


def _public_acts(session: Session, report: Report, main: Report) -> list[dict[str, Any]]:
    """What residents may see of what was done, oldest first."""
    found: list[ReportAct] = list(finding.acts(session, report.id))
    if main.id != report.id:
        found += finding.acts(session, main.id)
    return [
        {
            "at": act.at,
            "state": act.after.get("state") if act.kind in ("state", "reopen") else None,
            "words": act.words if act.kind in ("state", "answer") else "",
        }
        for act in sorted(found, key=lambda one: one.at)
        if act.undone_at is None and act.kind in ("state", "answer", "reopen")
    ]


def _map(report: Report) -> Any:
    if report.latitude is None or report.longitude is None:
        return None
    view = View(Point(report.latitude, report.longitude), 17)
    pins, title = [Pin(view.centre)], gettext("Map of the place")
    return draw(view, ground(), maps.landmarks(view), pins, tiles(view), title=title)


def _keep_secret() -> None:
    """The address is the key: it is told to no other site and to no search engine."""

    @after_this_request
    def headers(response: Any) -> Any:
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
