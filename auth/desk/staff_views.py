"""Clerks' pages at the counter: find a resident, print a code list, ask for a recovery."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth import limits, linking, recovery_cases, recovery_effects, recovery_stops
from auth.desk import finding, lists, numbers, papers
from auth.desk.forms import AskForm, CheckedForm, FindForm, SeenForm
from auth.desk.lists import Sheet
from auth.limits import Limit
from auth.recovery_cases import CaseState, Lost, RecoveryCase
from auth.staff import accounts
from portal.core import audit
from portal.core.clock import now, today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, staff
from portal.privacy import looking

bp = Blueprint("assist", __name__)
MAY = "residents.assist"
BEFORE = "assist"  # who stands at this clerk's counter
SERVED = timedelta(minutes=15)
ASKS = Limit(3, timedelta(days=1))  # recoveries asked for one account


@bp.route("/staff/assist", methods=["GET", "POST"])
@staff(MAY)
def index() -> ResponseReturnValue:
    """Find the resident who stands here; what waits for a second clerk; what was done."""
    form = FindForm()
    if form.valid():
        with transaction() as db:
            limits.count(db, f"clerk:{me()}", finding.SEARCHES, "assist")
            found = _search(db, form)
            subject = ("resident", found) if found else None
            audit.record(
                db,
                "assist.searched",
                subject,
                by=form.way,
                reason=form.reason.data,
                found=found is not None,
            )
            if found is not None:
                looking.open_for(
                    db, found, me(), place="counter", reason="counter", words=form.reason.data or ""
                )
        if found is not None:
            over = (now() + SERVED).timestamp()
            session[BEFORE] = {"resident": str(found), "over": over, "reason": form.reason.data}
            return redirect(url_for("assist.person"), 303)
        form.number.errors = [gettext("Nobody found. Please check the signs.")]
    with transaction() as db:
        cases = [(case, _name(case.asked_by)) for case in recovery_cases.at_the_desk(db)]
    return render_template("auth/staff/assist.html", form=form, cases=cases, me=me())


@bp.get("/staff/assist/person")
@staff(MAY)
def person() -> ResponseReturnValue:
    """The resident who stands here, masked."""
    with transaction() as db:
        resident_id = _before()
        seen = finding.glimpse(db, resident_id)
        cases = recovery_cases.of(db, resident_id)
    return render_template("auth/staff/assist_person.html", one=seen, cases=cases)


@bp.route("/staff/assist/list", methods=["GET", "POST"])
@staff(MAY)
def give_list() -> ResponseReturnValue:
    """Print a new code list for the resident who stands here."""
    form = CheckedForm()
    with transaction() as db:
        resident_id = _before()
        if form.valid() and _checked(db, resident_id, form):
            sheet = lists.issue(db, resident_id, me())
            audit.record(db, "desk_list.issued", ("resident", resident_id), seen=form.seen.data)
            linking.tell(db, resident_id, "desk_list")
            return _print_list(sheet)
        one = finding.glimpse(db, resident_id)
    return render_template("auth/staff/assist_list.html", form=form, one=one)


@bp.route("/staff/assist/new-list", methods=["GET", "POST"])
@staff(MAY)
def give_new_list() -> ResponseReturnValue:
    """Print a code list for somebody who will register later."""
    form = SeenForm()
    if form.valid():
        with transaction() as db:
            limits.count(db, f"clerk:{me()}", finding.SEARCHES, "assist")
            sheet = lists.issue_for_sign_up(db, me())
            audit.record(db, "desk_list.issued", None, seen=form.seen.data)
        return _print_list(sheet)
    return render_template("auth/staff/assist_list.html", form=form, one=None)


@bp.route("/staff/assist/recovery", methods=["GET", "POST"])
@staff(MAY)
def ask() -> ResponseReturnValue:
    """Ask for a one-time code; another clerk has to agree."""
    form = AskForm()
    with transaction() as db:
        resident_id = _before()
        if form.valid() and _checked(db, resident_id, form):
            limits.count(db, f"account:{resident_id}", ASKS, "recovery")
            case = recovery_cases.ask(
                db, resident_id, me(), Lost(form.lost.data), form.seen.data or ""
            )
            recovery_effects.tell(db, case, "asked")
            return redirect(url_for("assist.show", case_id=case.id), 303)
        one = finding.glimpse(db, resident_id)
    return render_template("auth/staff/assist_ask.html", form=form, one=one)


@bp.get("/staff/assist/recovery/<uuid:case_id>")
@staff(MAY)
def show(case_id: UUID) -> ResponseReturnValue:
    """One case: who asked, what is lost, what may be done now."""
    with transaction() as db:
        case = _case(db, case_id)
        one = finding.glimpse(db, case.resident_id)
    names = _name(case.asked_by), _name(case.decided_by)
    return render_template(
        "auth/staff/assist_case.html", case=case, one=one, names=names, mine=case.asked_by == me()
    )


@bp.post("/staff/assist/recovery/<uuid:case_id>/approve")
@staff(MAY)
def approve(case_id: UUID) -> ResponseReturnValue:
    """The second clerk agrees: the code is printed here, once."""
    with transaction() as db:
        case = _case(db, case_id)
        code = recovery_cases.approve(db, case, me())
    hours = int(recovery_cases.CODE_LIVES.total_seconds()) // 3600
    papers.keep({"kind": "code", "code": code, "lost": case.lost, "hours": hours}, me())
    return redirect(url_for("assist.paper"), 303)


@bp.post("/staff/assist/recovery/<uuid:case_id>/refuse")
@staff(MAY)
def refuse(case_id: UUID) -> ResponseReturnValue:
    """Not agreed; who asked may take it back too."""
    with transaction() as db:
        recovery_cases.refuse(db, _case(db, case_id), me())
    flash(gettext("It is refused. No code was made."), "success")
    return redirect(url_for("assist.index"), 303)


@bp.post("/staff/assist/recovery/<uuid:case_id>/stop")
@staff(MAY)
def stop(case_id: UUID) -> ResponseReturnValue:
    """One clerk is enough to stop a recovery that waits or whose code is out."""
    with transaction() as db:
        case = _case(db, case_id)
        if case.state not in {CaseState.APPROVED, CaseState.WAITING}:
            raise NotFound()
        recovery_stops.stop(db, case, "desk")
    flash(gettext("It is stopped."), "success")
    return redirect(url_for("assist.show", case_id=case_id), 303)


@bp.get("/staff/assist/paper")
@staff(MAY)
def paper() -> ResponseReturnValue:
    """What was just made, to print: a second look shows nothing."""
    found = papers.take()
    if found is None:
        return redirect(url_for("assist.index"), 303)
    address = current_app.extensions["mado.settings"].PUBLIC_URL + url_for("auth.sign_in")
    return render_template(
        "auth/staff/assist_paper.html", paper=found, address=address, day=today()
    )


def me() -> UUID:
    """The clerk."""
    found = current_viewer().id
    assert found is not None  # noqa: S101  (pages marked @staff only)
    return found


def _search(db: Session, form: FindForm) -> UUID | None:
    if form.way == "number":
        return numbers.resident_of(db, form.number.data or "")
    if form.way == "email":
        return finding.by_email(db, form.email.data or "")
    assert form.birthdate.data is not None  # noqa: S101  (the way says so)
    return finding.by_person(db, form.name.data or "", form.birthdate.data)


def _before() -> UUID:
    kept = session.get(BEFORE)
    if kept is None or kept["over"] < now().timestamp():
        raise NotFound("Please look the resident up again.")
    return UUID(kept["resident"])


def _checked(db: Session, resident_id: UUID, form: CheckedForm) -> bool:
    """The birthdate on the document is the account's; it is compared, never shown."""
    limits.refuse_if_locked(db, f"assist:{resident_id}")
    right = finding.born_on(db, resident_id, form.birthdate.data)
    if not right:
        limits.count_wrong(db, f"assist:{resident_id}")
        audit.record(db, "assist.refused", ("resident", resident_id), why="birthdate")
        form.birthdate.errors = [gettext("This is not the date of birth of this account.")]
    return right


def _print_list(sheet: Sheet) -> ResponseReturnValue:
    made = {"kind": "list", "codes": sheet.codes, "activation": sheet.activation}
    papers.keep(made, me())
    return redirect(url_for("assist.paper"), 303)


def _case(db: Session, case_id: UUID) -> RecoveryCase:
    case = recovery_cases.held(db, case_id)
    if case is None or case.asked_by is None:
        raise NotFound()
    return case


def _name(clerk: UUID | None) -> str:
    found = accounts.name_of(clerk) if clerk else None
    return found[0] if found else ""
