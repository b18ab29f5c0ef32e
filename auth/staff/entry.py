"""This browser on the staff host: signing in when all is proven, proving it again."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth import flows
from auth.assurance import proven_again
from auth.errors import FlowOver
from auth.flows import Flow
from auth.staff import rights, signing_in
from auth.staff.accounts import StaffAccount
from auth.views import here
from portal.core import audit
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer

HOME = "/staff/"


def go_on(flow: Flow) -> Response:
    """Sign in when both steps are done, else the page of the second one. The flow is committed."""
    if flow.second is None:
        here.stepped_up(flow)
        return redirect(url_for("auth_staff.app_code"), 303)
    with transaction() as db:
        flow = flows.locked(db, str(flow.id), "staff")
        made, account = signing_in.finish(db, flow)
        held = rights.rights_of(db, account)
    session.pop(here.FLOW, None)
    here.server_session().sign_in(
        made.account_id,
        acr=made.acr,
        amr=made.amr,
        permissions=held,
    )
    return redirect(flow.next or HOME, 303)


def fresh_or(next_page: str) -> Response | None:
    """None when the clerk proved it lately; else the way to prove it again."""
    if current_viewer().fresh:
        return None
    with transaction() as db:
        flow = flows.begin(
            db, "step_up", account_id=clerk(), next=next_page, language=current_language()
        )
        audit.record(db, "sign_in.proof_asked", ("staff", clerk()))
    session[here.FLOW] = str(flow.id)
    return redirect(url_for("auth_staff.prove"), 303)


def proven(flow: Flow, method: str) -> Response:
    """A step-up is done: fresh again, under a new token."""
    present = here.server_session()
    session.pop(here.FLOW, None)
    acr, amr = proven_again(present.acr, present.amr, method)
    present.sign_in(clerk(), acr=acr, amr=amr, permissions=present.permissions)
    return redirect(flow.next or HOME, 303)


def clerk() -> UUID:
    """The signed-in clerk."""
    found = here.server_session().subject_id
    assert found is not None  # noqa: S101  (pages marked @staff only)
    return found


def account(db: Session) -> StaffAccount:
    """The signed-in clerk's account; raises FlowOver when it is over."""
    found = db.get(StaffAccount, clerk())
    if found is None or not found.active_on(today()):
        raise FlowOver()
    return found
