"""Where a tool sends a resident: the request is judged, the resident decides, a code goes back."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth import flows
from auth.provider import (
    asking,
    authorizing,
    claims,
    flooding,
    grants,
    hints,
    requests,
    scopes,
    tool_consents,
)
from auth.provider import clients as tools
from auth.provider.asking import Asked, Params, Refused
from auth.provider.authorizing import Missing
from auth.provider.clients import Client
from auth.provider.errors import BadToolRequest
from auth.provider.flooding import limited
from auth.provider.models import AuthorizationRequest
from auth.provider.views.blueprint import bp, refuse, settings, signed_in, to_tool
from auth.views import here
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.i18n import COOKIE, current_language, remember_language
from portal.core.languages import known
from portal.core.web.access import current_viewer, public, resident
from portal.core.web.app import csrf
from portal.core.web.headers import content_security_policy

WAITING = "mado_tool"  # cookie: the request that waits for this browser's sign-in


@bp.route("/oauth/authorize", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@limited
@public()
def authorize() -> ResponseReturnValue:
    """The authorization endpoint. Tool and redirect_uri are checked before anything is shown."""
    with transaction() as db:
        client, params, pushed = _tool_and_params(db)
        try:
            asked = requests.asked_of(client, params)
        except Refused as error:
            _turn_away(db, client, error.error)
            return to_tool(
                asking.one(params, "redirect_uri") or "",
                asking.one(params, "state"),
                error=error.error,
                **({"error_description": error.description} if error.description else {}),
            )
        # A form sent from the tool's site comes without our cookie (SameSite): look again by GET.
        if request.method == "POST":
            if asked.silent():
                return _by_get()
            return _to_waiting(db, client, params, asked, pushed)
        answered = _decide(db, client, asked, now())
        if answered is None:
            return _to_waiting(db, client, params, asked, pushed)
        if pushed is not None:
            pushed.used_at = now()
        return answered


@bp.get("/oauth/authorize/<uuid:request_id>")
@resident
def decide(request_id: UUID) -> ResponseReturnValue:
    """The request goes on: prove it is you, decide, or straight back to the tool."""
    with transaction() as db:
        row, client = _waiting(db, request_id)
        asked = requests.asked_of(client, row.params)
        lacks = _missing(db, client, asked, row.created_at)
        if not hints.fits(db, client, asked.hint, here.subject()):
            row.used_at = now()
            return _done(refuse(asked, Missing.SIGN_IN))
        if lacks is Missing.STRONGER and _tried(row):
            row.used_at = now()
            return _done(refuse(asked, Missing.STRONGER))
        if lacks in {Missing.SIGN_IN, Missing.STRONGER}:
            row.stronger_asked_at = now() if lacks is Missing.STRONGER else None
            return _prove_again(db, request.path)
        if lacks is Missing.CONSENT and current_viewer().one_step:
            return _prove_again(db, request.path)  # a remembered device connects no tools
        if lacks is Missing.CONSENT:
            return _consent_page(db, row, client, asked)
        row.used_at = now()
        return _done(_issue(db, client, asked))


@bp.post("/oauth/authorize/<uuid:request_id>")
@resident
def answer(request_id: UUID) -> ResponseReturnValue:
    """The resident's decision about exactly what the page showed."""
    with transaction() as db:
        row, client = _waiting(db, request_id)
        asked = requests.asked_of(client, row.params)
        lacks = _missing(db, client, asked, row.created_at)
        if lacks not in {None, Missing.CONSENT} or current_viewer().one_step:
            g.turned_away = True
            return redirect(request.path, 303)
        row.used_at = now()
        if request.form.get("decision") != "allow":
            audit.record(db, "tool.refused_by_resident", ("client", client.id))
            return _done(refuse(asked, "access_denied"))
        if request.form.get("scopes") != " ".join(asked.scopes):
            raise BadToolRequest("changed")
        until = tool_consents.give(db, here.subject(), client, asked.scopes, current_language())
        return _done(_issue(db, client, asked, until))


def _by_get() -> Response:
    g.turned_away = True
    return redirect(f"{request.path}?{urlencode(list(request.form.items(multi=True)))}", 303)


def _tool_and_params(db: Session) -> tuple[Client, Params, AuthorizationRequest | None]:
    """The tool, its parameters and what it pushed; without the first two nothing is sent."""
    params: Params = dict((request.form if request.method == "POST" else request.args).lists())
    client = tools.find(db, asking.one(params, "client_id"))
    if client is None:
        raise BadToolRequest("client")
    named, pushed = asking.one(params, "request_uri"), None
    if named is not None and named.startswith(requests.PREFIX):
        pushed = requests.pulled(db, client, named)
        if pushed is None:
            raise BadToolRequest("pushed")
        params = pushed.params
    elif client.par:
        raise BadToolRequest("par")
    if not client.check_redirect_uri(asking.one(params, "redirect_uri") or ""):
        raise BadToolRequest("redirect_uri")
    return client, params, pushed


def _decide(db: Session, client: Client, asked: Asked, begun: datetime) -> Response | None:
    """A code at once where nothing is missing; the error where no page may be shown."""
    if not current_viewer().signed_in:
        lacks: Missing | None = Missing.SIGN_IN
    elif not hints.fits(db, client, asked.hint, here.subject()):
        lacks = Missing.SIGN_IN
    else:
        lacks = _missing(db, client, asked, begun)
    if lacks is None:
        return _issue(db, client, asked)
    if asked.silent():
        _turn_away(db, client, lacks)
        return refuse(asked, lacks)
    return None


def _missing(db: Session, client: Client, asked: Asked, begun: datetime) -> Missing | None:
    who = signed_in()
    until = tool_consents.until(db, who.resident_id, client, asked.scopes)
    agreed = until is not None and not {"consent", "select_account"} & set(asked.prompts)
    return authorizing.missing(
        asked,
        acr=who.acr,
        signed_in_at=who.at,
        begun_at=begun,
        consented=agreed,
        moment=now(),
    )


def _issue(db: Session, client: Client, asked: Asked, until: datetime | None = None) -> Response:
    ends = until or tool_consents.until(db, here.subject(), client, asked.scopes)
    code = grants.issue_code(db, client, asked, signed_in(), ends or now())
    return to_tool(asked.redirect_uri, asked.state, code=code)


def _to_waiting(
    db: Session,
    client: Client,
    params: Params,
    asked: Asked,
    pushed: AuthorizationRequest | None,
) -> Response:
    g.turned_away = True  # nothing is changed yet
    request_id = requests.wait(db, client, params, pushed)
    response = redirect(url_for("provider.decide", request_id=request_id), 303)
    response.set_cookie(
        WAITING,
        str(request_id),
        max_age=int(requests.WAITS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings().secure,
    )
    spoken = next(filter(None, map(known, asked.languages)), None)
    if spoken is not None and COOKIE not in request.cookies:
        remember_language(spoken)
    return response


def _done(response: Response) -> Response:
    response.delete_cookie(WAITING, httponly=True, samesite="Lax", secure=settings().secure)
    return response


def _waiting(db: Session, request_id: UUID) -> tuple[AuthorizationRequest, Client]:
    found = requests.waiting(db, request_id, hold=True)
    if found is None:
        raise BadToolRequest("over")
    return found


def _tried(row: AuthorizationRequest) -> bool:
    """Whether the stronger proof was asked for and something else was given."""
    at = here.server_session().authenticated_at
    return row.stronger_asked_at is not None and at is not None and at >= row.stronger_asked_at


def _prove_again(db: Session, back: str) -> Response:
    flow = flows.begin(
        db, "step_up", account_id=here.subject(), next=back, language=current_language()
    )
    audit.record(db, "sign_in.proof_asked", ("resident", here.subject()))
    session[here.FLOW] = str(flow.id)
    return redirect(url_for("auth.second_step"), 303)


def _consent_page(
    db: Session, row: AuthorizationRequest, client: Client, asked: Asked
) -> ResponseReturnValue:
    page = render_template(
        "auth/provider/consent.html",
        tool=client,
        fields=claims.shown(db, here.subject(), scopes.fields_of(asked.scopes)),
        scopes=" ".join(asked.scopes),
        until=now() + tool_consents.LASTS,
        offline=scopes.OFFLINE in asked.scopes,
    )
    return opened_towards(make_response(page), asked.redirect_uri)


def _turn_away(db: Session, client: Client, error: str) -> None:
    if flooding.may_note(db):
        audit.record(db, "tool.request_refused", ("client", client.id), error=str(error))


def opened_towards(response: Response, redirect_uri: str) -> Response:
    """The page with the tool's site as a place its form may end at.

    Browsers apply form-action to the redirect after a form, so the site is named in the policy.
    """
    parts = urlsplit(redirect_uri)
    policy = content_security_policy(settings(), settings().FRAME_ANCESTORS or "'none'")
    towards = f"form-action 'self' {parts.scheme}://{parts.netloc}"
    response.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", towards)
    return response


@bp.after_app_request
def open_towards_tool(response: Response) -> Response:
    """The sign-in's own forms end at the tool too, when its request waits in this browser."""
    waits = request.cookies.get(WAITING)
    html = response.mimetype == "text/html" and response.status_code < 500
    if not waits or not html or "Content-Security-Policy" in response.headers:
        return response
    try:
        request_id = UUID(waits)
    except ValueError:
        return response
    with transaction() as db:
        found = requests.waiting(db, request_id)
    if found is None:
        return response
    return opened_towards(response, asking.one(found[0].params, "redirect_uri") or "")
