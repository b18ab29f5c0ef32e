"""This browser: the flow it is in, where it goes next, what it is told once."""

from __future__ import annotations

import base64
import json
from typing import cast
from uuid import UUID

from flask import current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from auth import flows, limits, signing_in
from auth.assurance import proven_again
from auth.device import device_of
from auth.devices import here as this_device
from auth.errors import FlowOver
from auth.flows import Flow
from auth.passkeys import browser
from auth.signing_in import SignIn
from auth.steps import Step
from portal.core import audit
from portal.core.crypto import key_ring
from portal.core.db import transaction
from portal.core.i18n import current_language, remember_language
from portal.core.web.access import current_viewer, safe_next
from portal.core.web.sessions import ServerSession
from portal.residents.models import Resident

FLOW, LINE_BEGUN, CODES, DEVICE = "flow", "line_begun", "recovery_codes", "device"
HOME = "/my"
PAGES = {
    Step.FIRST: "auth.sign_in",
    Step.SECOND: "auth.second_step",
    Step.SET_UP: "auth.set_up",
    Step.TERMS: "auth.terms",
}


def server_session() -> ServerSession:
    """Flask's session as what it is here."""
    return cast("ServerSession", session._get_current_object())  # type: ignore[attr-defined]


def flow_id() -> str | None:
    """The flow this browser is in."""
    return session.get(FLOW)


def stepped_up(flow: Flow) -> None:
    """Something was proven: a new token, and nothing else of before remains (session fixation)."""
    server_session().sign_out()
    session[FLOW] = str(flow.id)


def enter(made: SignIn) -> None:
    """Both steps are done: from now on this browser is the resident."""
    flow, here = session.pop(FLOW, None), server_session()
    session[DEVICE] = device_of(request.headers.get("User-Agent"))
    here.sign_in(made.account_id, acr=made.acr, amr=made.amr, one_step=made.one_step)
    if made.recovery_codes:
        keep_codes(made.recovery_codes)
    with transaction() as db:
        if not flows.stands(db, flow):  # everything was ended this very moment
            here.sign_out()
            raise FlowOver()
        device = this_device.come_in(db, made.account_id)
        here.begin(db)
    this_device.keep(*device)


def network() -> str | None:
    """The network this request comes from, for limits."""
    return limits.network_of(request.remote_addr)


def asked_next() -> str | None:
    """The page to go on to, if it is one of ours."""
    return safe_next(request.values.get("next"), "") or None


def go_on() -> Response:
    """The page that asks what is missing; when nothing is, the session is opened."""
    with transaction() as db:
        flow = flows.locked(db, flow_id(), "sign_in")
        step = signing_in.step_of(db, flow)
        if step is Step.SECOND and this_device.stand_for_second(db, flow):
            step = signing_in.step_of(db, flow)
        if step is not Step.DONE:
            return redirect(url_for(PAGES[step]), 303)
        made = signing_in.finish(db, flow, current_language())
        language = db.get_one(Resident, made.account_id).language
        offer = not made.one_step and browser.offer_due(db, made.account_id, flow.next)
    enter(made)
    remember_language(language)
    onward = flow.next or HOME
    return redirect(url_for("auth.passkey_offer", next=onward) if offer else onward, 303)


def welcome_url() -> str:
    """Where a new resident gives the profile."""
    there = "residents.welcome" in current_app.view_functions
    return url_for("residents.welcome") if there else HOME


def keep_codes(codes: list[str]) -> None:
    """Keep new recovery codes, sealed, until their owner says they are written down."""
    sealed = key_ring().encrypt(json.dumps(codes).encode(), _place())
    session[CODES] = base64.b64encode(sealed).decode()


def kept_codes() -> list[str]:
    """The codes that wait to be written down."""
    if CODES not in session:
        return []
    found: list[str] = json.loads(key_ring().decrypt(base64.b64decode(session[CODES]), _place()))
    return found


def _place() -> str:
    return f"sessions.data.recovery_codes:{subject()}"


def subject() -> UUID:
    """The signed-in resident."""
    found = server_session().subject_id
    assert found is not None  # noqa: S101  (pages marked @resident only)
    return found


def refresh(flow: Flow) -> None:
    """A step-up is done: fresh again, under a new token, worth at least what it was."""
    present = server_session()
    session.pop(FLOW, None)
    acr, amr = proven_again(present.acr, present.amr, flow.second or "")
    present.sign_in(subject(), acr=acr, amr=amr)


def fresh_or(next_page: str) -> Response | None:
    """None when who is signed in proved it lately; else the way to prove it again."""
    if current_viewer().fresh:
        return None
    with transaction() as db:
        flow = flows.begin(
            db, "step_up", account_id=subject(), next=next_page, language=current_language()
        )
        audit.record(db, "sign_in.proof_asked", ("resident", subject()))
    session[FLOW] = str(flow.id)
    return redirect(url_for("auth.second_step"), 303)
