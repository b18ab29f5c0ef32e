"""Pages for who can not get in any more: prove what is left, then a code on paper."""

from __future__ import annotations

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from auth import flows, recovery_steps
from auth.challenges import Outcome
from auth.desk import papers
from auth.desk.forms import LOST, PaperForm
from auth.errors import FlowOver
from auth.flows import Flow
from auth.forms import CodeForm, EmailForm, EmptyForm
from auth.recovery_cases import Lost
from auth.recovery_steps import OFFERED, Recovered
from auth.views import bp, here
from auth.views.line import to_line
from auth.views.sign_in import mark
from portal.core import audit
from portal.core.clock import in_tokyo
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import public, resident


@bp.get("/sign-in/recover")
@public()
def recover() -> ResponseReturnValue:
    """What is left, and what to do with it."""
    return render_template("auth/desk/recover.html", form=EmptyForm())


@bp.post("/sign-in/recover/line")
@public()
def recover_by_line() -> ResponseReturnValue:
    """LINE is left."""
    with transaction() as db:
        flow = flows.begin(db, "recovery", language=current_language())
        audit.record(db, "recovery.begun", ("flow", flow.id), method="line")
    return to_line(flow, restart=False, link=False)


@bp.route("/sign-in/recover/email", methods=["GET", "POST"])
@public()
def recover_by_email() -> ResponseReturnValue:
    """A mail address one can read: the old one, or with a code of the desk a new one."""
    form = EmailForm()
    if not form.valid():
        return render_template("auth/desk/recover_email.html", form=form)
    with transaction() as db:
        flow = flows.begin(db, "recovery", language=current_language())
        recovery_steps.send_first(db, flow, form.email.data or "", here.network())
    session[here.FLOW] = str(flow.id)
    return redirect(url_for("auth.recover_code"), 303)


@bp.route("/sign-in/recover/code", methods=["GET", "POST"])
@public()
def recover_code() -> ResponseReturnValue:
    """The code from the mail."""
    form = CodeForm()
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "recovery")
        if form.valid():
            outcome = recovery_steps.answer_first(db, flow, form.code.data or "")
            if outcome is Outcome.RIGHT:
                here.stepped_up(flow)
            else:
                mark(form, outcome)
    if flow.first_proven:
        return redirect(url_for("auth.recover_paper"), 303)
    return render_template(
        "auth/desk/recover_code.html", form=form, again=EmptyForm(), sent_to=flow.email
    )


@bp.post("/sign-in/recover/again")
@public()
def recover_again() -> ResponseReturnValue:
    """Send a new code in place of the last one."""
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "recovery")
        if flow.email is None or flow.first_proven:
            raise FlowOver()
        recovery_steps.send_first(db, flow, flow.email, here.network())
    return redirect(url_for("auth.recover_code"), 303)


@bp.route("/sign-in/recover/paper", methods=["GET", "POST"])
@public()
def recover_paper() -> ResponseReturnValue:
    """The code on paper. The page is the same whether an account is known or not."""
    form = PaperForm()
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "recovery")
        if not flow.first_proven:
            raise FlowOver()
        choices = OFFERED[flow.first or ""]
        form.lost.choices = [SelectChoice(lost.value, LOST[lost]) for lost in choices]
        ended = _answer(db, flow, form) if form.valid() else None
    if ended is not None:
        return _go_on(flow, ended)
    if form.is_submitted() and not form.errors:
        form.code.errors = [gettext("This code is not right, or it was used before.")]
    return render_template("auth/desk/recover_paper.html", form=form, first=flow.first)


def _answer(db: Session, flow: Flow, form: PaperForm) -> Recovered | None:
    lost = Lost(form.lost.data)
    return recovery_steps.answer_code(db, flow, lost, form.code.data or "", here.network())


def _go_on(flow: Flow, ended: Recovered) -> ResponseReturnValue:
    if ended.sign_in is not None:
        here.stepped_up(ended.sign_in)
        return here.go_on()
    due = in_tokyo(ended.case.due_at).isoformat() if ended.case.due_at else ""
    here.server_session().sign_out()
    papers.keep({"kind": "waiting", "codes": ended.codes, "due": due}, flow.id)
    return redirect(url_for("auth.recover_waiting"), 303)


@bp.get("/sign-in/recover/waiting")
@public()
def recover_waiting() -> ResponseReturnValue:
    """When the new address will be good, and the codes for then, shown once."""
    paper = papers.take()
    if paper is None or paper["kind"] != "waiting":
        raise FlowOver()
    return render_template("auth/desk/recover_waiting.html", paper=paper)


@bp.get("/account/recovered")
@resident
def recovered() -> ResponseReturnValue:
    """What was done, and what to do now."""
    return render_template("auth/desk/recovered.html", codes=bool(here.kept_codes()))
