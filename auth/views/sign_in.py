"""The first step: LINE or a code by mail."""

from __future__ import annotations

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth import flows, signing_in
from auth.card.offers import offered
from auth.challenges import Outcome
from auth.errors import FlowOver
from auth.flows import Flow
from auth.forms import CodeForm, EmailForm, EmptyForm, StartForm
from auth.passkeys.browser import in_line, works_here
from auth.views import bp, here
from portal.core import audit
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public, resident
from portal.core.web.common_pages import common_page

CODE_PAGES = {
    "first": "auth.email_code",
    "set_up": "auth.set_up_email_code",
    "change": "auth.change_email_code",
}


@bp.get("/sign-in")
@public()
def sign_in() -> ResponseReturnValue:
    """Which way in."""
    if current_viewer().signed_in:
        return redirect(here.asked_next() or here.HOME, 303)
    back = here.asked_next()
    return common_page(
        "sign_in",
        back,
        in_line(),
        works_here(),
        offered(),
        render=lambda: render_template("auth/sign_in.html", form=StartForm(next=back), next=back),
    )


@bp.route("/sign-in/email", methods=["GET", "POST"])
@public()
def email() -> ResponseReturnValue:
    """The mail address; the answer is the same whether it is known or not."""
    form = EmailForm(next=here.asked_next())
    if not form.valid():
        return render_template("auth/email.html", form=form)
    with transaction() as db:
        flow = flows.begin(db, "sign_in", next=here.asked_next(), language=current_language())
        signing_in.send_first(db, flow, form.email.data or "", here.network())
    session[here.FLOW] = str(flow.id)
    return redirect(url_for("auth.email_code"), 303)


@bp.route("/sign-in/email/code", methods=["GET", "POST"])
@public()
def email_code() -> ResponseReturnValue:
    """The code from the mail."""
    form = CodeForm()
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "sign_in")
        if form.valid():
            outcome = signing_in.answer_first(db, flow, form.code.data or "")
            if outcome is Outcome.RIGHT:
                here.stepped_up(flow)
            else:
                mark(form, outcome)
    if flow.first_proven:
        return here.go_on()
    return render_template("auth/code.html", form=form, again=EmptyForm(), sent_to=flow.email)


@bp.post("/sign-in/again")
@public()
def again() -> ResponseReturnValue:
    """Send a new code in place of the last one."""
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "sign_in", "step_up", "email", "merge")
        _insist_mine(flow)
        purpose, method = signing_in.send_again(db, flow, here.network())
    if purpose == "second":
        return redirect(url_for("auth.second_step_code", method=method), 303)
    if flow.purpose == "merge":
        return redirect(url_for("auth.merge_email_code"), 303)
    return redirect(url_for(CODE_PAGES[purpose]), 303)


def _insist_mine(flow: Flow) -> None:
    """A merge belongs to who is signed in."""
    if flow.purpose == "merge" and flow.for_account != current_viewer().id:
        raise FlowOver()


@bp.post("/sign-out")
@resident
def sign_out() -> ResponseReturnValue:
    """End this session."""
    with transaction() as db:
        audit.record(db, "session.ended", ("resident", here.subject()), by="owner")
    here.server_session().sign_out()
    return redirect("/", 303)


def mark(form: CodeForm, outcome: Outcome, *, app: bool = False) -> None:
    """Say beside the field what was wrong with the code."""
    words = {
        Outcome.WRONG: gettext("This number is not right. Please look at the newest message."),
        Outcome.DEAD: gettext("This number can no longer be used. Please have a new one sent."),
    }
    in_app = gettext("This number is not right. Please type the one the app shows now.")
    form.code.errors = [in_app if app else words[outcome]]
    form.code.data = ""
