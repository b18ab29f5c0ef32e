"""The staff page of the audit log: who did what, searched by clerk, resident, topic and day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from auth.staff.accounts import StaffAccount
from auth.staff.resident_views import closed
from portal.core import audit, audit_files
from portal.core.audit_sealing import newest_seal
from portal.core.audit_searching import Entry, Wanted, search
from portal.core.audit_words import TOPICS, actor, named
from portal.core.clock import in_tokyo, today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language, speaks_japanese
from portal.core.web.access import staff
from portal.residents.models import Person

bp = Blueprint("audit", __name__)
MAY = "audit.read"
DAYS = 30  # shown unless other days are asked for


@bp.get("/staff/audit")
@staff(MAY)
def index() -> ResponseReturnValue:
    """Entries, newest first; a resident's only after a reason was given."""
    resident_id = _id("resident")
    if resident_id is not None and (shut := closed(resident_id, "log")):
        return shut
    clerks = _clerks()
    wanted = _wanted(clerks, resident_id)
    found, more = search(wanted) if wanted else ([], False)
    names = {clerk.id: clerk.name for clerk in clerks}
    older = _here(before=str(found[-1].id)) if more else None
    with transaction() as db:
        seal = newest_seal(db)
    return render_template(
        "auth/staff/audit.html",
        rows=[_row(entry, names) for entry in found],
        older=older,
        newest=_here(before=None) if request.args.get("before") else None,
        topics=[(key, words[speaks_japanese()]) for key, words in TOPICS.items()],
        asked=request.args,
        first=wanted.first if wanted else today(),
        last=wanted.last if wanted else today(),
        unknown=wanted is None,
        resident_id=resident_id,
        seal=seal,
        months=_months(),
    )


@bp.get("/staff/audit/<int:year>-<int:month>.zip")
@staff(MAY)
def month(year: int, month: int) -> Response:
    """A month as CSV and XLSX, signed."""
    if not (2000 <= year <= 9999 and 1 <= month <= 12) or date(year, month, 1) > today():
        raise NotFound()
    file = audit_files.packed(date(year, month, 1), current_language(), _name_of())
    with transaction() as db:
        audit.record(db, "audit.exported", None, month=f"{year}-{month:02}")
    answer = make_response(file)
    answer.headers["Content-Type"] = "application/zip"
    name = f"audit-{year}-{month:02}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _wanted(clerks: list[StaffAccount], resident_id: UUID | None) -> Wanted | None:
    """None where the clerk who was typed is nobody's name or address."""
    typed = request.args.get("clerk", "").strip().casefold()
    fits = [one.id for one in clerks if typed in (one.email.casefold(), one.name.casefold())]
    if typed and not fits:
        return None
    last = _day("until") or today()
    people: list[UUID] = []
    if resident_id is not None:
        with transaction() as db:
            people = list(db.scalars(select(Person.id).where(Person.resident_id == resident_id)))
    return Wanted(
        first=_day("since") or last - timedelta(days=DAYS),
        last=last,
        staff_id=fits[0] if typed else None,
        resident_id=resident_id,
        people=people,
        topic=request.args.get("topic") or None,
        before=_id("before"),
    )


def _row(entry: Entry, names: dict[UUID, str]) -> dict[str, Any]:
    language = current_language()
    who = names.get(entry.actor_id) if entry.actor_id and entry.actor_kind == "staff" else None
    return {
        "at": in_tokyo(entry.at),
        "who": who or actor(entry.actor_kind, language),
        "clerk": who is not None,
        "what": named(entry.action, language),
        "code": entry.action,
        "subject": entry.subject_kind or "",
        "subject_id": entry.subject_id or "",
        "details": ", ".join(f"{key}={value}" for key, value in sorted(entry.details.items())),
    }


def _name_of() -> audit_files.NameOf:
    names = {clerk.id: clerk.name for clerk in _clerks()}
    return lambda clerk_id: names.get(clerk_id, "")


def _clerks() -> list[StaffAccount]:
    with transaction() as db:
        return list(db.scalars(select(StaffAccount)))


def _months() -> list[tuple[str, str]]:
    """(label, address) of this month and the eleven before."""
    found, day = [], today().replace(day=1)
    for _ in range(12):
        label = gettext("%(year)s-%(month)s", year=day.year, month=f"{day.month:02}")
        found.append((label, url_for("audit.month", year=day.year, month=f"{day.month:02}")))
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _here(**changed: str | None) -> str:
    kept = {**request.args.to_dict(), **changed}
    return f"{url_for('audit.index')}?{urlencode({k: v for k, v in kept.items() if v})}"


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
