"""LINE Login: out to LINE and back, in the same browser or not at all."""

from __future__ import annotations

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from auth import flows, line_grants, line_login, linking, recovery_steps, signing_in
from auth.errors import FlowOver, OtherBrowser
from auth.flows import Flow
from auth.line_login import Proven
from auth.steps import Step
from auth.views import bp, here
from portal.core import audit
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public

CALLBACK = "/sign-in/line/callback"


@bp.post("/sign-in/line")
@public()
def line() -> ResponseReturnValue:
    """To LINE, by a tap: never by a link another site could follow for the visitor."""
    with transaction() as db:
        flow = _waiting(db) or flows.begin(
            db, "sign_in", next=here.asked_next(), language=current_language()
        )
        audit.record(db, "sign_in.line_begun", ("flow", flow.id))
    return to_line(flow, restart=bool(request.form.get("restart")), link=False)


@bp.get(CALLBACK)
@public()
def line_callback() -> ResponseReturnValue:
    """Back from LINE."""
    begun = session.pop(here.LINE_BEGUN, None)
    if begun is None or begun["state"] != request.args.get("state"):
        raise OtherBrowser("state")
    proven = line_login.answered(link=begun["link"])
    if begun["link"]:
        return _link(begun["flow"], proven)
    with transaction() as db:
        flow = flows.locked(db, begun["flow"], "sign_in", "recovery")
        line_grants.keep(db, proven.user_id, proven.access, proven.refresh)
        if flow.purpose == "recovery":
            recovery_steps.prove_line(db, flow, proven.user_id)
        else:
            signing_in.prove_line(db, flow, proven.user_id, friend=proven.friend)
    here.stepped_up(flow)
    if flow.purpose == "recovery":
        return redirect(url_for("auth.recover_paper"), 303)
    return here.go_on()


def to_line(flow: Flow, *, restart: bool, link: bool) -> ResponseReturnValue:
    """Send the browser to LINE; only this browser, with this flow, may come back."""
    callback = current_app.extensions["mado.settings"].PUBLIC_URL + CALLBACK
    url, state = line_login.begin(callback, current_language(), restart=restart, link=link)
    session[here.FLOW] = str(flow.id)
    session[here.LINE_BEGUN] = {"state": state, "flow": str(flow.id), "link": link}
    return redirect(url, 303)


def _waiting(db: Session) -> Flow | None:
    """This browser's sign-in by mail whose second step LINE can be, if there is one."""
    try:
        flow = flows.locked(db, here.flow_id(), "sign_in")
    except FlowOver:
        return None
    seconds = {Step.SET_UP, Step.SECOND}
    waits = flow.first == "email" and signing_in.step_of(db, flow) in seconds
    return flow if waits else None


def _link(flow_id: str, proven: Proven) -> ResponseReturnValue:
    with transaction() as db:
        flow = flows.locked(db, flow_id, "line", "merge")
        owner = flow.for_account if flow.purpose == "merge" else flow.account_id
        if owner is None or owner != current_viewer().id:
            raise FlowOver()
        line_grants.keep(db, proven.user_id, proven.access, proven.refresh)
        if flow.purpose == "merge":
            signing_in.prove_line(db, flow, proven.user_id, friend=proven.friend)
        else:
            linking.propose_line(db, flow, proven)
    merging = flow.purpose == "merge"
    return redirect(url_for("auth.merge_on" if merging else "auth.confirm_line"), 303)
