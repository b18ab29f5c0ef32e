"""A tool asks to sign the resident out (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.provider import asking, ending, hints
from auth.provider import clients as tools
from auth.provider.asking import Params
from auth.provider.errors import BadToolRequest
from auth.provider.hints import Hint
from auth.provider.models import Grant
from auth.provider.subjects import subject_of
from auth.provider.views.authorize import opened_towards
from auth.provider.views.blueprint import SID, bp, issuer, sid
from auth.views import here
from portal.core import audit
from portal.core.db import transaction
from portal.core.web.access import current_viewer, public, resident
from portal.core.web.app import csrf

OWN_ENDINGS = {"auth.end_session", "auth.end_other_sessions", "auth.change_email_code"}


@bp.route("/oauth/logout", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@public()
def logout() -> ResponseReturnValue:
    """Sign out at once for a tool that shows whom it means; else the resident is asked."""
    if request.method == "POST":  # without our cookie (SameSite): look again by GET
        g.turned_away = True
        return redirect(f"{request.path}?{urlencode(list(request.form.items(multi=True)))}", 303)
    params: Params = dict(request.args.lists())
    if any(len(values) > 1 for values in params.values()):
        raise BadToolRequest("twice")
    with transaction() as db:
        hint = _hint(db, params)
        target = _target(db, params, hint)
        if not current_viewer().signed_in:
            return _over(target if hint else None)
        if hint is not None and _means_me(db, hint):
            _sign_out(db, "tool")
            return _over(target)
    page = make_response(render_template("auth/provider/logout.html", asked=_kept(params, target)))
    return opened_towards(page, target) if target else page


@bp.post("/oauth/logout/confirm")
@resident
def confirm_logout() -> ResponseReturnValue:
    """The resident says yes."""
    params: Params = dict(request.form.lists())
    with transaction() as db:
        target = _target(db, params, None)
        _sign_out(db, "owner")
    return _over(target)


@bp.get("/oauth/logout/done")
@public()
def logged_out() -> ResponseReturnValue:
    """Signed out, and nowhere to go on to."""
    return render_template("auth/provider/logged_out.html")


def _hint(db: Session, params: Params) -> Hint | None:
    token = asking.one(params, "id_token_hint")
    hint = hints.read(db, token, issuer()) if token else None
    told = asking.one(params, "client_id")
    return hint if hint is not None and told in {None, hint.client_id} else None


def _target(db: Session, params: Params, hint: Hint | None) -> str | None:
    """The registered address to go on to, with the tool's state; None: none that we trust."""
    uri = asking.one(params, "post_logout_redirect_uri")
    client = tools.find(db, hint.client_id if hint else asking.one(params, "client_id"))
    if uri is None or client is None or uri not in client.post_logout_uris:
        return None
    state = asking.one(params, "state")
    if state is None:
        return uri
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode({'state': state})}"


def _means_me(db: Session, hint: Hint) -> bool:
    """Another resident's token must not sign this one out."""
    client = tools.find(db, hint.client_id)
    return client is not None and hint.subject == subject_of(db, client.sector, here.subject())


def _kept(params: Params, target: str | None) -> dict[str, str]:
    """What the confirmation sends along, where it leads somewhere."""
    names = ("client_id", "post_logout_redirect_uri", "state") if target else ()
    found = {name: asking.one(params, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _sign_out(db: Session, by: str) -> None:
    ending.sign_out(db, Grant.resident_id == here.subject(), Grant.sid == sid())
    audit.record(db, "session.ended", ("resident", here.subject()), by=by)
    here.server_session().sign_out()


def _over(target: str | None) -> Response:
    return redirect(target or url_for("provider.logged_out"), 303)


@bp.before_app_request
def note_sign_in() -> None:
    """Before the resident signs out of Mado itself: which sign-in that is."""
    if request.endpoint == "auth.sign_out":
        g.tools_sid = session.get(SID)


@bp.after_app_request
def end_at_tools(response: Response) -> Response:
    """Signing out of Mado, or ending a session from afar, ends it at the tools too."""
    viewer = g.get("viewer")
    ended = request.method == "POST" and response.status_code == 303
    if not ended or viewer is None or viewer.kind != "resident" or g.get("turned_away"):
        return response
    if request.endpoint == "auth.sign_out" and g.get("tools_sid"):
        with transaction() as db:
            ending.sign_out(db, Grant.resident_id == viewer.id, Grant.sid == g.tools_sid)
    elif request.endpoint in OWN_ENDINGS:
        with transaction() as db:
            ending.sign_out_lost(db, viewer.id)
    return response
