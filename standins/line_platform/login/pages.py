"""The human side of LINE Login: sign in, consent, go back to the service."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from standins.line_platform import ids, people
from standins.line_platform.login import liff, rules, tokens
from standins.line_platform.platform import here

pages = Blueprint("login_pages", __name__)
PHONE_COOKIE = "standin_phone"
SESSION_COOKIE = "standin_line_session"
PENDING_SECONDS = 1800


@dataclass(frozen=True)
class SignedIn:
    """Who signed in to LINE, how and when."""

    user_id: str
    amr: list[str]
    at: int


def _back(uri: str, **values: str | None) -> Response:
    parts = urlsplit(uri)
    added = urlencode({key: value for key, value in values.items() if value is not None})
    query = "&".join(part for part in (parts.query, added) if part)
    return redirect(urlunsplit(parts._replace(query=query)), 302)


def _bad_request(reason: str) -> ResponseReturnValue:
    return render_template("login_error.html", reason=reason), 400


@pages.get("/oauth2/v2.1/authorize")
def authorize() -> ResponseReturnValue:
    platform = here()
    channel = platform.config.login
    uri = request.args.get("redirect_uri", "")
    if request.args.getlist("client_id") != [channel.id]:
        return _bad_request("client_id")
    once = len(request.args.getlist("redirect_uri")) == 1
    if not once or not any(rules.redirect_matches(one, uri) for one in channel.redirect_uris):
        return _bad_request("redirect_uri")
    refusal = rules.check(request.args.to_dict(flat=False), channel.email_permission)
    if refusal:
        state = request.args.get("state")
        return _back(uri, error=refusal.error, error_description=refusal.description, state=state)
    if must_ask_frame():
        return render_template("in_app_sign_in.html")
    return go_on(request.args.to_dict(), auto_login() or _single_sign_on())


def _in_frame() -> bool:
    return request.headers.get("Sec-Fetch-Dest", "") in {"iframe", "frame"}


def must_ask_frame() -> bool:
    """Inside the in-app browser a script reads from the phone around it whose hand holds it.

    The cookie alone would name the phone opened last, also in another tab's phone.
    """
    return _in_frame() and "standin_owner" not in request.args


def auto_login() -> SignedIn | None:
    """In the in-app browser the phone's owner is signed in without a question."""
    args = request.args
    if args.get("prompt") == "login" or args.get("disable_auto_login") == "true":
        return None
    if not _in_frame() and "Sec-Fetch-Dest" in request.headers:
        return None  # a tab of the system browser, although a phone is open in another
    owner = args.get("standin_owner") or request.cookies.get(PHONE_COOKIE, "")
    if here().config.resident(owner) is None:
        return None
    return SignedIn(owner, ["lineautologin"], int(here().store.now()))


def _session_user() -> SignedIn | None:
    row = here().store.one(
        "SELECT * FROM signed_in WHERE id=?", request.cookies.get(SESSION_COOKIE, "")
    )
    if row is None or here().config.resident(row["user_id"]) is None:
        return None
    return SignedIn(row["user_id"], ["linesso"], int(row["at"]))


def _single_sign_on() -> SignedIn | None:
    """Only prompt=none may use the browser's session without showing the sign-in page."""
    found = _session_user() if request.args.get("prompt") == "none" else None
    max_age = request.args.get("max_age")
    if found and max_age is not None and found.at + int(max_age) < here().store.now():
        return None
    return found


def go_on(params: dict[str, str], person: SignedIn | None) -> ResponseReturnValue:
    """Ask the next question there is, or go back with a code (to a LIFF app: with its tokens)."""
    params = {key: value for key, value in params.items() if key != "standin_owner"}
    silent = params.get("prompt") == "none"
    if person is None:
        return _refuse(params, "LOGIN_REQUIRED") if silent else _sign_in_page(params)
    if _needs_consent(params, person.user_id):
        return _refuse(params, "INTERACTION_REQUIRED") if silent else _consent_page(params, person)
    return _finish(params, person, None)


def _refuse(params: dict[str, str], error: str) -> ResponseReturnValue:
    return _back(
        params["redirect_uri"],
        error=error,
        error_description="prompt=none, but the person must be asked",
        state=params["state"],
    )


def _keep_pending(params: dict[str, str], person: SignedIn | None) -> str:
    store, pending = here().store, ids.opaque(16)
    store.run("DELETE FROM pending WHERE at<?", store.now() - PENDING_SECONDS)
    store.run(
        "INSERT INTO pending VALUES(?,?,?,?,?,?)",
        pending,
        json.dumps(params),
        person.user_id if person else None,
        json.dumps(person.amr) if person else None,
        person.at if person else None,
        store.now(),
    )
    return pending


def _take_pending() -> tuple[dict[str, str], SignedIn | None] | None:
    """What the posted form continues; each question is answered once."""
    store = here().store
    with store.transaction():
        row = store.one("SELECT * FROM pending WHERE id=?", request.form.get("request", ""))
        if row is None or row["at"] + PENDING_SECONDS < store.now():
            return None
        store.run("DELETE FROM pending WHERE id=?", row["id"])
    person = None
    if row["user_id"]:
        person = SignedIn(row["user_id"], json.loads(row["amr"]), row["auth_time"])
    return json.loads(row["params"]), person


def _sign_in_page(params: dict[str, str]) -> ResponseReturnValue:
    session = _session_user()
    return render_template(
        "login.html",
        pending=_keep_pending(params, None),
        residents=here().config.residents,
        last=session.user_id if session else "",
        account=here().config.messaging.display_name,
    )


@pages.post("/oauth2/v2.1/login")
def sign_in() -> ResponseReturnValue:
    store, user_id = here().store, request.form.get("user", "")
    taken = _take_pending()
    if taken is None or here().config.resident(user_id) is None:
        return _bad_request("expired")
    session = _session_user()
    known = session is not None and session.user_id == user_id
    again = taken[0].get("prompt") == "login"
    amr = ["linesso"] if known and not again else ["pwd"]
    answer = make_response(go_on(taken[0], SignedIn(user_id, amr, int(store.now()))))
    session_id = ids.opaque(16)
    store.run("INSERT INTO signed_in VALUES(?,?,?)", session_id, user_id, store.now())
    answer.set_cookie(SESSION_COOKIE, session_id, httponly=True, samesite="Lax", path="/oauth2")
    return answer


def _granted(user_id: str) -> set[str]:
    rows = here().store.all("SELECT scope FROM consents WHERE user_id=?", user_id)
    return {row["scope"] for row in rows}


def _needs_consent(params: dict[str, str], user_id: str) -> bool:
    if params.get("prompt") == "consent" or not set(params["scope"].split()) <= _granted(user_id):
        return True
    wants_friend = params.get("bot_prompt") == "aggressive"
    return wants_friend and people.relation(here(), user_id) != people.FRIEND


def _consent_page(params: dict[str, str], person: SignedIn) -> ResponseReturnValue:
    resident = here().config.resident(person.user_id)
    offer = "bot_prompt" in params and not people.is_friend(here(), person.user_id)
    return render_template(
        "consent.html",
        pending=_keep_pending({**params, **({"standin_offered": "1"} if offer else {})}, person),
        resident=resident,
        scopes=params["scope"].split(),
        offer_friend=offer,
        account=here().config.messaging.display_name,
    )


@pages.post("/oauth2/v2.1/consent")
def consent() -> ResponseReturnValue:
    taken = _take_pending()
    if taken is None or taken[1] is None:
        return _bad_request("expired")
    params, person = taken[0], taken[1]
    if request.form.get("decision") != "allow":
        return _back(
            params["redirect_uri"],
            error="ACCESS_DENIED",
            error_description="The resource owner denied the request.",
            state=params["state"],
        )
    _keep_consent(person.user_id, params["scope"].split())
    changed = None
    if "standin_offered" in params:
        wants = request.form.get("add_friend") == "yes"
        changed = "true" if wants and people.add(here(), person.user_id) else "false"
    return _finish(params, person, changed)


def _keep_consent(user_id: str, scopes: list[str]) -> None:
    for scope in scopes:
        here().store.run("INSERT OR IGNORE INTO consents VALUES(?,?)", user_id, scope)


def _finish(params: dict[str, str], person: SignedIn, changed: str | None) -> ResponseReturnValue:
    if liff.STATE in params:
        return liff.opened(here(), params, person.user_id, person.amr)
    code = tokens.issue_code(here().store, person.user_id, params, person.amr, person.at)
    return _back(
        params["redirect_uri"],
        code=code,
        state=params["state"],
        friendship_status_changed=changed,
    )
