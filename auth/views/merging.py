"""Bringing two accounts together: sign in to the other one here, look, choose, confirm, undo."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth import flows, signing_in
from auth.challenges import Outcome
from auth.errors import FlowOver
from auth.flows import Flow
from auth.forms import CodeForm, EmailForm, EmptyForm
from auth.merging import acts
from auth.views import bp, here
from auth.views.line import to_line
from auth.views.sign_in import mark
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import public, resident


@bp.route("/account/merge", methods=["GET", "POST"])
@resident
def merge() -> ResponseReturnValue:
    """What it is for; then the other account's first step by LINE or mail."""
    wait = here.fresh_or(url_for("auth.merge"))
    if wait is not None:
        return wait
    form = EmptyForm()
    if not form.valid():
        return render_template("auth/merging/start.html", form=form)
    with transaction() as db:
        flow = flows.begin(db, "merge", for_account=here.subject(), language=current_language())
        audit.record(db, "account.merge_begun", ("resident", here.subject()))
    if request.form.get("by") == "line":
        return to_line(flow, restart=False, link=True)
    session[here.FLOW] = str(flow.id)
    return redirect(url_for("auth.merge_email"), 303)


@bp.route("/account/merge/email", methods=["GET", "POST"])
@resident
def merge_email() -> ResponseReturnValue:
    """The other account's address; the answer is the same whether it is known or not."""
    form = EmailForm()
    with transaction() as db:
        flow = _mine(db)
        if flow.first_proven:
            raise FlowOver()
        if form.valid():
            signing_in.send_first(db, flow, form.email.data or "", here.network())
            return redirect(url_for("auth.merge_email_code"), 303)
    return render_template("auth/merging/email.html", form=form)


@bp.route("/account/merge/email/code", methods=["GET", "POST"])
@resident
def merge_email_code() -> ResponseReturnValue:
    """The code from the mail to it."""
    form = CodeForm()
    with transaction() as db:
        flow = _mine(db)
        if form.valid() and not flow.first_proven:
            outcome = signing_in.answer_first(db, flow, form.code.data or "")
            if outcome is not Outcome.RIGHT:
                mark(form, outcome)
    if flow.first_proven:
        return redirect(url_for("auth.merge_on"), 303)
    return render_template(
        "auth/merging/email_code.html", form=form, again=EmptyForm(), sent_to=flow.email
    )


@bp.get("/account/merge/on")
@resident
def merge_on() -> ResponseReturnValue:
    """Where this goes on: the second step of the other account, or the preview."""
    with transaction() as db:
        flow = _mine(db)
        if not flow.first_proven:
            return redirect(url_for("auth.merge"), 303)
        if flow.account_id is None:
            return render_template("auth/merging/nobody.html")
        if flow.account_id == here.subject():
            raise acts.SameAccount()
    there = "auth.second_step" if flow.second is None else "auth.merge_preview"
    return redirect(url_for(there), 303)


@bp.route("/account/merge/preview", methods=["GET", "POST"])
@resident
def merge_preview() -> ResponseReturnValue:
    """What comes together, and of what only one can stay; then it is done."""
    wait = here.fresh_or(url_for("auth.merge_preview"))
    if wait is not None:
        return wait
    form = EmptyForm()
    with transaction() as db:
        flow = _mine(db)
        if flow.account_id is None or flow.second is None:
            raise FlowOver()
        found = acts.preview(db, here.subject(), flow.account_id)
        if form.valid() and not found.refusals:
            choices = {one.key: request.form.get(one.key, "") for one in found.questions}
            allowed = {one.key: {value for value, _ in one.options} for one in found.questions}
            acts.merge(db, flow, {k: v for k, v in choices.items() if v in allowed[k]})
        else:
            return render_template("auth/merging/preview.html", form=form, found=found)
    session.pop(here.FLOW, None)
    flash(gettext("The two accounts are one now. For 30 days you can undo it."), "success")
    return redirect(url_for("auth.security"), 303)


@bp.route("/account/merges/<uuid:merge_id>/undo", methods=["GET", "POST"])
@resident
def undo_merge(merge_id: UUID) -> ResponseReturnValue:
    """Undo it from the account itself."""
    wait = here.fresh_or(url_for("auth.undo_merge", merge_id=merge_id))
    if wait is not None:
        return wait
    form = EmptyForm()
    with transaction() as db:
        merged = next((one for one in acts.of(db, here.subject()) if one.id == merge_id), None)
        if merged is None:
            raise NotFound()
        if form.valid():
            acts.undo(db, merged)
        else:
            return render_template("auth/merging/undo.html", form=form)
    return _undone()


@bp.route("/account/merge/undo/<secret>", methods=["GET", "POST"])
@public()
def undo_merge_by_link(secret: str) -> ResponseReturnValue:
    """Undo it by the link of the mail: who owned the account that is gone can not sign in."""
    form = EmptyForm()
    with transaction() as db:
        merged = acts.find(db, secret)
        if form.valid():
            acts.undo(db, merged)
        else:
            return render_template("auth/merging/undo.html", form=form)
    return _undone()


@bp.get("/account/merge/undone")
@public()
def merge_undone() -> ResponseReturnValue:
    """Both accounts are there again."""
    return render_template("auth/merging/undone.html")


def _undone() -> ResponseReturnValue:
    here.server_session().sign_out()
    return redirect(url_for("auth.merge_undone"), 303)


def _mine(db: Session) -> Flow:
    flow = flows.locked(db, here.flow_id(), "merge")
    if flow.for_account != here.subject():
        raise FlowOver()
    return flow
