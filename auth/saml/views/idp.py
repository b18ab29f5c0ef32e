"""Clerks go on to a tool: it asks by redirect, a page of ours posts the answer to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import (
    Blueprint,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from auth.assurance import AAL2, at_least
from auth.saml import keys, services
from auth.saml.errors import BadServiceRequest
from auth.saml.models import SamlService
from auth.staff import entry, ways
from auth.views import here
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import Forbidden
from portal.core.ids import new_id
from portal.core.settings import Settings
from portal.core.web.access import current_viewer, public, staff
from portal.core.web.app import limiter

bp = Blueprint("saml_idp", __name__)
INDEX = "saml_session_index"
WAITS = timedelta(minutes=30)  # for the clerk to sign in

# onelogin, lxml and xmlsec are imported inside the views: a city without tools never loads them.


@bp.get("/staff/tools/saml/metadata")
@public("staff")
def metadata() -> ResponseReturnValue:
    """Who we are, for tools."""
    from auth.saml import idp

    with transaction() as db:
        text = idp.metadata(_staff_url(), keys.published(db, keys.IDP))
    response = make_response(text)
    response.headers["Content-Type"] = "application/samlmetadata+xml"
    return response


@bp.get("/staff/tools/saml/sso")
@limiter.limit("120/minute")
@public("staff")
def sso() -> ResponseReturnValue:
    """A tool asks. What it wants goes on sealed in the address while the clerk signs in."""
    from auth.saml import asked as asking
    from auth.saml import idp

    sent = asking.fields(request.query_string)
    asked = asking.read(sent.get("SAMLRequest", ""))
    with transaction() as db:
        service = services.find(db, asked.issuer)
        if service is None:
            raise BadServiceRequest("unknown_tool")
        asking.judge(asked, service, sent, idp.sso_url(_staff_url()))
        relay_state = asking.relay_state(sent)
        if asked.passive and not current_viewer().signed_in:
            key = keys.active(db, keys.IDP)
            told = idp.refusal(
                _staff_url(), key, to=service.acs_url, request_id=asked.id, why="NoPassive"
            )
            return _page(service, told, relay_state)
    kept = {
        "service": str(service.id),
        "request_id": asked.id,
        "relay_state": relay_state,
        "force": asked.force,
    }
    return redirect(url_for("saml_idp.answer", asked=_seal().dumps(kept)), 303)


@bp.get("/staff/tools/saml/answer")
@staff()
def answer() -> ResponseReturnValue:
    """The clerk is signed in: a page that posts the answer, by script or by its button."""
    from auth.saml import idp

    try:
        asked = _seal().loads(request.args.get("asked", ""), max_age=WAITS.seconds)
    except BadData:
        raise BadServiceRequest("nothing_asked") from None
    again = url_for("saml_idp.answer", asked=request.args["asked"])
    if asked["force"] and (not_fresh := entry.fresh_or(again)):
        return not_fresh
    with transaction() as db:
        service = db.get(SamlService, UUID(asked["service"]))
        if service is None or service.stopped_at is not None:
            raise BadServiceRequest("unknown_tool")
        who = _who(db, service)
        told = idp.answer(
            _staff_url(),
            keys.active(db, keys.IDP),
            to=service.acs_url,
            audience=service.entity_id,
            request_id=asked["request_id"],
            who=who,
        )
        audit.record(db, "saml.signed_on", ("saml_service", service.id))
    return _page(service, told, asked["relay_state"])


def _who(db: Session, service: SamlService) -> Any:
    """The clerk in the tool's words; raises Forbidden where the tool is not for the clerk."""
    from auth.saml import idp

    account = entry.account(db)
    if not services.open_to(service, account):
        raise Forbidden()
    name = services.name_in(service, account)
    if not name:
        raise BadServiceRequest("no_login_name")
    present = here.server_session()
    session.setdefault(INDEX, str(new_id()))
    return idp.Signed(
        name_id=name,
        is_mail=service.name_id == "email",
        several_factors=at_least(present.acr, AAL2),
        authenticated_at=present.authenticated_at or now(),
        session_index=session[INDEX],
    )


def _page(service: SamlService, told: str, relay_state: str) -> ResponseReturnValue:
    parts = urlsplit(service.acs_url)
    page = render_template(
        "auth/saml/answer.html", service=service, told=told, relay_state=relay_state
    )
    response = make_response(page)
    return ways.allow_forms_to(response, f"{parts.scheme}://{parts.netloc}")


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="saml-tool-asked")


def _staff_url() -> str:
    settings: Settings = current_app.extensions["mado.settings"]
    return settings.STAFF_URL
