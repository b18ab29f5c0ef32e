"""Reports for other programs: Open311 GeoReport v2, JSON and XML."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from chatbot.reports import categories, links, sending
from chatbot.reports.models import Report, ReportKey
from chatbot.reports.rules import CLOSED, LONGEST_PLACE, LONGEST_WORDS, State
from chatbot.reports.sending import Sender
from chatbot.reports.web.forms import MAIL, PHONE
from chatbot.reports.words import desks
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import machine, public
from portal.core.web.app import csrf, limiter
from portal.maps.view import read_point

bp = Blueprint("open311", __name__, url_prefix="/open311/v2")
MOST, LONGEST_SPAN = 1000, timedelta(days=90)  # GeoReport v2, "GET Service Requests"
FORMATS = ("json", "xml")
Rows = list[dict[str, Any]]


class Fault(Exception):
    """What the caller did wrong, as GeoReport says it."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


def _answers(root: str, each: str) -> Callable[[Callable[..., Rows]], Callable[..., Response]]:
    """The rows of a view in the format of the address; faults too."""

    def around(view: Callable[..., Rows]) -> Callable[..., Response]:
        @wraps(view)
        def answer(kind: str, **values: Any) -> Response:
            if kind not in FORMATS or current_app.extensions["mado.settings"].OPEN311 == "off":
                raise NotFound()
            try:
                rows, status = view(**values), 201 if request.method == "POST" else 200
            except Fault as fault:
                told = [{"code": fault.code, "description": fault.description}]
                return _written(kind, told, "errors", "error", fault.code)
            return _written(kind, rows, root, each, status)

        return answer

    return around


@bp.get("/services.<kind>")
@public()
@_answers("services", "service")
def services() -> Rows:
    """What can be reported."""
    with transaction() as session:
        found = categories.offered(session)
    names = desks()
    return [
        {
            "service_code": one.key,
            "service_name": one.name("ja"),
            "description": one.hint("ja"),
            "metadata": "false",
            "type": "realtime",
            "keywords": ",".join(one.words),
            "group": names.get(one.desk, one.desk),
        }
        for one in found.values()
    ]


@bp.get("/services/<code>.<kind>")
@public()
@_answers("service_definition", "")
def definition(code: str) -> Rows:
    """No category asks for more than the words."""
    with transaction() as session:
        if code not in categories.offered(session):
            raise Fault(404, "service_code was not found")
    return [{"service_code": code, "attributes": []}]


@bp.get("/requests.<kind>")
@limiter.limit("60 per minute")
@public()
@_answers("service_requests", "request")
def requests() -> Rows:
    """Reports, the newest first: at most 1,000 of at most 90 days."""
    with transaction() as session:
        chosen = select(Report).where(*_conditions()).order_by(Report.created_at.desc())
        known, names = categories.every(session), desks()
        found = session.scalars(chosen.limit(MOST))
        return [_told(one, known, names) for one in found]


@bp.get("/requests/<number>.<kind>")
@limiter.limit("60 per minute")
@public()
@_answers("service_requests", "request")
def one_request(number: str) -> Rows:
    """One report."""
    with transaction() as session:
        found = session.scalar(select(Report).where(Report.number == number))
        if found is None:
            raise Fault(404, "service_request_id was not found")
        return [_told(found, categories.every(session), desks())]


@bp.post("/requests.<kind>")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("60 per minute; 1000 per day")
@machine
@_answers("service_requests", "request")
def post() -> Rows:
    """Another program tells a report; it shows its key."""
    if current_app.extensions["mado.settings"].OPEN311 != "write":
        raise Fault(403, "posting is switched off")
    with transaction() as session:
        key = _key(session)
        category, point, place = _posted(session)
        report = sending.new_report(session, category, point, Sender("api"))
        report.words = request.form.get("description", "").strip()[:LONGEST_WORDS]
        report.place = place
        report.mail, report.phone = _checked("email", MAIL), _checked("phone", PHONE)
        if not report.words:
            raise Fault(400, "description was not provided")
        session.add(report)
        key.used_at = now()
        session.flush()
        sending.arrived(session, report)
        return [{"service_request_id": report.number, "service_notice": "", "account_id": ""}]


def _key(session: Session) -> ReportKey:
    given = request.form.get("api_key") or request.args.get("api_key") or ""
    if not given:
        raise Fault(403, "api_key was not provided")
    chosen = select(ReportKey).where(
        ReportKey.key_hash == links.hashed(given), ReportKey.ended_at.is_(None)
    )
    found = session.scalar(chosen)
    if found is None:
        raise Fault(403, "api_key was not found")
    return found


def _posted(session: Session) -> tuple[str, Any, str]:
    given = request.form.get
    if any("\x00" in value for value in request.form.values()):
        raise Fault(400, "the request has a null character")
    category = given("service_code", "")
    if not category:
        raise Fault(400, "service_code was not provided")
    if category not in categories.offered(session):
        raise Fault(404, "service_code was not found")
    point = read_point(given("lat", ""), given("long", ""))
    place = given("address_string", "").strip()[:LONGEST_PLACE]
    if point is None and not place:
        raise Fault(400, "lat and long, or address_string, were not provided")
    return category, point, place


def _checked(name: str, shape: Any) -> str | None:
    value = request.form.get(name, "").strip()
    return value if value and shape.fullmatch(value) else None


def _conditions() -> list[ColumnElement[bool]]:
    given = request.args.get
    numbers = [one.strip() for one in given("service_request_id", "").split(",") if one.strip()]
    if numbers:  # overrides everything else
        return [Report.number.in_(numbers[:MOST])]
    begin, end = _moment("start_date"), _moment("end_date")
    if begin and end and end - begin > LONGEST_SPAN:
        raise Fault(400, "start_date and end_date span more than 90 days")
    end = end or (begin + LONGEST_SPAN if begin else now())
    found = [Report.created_at <= end, Report.created_at >= (begin or end - LONGEST_SPAN)]
    codes = [one for one in given("service_code", "").split(",") if one]
    if codes:
        found.append(Report.category.in_(codes[:MOST]))
    wanted = {one for one in given("status", "").split(",") if one}
    if wanted == {"open"}:
        found.append(Report.closed_at.is_(None))
    elif wanted == {"closed"}:
        found.append(Report.closed_at.is_not(None))
    return found


def _moment(name: str) -> datetime | None:
    value = request.args.get(name, "")
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        raise Fault(400, f"{name} is no date of ISO 8601") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _told(one: Report, known: dict[str, categories.Category], names: dict[str, str]) -> Any:
    """Without the reporter's words, pictures, name: only what a clerk lets be said."""
    kind = known.get(one.category)
    state = State(one.state)
    return {
        "service_request_id": one.number,
        "status": "closed" if state in CLOSED else "open",
        "status_notes": state.value,
        "service_name": kind.name("ja") if kind else one.category,
        "service_code": one.category,
        "description": one.public_words,
        "agency_responsible": one.whose or names.get(one.desk, one.desk),
        "service_notice": "",
        "requested_datetime": _iso(one.created_at),
        "updated_datetime": _iso(one.changed_at),
        "expected_datetime": "",
        "address": one.district,
        "address_id": "",
        "zipcode": "",
        "lat": None if one.latitude is None else round(one.latitude, 4),  # 10 m: no front door
        "long": None if one.longitude is None else round(one.longitude, 4),
        "media_url": "",
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _written(kind: str, rows: Rows, root: str, each: str, status: int) -> Response:
    if kind == "json":
        answer = jsonify(rows if each else rows[0])
    else:
        inner = "".join(_xml(each, row) if each else _children(row) for row in rows)
        body = f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{inner}</{root}>'
        answer = Response(body, mimetype="text/xml")
    answer.status_code = status
    return answer


def _xml(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{_children(value)}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(map(str, value))}</{name}>"
    plain = "" if value is None else str(value)
    kept = "".join(one for one in plain if one >= " " or one in "\t\n\r")  # XML 1.0, 2.2
    return f"<{name}>{escape(kept)}</{name}>"


def _children(row: dict[str, Any]) -> str:
    return "".join(_xml(key, value) for key, value in row.items())
