"""Out to the office's SAML issuer and back, on the staff host only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from auth import flows
from auth.federation.errors import ElsewhereBegun
from auth.saml import answers, arriving, config, keys
from auth.saml.config import SamlIssuer
from auth.saml.errors import SamlRefused
from auth.staff import entry
from auth.staff.invitation_views import INVITATION
from auth.views import here
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.ids import new_secret
from portal.core.settings import Settings
from portal.core.web.access import current_viewer, public
from portal.core.web.app import csrf, limiter

bp = Blueprint("saml", __name__)
ASKED = "saml_asked"  # the question this browser waits for an answer to

# onelogin, lxml and xmlsec are imported inside the views: a city without SAML never loads them.


@bp.get("/staff/saml/<name>/metadata")
@public("staff")
def metadata(name: str) -> ResponseReturnValue:
    """Who we are, for the issuer's people."""
    from auth.saml import sp

    issuer = _issuer(name)
    with transaction() as db:
        text = sp.metadata(_here(issuer), keys.published(db, keys.SP))
    response = make_response(text)
    response.headers["Content-Type"] = "application/samlmetadata+xml"
    return response


@bp.post("/staff/saml/<name>/begin")
@public("staff")
def begin(name: str) -> ResponseReturnValue:
    """To the issuer, by a tap: to sign in, or to prove it anew."""
    from auth.saml import sp

    issuer, relay_state = _issuer(name), new_secret()
    proving = current_viewer().signed_in
    with transaction() as db:
        if proving:
            flow = flows.locked(db, here.flow_id(), "step_up")
            entry.account(db)
        key = keys.active(db, keys.SP)
        address, request_id = sp.ask(_here(issuer), issuer, key, relay_state, force=proving)
        audit.record(db, "sign_in.issuer_begun", issuer=name)
    session[ASKED] = {
        "name": name,
        "request_id": request_id,
        "relay_state": relay_state,
        "next": here.asked_next(),
        "flow": str(flow.id) if proving else None,
        "at": now().isoformat(),
    }
    return redirect(address, 303)


@bp.post("/staff/saml/<name>/acs")
# The issuer's page posts here, without our cookie and token: see `answers`.
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("120/minute")
@public("staff")
def acs(name: str) -> ResponseReturnValue:
    """The issuer's answer, brought by the browser; nobody is signed in here yet."""
    from auth.saml import sp

    issuer = _issuer(name)
    with transaction() as db:
        opening = keys.opening(db)
    said = sp.judge(_here(issuer), issuer, opening, request.form.get("SAMLResponse", ""))
    with transaction() as db:
        handle = answers.keep(db, issuer.entity_id, said, request.form.get("RelayState", "")[:200])
        audit.record(db, "sign_in.issuer_answered", issuer=name)
    response = redirect(url_for("saml.arrived", name=name, answer=handle), 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/staff/saml/<name>/arrived")
@public("staff")
def arrived(name: str) -> ResponseReturnValue:
    """Only the browser that asked gets in."""
    issuer, asked = _issuer(name), session.pop(ASKED, None)
    handle = request.args.get("answer", "")
    if not asked or asked["name"] != name:
        raise ElsewhereBegun("not_asked")
    begun_at = datetime.fromisoformat(asked["at"])
    with transaction() as db:
        said = answers.take(db, handle, issuer.entity_id, asked["request_id"], asked["relay_state"])
    if begun_at + flows.LIVES < now():
        raise SamlRefused("late")
    if asked["flow"]:
        return _proven(issuer, said, asked, begun_at)
    with transaction() as db:
        flow = arriving.arrive(
            db,
            issuer,
            said,
            invitation=session.get(INVITATION),
            next_page=asked["next"],
            language=current_language(),
        )
    session.pop(INVITATION, None)
    return entry.go_on(flow)


def _proven(
    issuer: SamlIssuer, said: Any, asked: dict[str, Any], begun_at: datetime
) -> ResponseReturnValue:
    if not current_viewer().signed_in:
        raise ElsewhereBegun("not_asked")
    with transaction() as db:
        flow = flows.locked(db, asked["flow"], "step_up")
        arriving.prove(db, issuer, said, flow, entry.account(db), begun_at)
    return entry.proven(flow, "saml")


def _issuer(name: str) -> SamlIssuer:
    found: dict[str, config.SamlIssuer] = current_app.extensions["mado.saml_issuers"]
    if name not in found:
        raise NotFound()
    return found[name]


def _here(issuer: SamlIssuer) -> Any:
    from auth.saml import sp

    settings: Settings = current_app.extensions["mado.settings"]
    return sp.Here(settings.STAFF_URL, issuer.name)
