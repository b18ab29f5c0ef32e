"""Clerks' board of reports: list, map, one report with everything that can be done."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from chatbot.reports import categories, finding, handling, maps, rules, words
from chatbot.reports.finding import AGES, PAGE, Filter
from chatbot.reports.ground import ground
from chatbot.reports.models import Report
from chatbot.reports.rules import CLOSED, State
from chatbot.reports.web.browser import picture_answer
from chatbot.reports.web.export import as_csv
from chatbot.reports.web.forms import MergeForm, NoteForm, PublicForm, SortForm, StateForm
from portal.console.paging import fetched
from portal.core import audit
from portal.core.clock import now, today
from portal.core.db import transaction
from portal.core.errors import Forbidden, NotFound
from portal.core.i18n import current_language
from portal.core.registries import registries
from portal.core.web.access import current_viewer, staff
from portal.maps.drawing import Pin, draw
from portal.maps.places import Point
from portal.maps.tiles import credit, tiles
from portal.maps.view import View
from portal.privacy import looking

bp = Blueprint("report_board", __name__, url_prefix="/staff/reports")
VIEW, HANDLE = "reports.view", "reports.handle"
WIDE, HIGH = 640, 420
COLOURS = {"note": "#b42318", "brand": "#004c59", "good": "#2f6b2f", "calm": "#5d5d5d"}
STATES = {"open": None, **{state.value: state for state in State}}


@bp.get("")
@staff(VIEW)
def index() -> str:
    """The list, by filters."""
    wanted = asked()
    with transaction() as session:
        reports = fetched(partial(finding.listed, session, wanted), PAGE)
        return render_template(
            "chatbot/reports/staff/board.html",
            paged=reports,
            counts=finding.open_counts(session),
            **_filters(session, wanted),
        )


@bp.get("/map")
@staff(VIEW)
def on_map() -> str:
    """The same on the map."""
    wanted = asked()
    with transaction() as session:
        rows = finding.on_map(session, wanted)
        view = _map_view(rows)
        pins = [
            Pin(
                Point(row.latitude, row.longitude),
                COLOURS[words.tone(row.state)],
                f"{row.number} {words.state(row.state)}",
                url_for("report_board.show", report_id=row.id),
            )
            for row in rows
        ]
        drawn = view and draw(
            view,
            ground(),
            maps.landmarks(view),
            pins,
            tiles(view),
            title=gettext("Map of the reports"),
        )
        return render_template(
            "chatbot/reports/staff/map.html",
            map=drawn,
            view=view,
            count=len(rows),
            credit=credit(),
            **_filters(session, wanted),
        )


@bp.get("/export")
@staff(VIEW)
def export() -> Response:
    """The list as CSV for a spreadsheet; without anybody's contact."""
    with transaction() as session:
        rows = finding.exported(session, asked())
        body = as_csv(rows, categories.every(session), words.desks())
        audit.record(session, "reports.exported", count=len(rows))
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=reports-{today():%Y%m%d}.csv"
    return answer


@bp.get("/<uuid:report_id>")
@staff(VIEW)
def show(report_id: UUID) -> str:
    """One report."""
    with transaction() as session:
        return report_page(session, _report(session, report_id))


@bp.get("/<uuid:report_id>/pictures/<uuid:picture_id>")
@staff(VIEW)
def picture(report_id: UUID, picture_id: UUID) -> Response:
    """One of its pictures."""
    with transaction() as session:
        found = finding.pictures(session, _report(session, report_id).id)
        row = next((one for one in found if one.id == picture_id), None)
        if row is None:
            raise NotFound()
        return picture_answer(row.file, small="small" in request.args)


@bp.post("/<uuid:report_id>/contact")
@staff(HANDLE)
def contact(report_id: UUID) -> str:
    """Who told it, opened for a reason and written down."""
    with transaction() as session:
        report = within(_report(session, report_id), HANDLE)
        audit.record(session, "report.contact_opened", ("report", report.id))
        if report.resident_id is not None and (clerk := current_viewer().id) is not None:
            # The report is the reason; the resident reads it in their own list.
            looking.open_for(
                session,
                report.resident_id,
                clerk,
                place="contact",
                reason="answering",
                words=f"report {report.id}",
            )
        return report_page(session, report, contact=_contact(report))


def report_page(session: Session, report: Report, **more: Any) -> str:
    """The page of a report; `more`: a form with faults, a preview, the contact."""
    state = State(report.state)
    last = handling.last_act(session, report.id)
    able = last is not None and last.kind not in ("reopen", "thanks")
    undo = last if able and last and rules.may_undo(last.at, False, now()) else None
    known = categories.every(session)
    return render_template(
        "chatbot/reports/staff/report.html",
        report=report,
        category=known[report.category].name("ja") if report.category in known else "—",
        pictures=finding.pictures(session, report.id),
        acts=[_act_words(act, known) for act in reversed(finding.acts(session, report.id))],
        followers=finding.followers(session, report.id),
        duplicates=finding.duplicates(session, report.id),
        main=finding.main_of(session, report) if state is State.DUPLICATE else None,
        map=_map_of(report),
        undo=undo,
        closed=state in CLOSED,
        words=words,
        need_words=[words.state(one) for one in rules.NEED_WORDS],
        **(forms(report, known) | more),
    )


def forms(report: Report, known: dict[str, categories.Category]) -> dict[str, Any]:
    """The forms of the page as they are when nothing was sent."""
    return {
        "state_form": state_form(report),
        "note_form": NoteForm(formdata=None),
        "sort_form": sort_form(report, known, fresh=True),
        "merge_form": MergeForm(formdata=None),
        "public_form": PublicForm(formdata=None, data={"public_words": report.public_words}),
        "preview": None,
        "contact": None,
    }


def state_form(report: Report, *, sent: bool = False) -> StateForm:
    """With what the report may become."""
    form = StateForm() if sent else StateForm(formdata=None)
    later = rules.next_states(State(report.state))
    form.state.choices = [
        ("", gettext("No change (%(state)s)", state=words.state(report.state))),
        *((one.value, words.state(one)) for one in later),
    ]
    return form


def sort_form(
    report: Report, known: dict[str, categories.Category], *, fresh: bool = False
) -> SortForm:
    """With desks and categories."""
    data = {"desk": report.desk, "category": report.category}
    form = SortForm(formdata=None, data=data) if fresh else SortForm(data=data)
    desks = words.desks()
    form.desk.choices = list(({report.desk: report.desk} | desks).items())
    form.category.choices = [(key, one.name("ja")) for key, one in known.items()]
    return form


def asked() -> Filter:
    """The filters of the address."""
    given = request.args.get
    state, age = given("state", "open"), given("age", "")
    return Filter(
        state=state if state in STATES else "",
        category=given("category", "")[:40],
        district=given("district", "")[:100],
        desk=_desk(given("desk", "")[:40]),
        age=int(age) if age in map(str, AGES) else 0,
        words=given("q", "").strip()[:20],
    )


def _filters(session: Session, wanted: Filter) -> dict[str, Any]:
    known = categories.every(session)
    return {
        "wanted": wanted,
        "query": urlencode({k: v for k, v in request.args.items() if k != "page"}),
        "states": [("open", gettext("Not finished")), ("", gettext("All"))]
        + [(state.value, words.state(state)) for state in State],
        "known": {key: one.name(current_language()) for key, one in known.items()},
        "districts": finding.districts(session),
        "desks": words.desks(),
        "ages": AGES,
        "words": words,
        "now": now(),
    }


def _map_view(rows: Any) -> View | None:
    view = View.read(*(request.args.get(name, "") for name in ("lat", "lng", "z")))
    if view is None and rows:
        high, wide = [row.latitude for row in rows], [row.longitude for row in rows]
        view = View.around((min(high), min(wide), max(high), max(wide)), WIDE, HIGH)
    if view is None:
        return maps.first_view(width=WIDE, height=HIGH)
    return View(view.centre, view.zoom, WIDE, HIGH)


def _map_of(report: Report) -> Any:
    if report.latitude is None or report.longitude is None:
        return None
    view = View(Point(report.latitude, report.longitude), 17, 352, 260)
    pins, title = [Pin(view.centre)], gettext("Map of the place")
    return draw(view, ground(), maps.landmarks(view), pins, tiles(view), title=title)


def _report(session: Session, report_id: UUID) -> Report:
    found = session.get(Report, report_id)
    if found is None:
        raise NotFound()
    return within(found, VIEW)


def within(report: Report, permission: str) -> Report:
    """The report, unless the clerk's role is limited to other departments."""
    held = current_viewer().departments(permission)
    if held is not None and report.desk not in held:
        raise Forbidden()
    return report


def _desk(wanted: str) -> str:
    """The desk to list: of the clerk's own where the role is limited."""
    held = current_viewer().departments(VIEW)
    return wanted if held is None or wanted in held else min(held, default="-")


def _contact(report: Report) -> dict[str, str]:
    return {
        "mail": report.mail or "",
        "phone": report.phone or "",
        "line": gettext("LINE talk") if report.line_user else "",
        "resident": gettext("Signed-in resident") if report.resident_id else "",
    }


def _act_words(act: Any, known: dict[str, categories.Category]) -> dict[str, Any]:
    find = registries().staff_name
    by = find(act.staff_id) if find and act.staff_id else ""
    after = act.after
    what = {
        "state": words.state(after["state"]) if "state" in after else "",
        "reopen": gettext("The reporter says: not mended"),
        "assign": words.desks().get(after.get("desk", ""), after.get("desk", "")),
        "category": known[after["category"]].name("ja") if after.get("category") in known else "",
        "answer": gettext("Answer"),
        "note": gettext("Internal note"),
        "thanks": gettext("The reporter says thanks"),
    }[act.kind]
    return {"act": act, "by": by, "what": what}
