"""The page LIFF opens inside LINE: takes LINE's ID token and goes on where the tap led."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from auth import flows, liff, signing_in
from auth.forms import StartForm
from auth.views import bp, here
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.settings import Settings
from portal.core.web.access import access_of, current_viewer, public, safe_next
from portal.core.web.app import limiter
from portal.core.web.headers import content_security_policy

# LINE's script reads its own texts from here, and asks LINE who holds the phone.
SDK_TALKS_TO = "https://liffsdk.line-scdn.net"


@bp.get("/line")
@bp.get("/line/<path:to>")
@public()
def liff_entry(to: str = "") -> ResponseReturnValue:
    """Behind a tap inside LINE. Without LIFF or JavaScript: the ordinary way to sign in."""
    settings: Settings = current_app.extensions["mado.settings"]
    target = _target(to)
    if current_viewer().signed_in or _open_to_all(target):
        return redirect(target, 303)
    if not settings.LIFF_ID:
        return redirect(url_for("auth.sign_in", next=target), 303)
    form = StartForm(next=target)
    response = make_response(
        render_template(
            "auth/liff.html",
            form=form,
            next=target,
            liff_id=settings.LIFF_ID,
            liff_sdk_url=settings.LIFF_SDK_URL,
        )
    )
    policy = content_security_policy(settings, settings.FRAME_ANCESTORS or "'none'")
    response.headers["Content-Security-Policy"] = _with_sdk(policy, settings)
    return response


@bp.post("/line")
@limiter.limit("120 per minute")  # many phones share a carrier's address
@public()
def liff_sign_in() -> ResponseReturnValue:
    """The token is the first step, proven to this browser's own form (CSRF).

    A token alone never signs in: the second step follows, or this device is remembered for that
    very resident. So a link that carries somebody else's tokens opens nothing of theirs.
    """
    token = request.form.get("id_token", "")
    user_id, ends = liff.proven(token)
    with transaction() as db:
        liff.spend(db, token, ends)
        flow = flows.begin(db, "sign_in", next=here.asked_next(), language=current_language())
        signing_in.prove_line(db, flow, user_id)
    here.stepped_up(flow)
    return here.go_on()


def _target(to: str) -> str:
    """The page a tap leads to: /line/PATH, or PATH in `to` or in LINE's liff.state."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if not _of_entry(k)]
    query = f"?{urlencode(kept)}" if kept else ""
    wanted = request.args.get("to") or request.args.get("liff.state")
    return safe_next(f"/{to}{query}" if to else wanted, here.HOME)


def _of_entry(name: str) -> bool:
    """LINE's own parameters, and what an answer of its sign-in brings."""
    return name.startswith("liff.") or name in {"to", "code", "state", "liffClientId"}


def _open_to_all(target: str) -> bool:
    """Whether the page needs no sign-in; then nobody is asked for one."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _ = adapter.match(urlsplit(target).path, method="GET") if adapter else ("", {})
    except HTTPException:
        return True  # it says itself that it is not there
    access = access_of(current_app._get_current_object(), endpoint)  # type: ignore[attr-defined]
    return access is not None and not access.signed_in


def _with_sdk(policy: str, settings: Settings) -> str:
    """The policy of every page, opened for LINE's script alone."""
    sdk = urlsplit(settings.LIFF_SDK_URL)
    origin = f"{sdk.scheme}://{sdk.netloc}"
    liff_url = urlsplit(settings.LIFF_URL)
    talks = (settings.LINE_API_URL, f"{liff_url.scheme}://{liff_url.netloc}", SDK_TALKS_TO)
    opened = policy.replace("script-src 'self'", f"script-src 'self' {origin}")
    return opened.replace("connect-src 'self'", f"connect-src 'self' {' '.join(talks)}")
