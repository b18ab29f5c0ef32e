"""Registers the pages, records, ticks and error pages of this package."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Flask, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from auth import account_pages, extracts, flows, identities, limits, line_login, telling
from auth.authenticators import Authenticator
from auth.card.records import VerifiedRecord
from auth.challenges import Challenge
from auth.consents import ConsentRecord
from auth.desk import pages as desk_pages
from auth.devices import pages as device_pages
from auth.errors import FlowOver, LineAway, LineRefused, OtherBrowser, Taken, TooManyTries
from auth.federation import pages as federation_pages
from auth.forms import EmptyForm
from auth.identities import Identity
from auth.limits import Attempt
from auth.passkeys import pages as passkey_pages
from auth.provider import pages as provider_pages
from auth.recovery import RecoveryCode
from auth.staff import accounts
from auth.staff import identities as staff_identities
from auth.staff import pages as staff_pages
from auth.staff.identities import StaffIdentity
from auth.staff.invitations import StaffInvitation
from auth.views import bp, here, line, second_step, security, set_up, sign_in
from portal.core import audit
from portal.core.db import transaction
from portal.core.registries import registries
from portal.core.web.access import current_viewer
from portal.core.web.app import path_of

RECORDS = (  # known to migrations
    Identity,
    Authenticator,
    RecoveryCode,
    ConsentRecord,
    flows.Flow,
    Challenge,
    Attempt,
    *staff_pages.RECORDS,
    StaffIdentity,
    StaffInvitation,
    VerifiedRecord,
    *passkey_pages.RECORDS,
    *desk_pages.RECORDS,
    *device_pages.RECORDS,
    *account_pages.RECORDS,
    *federation_pages.RECORDS,
)
VIEWS = (sign_in, line, second_step, set_up, security)  # importing them fills the blueprint


def register(app: Flask) -> None:
    """Blueprints, ticks, error pages."""
    line_login.install(app, app.extensions["mado.settings"])
    passkey_pages.register(app)
    desk_pages.register(app)
    device_pages.register(app)
    account_pages.register(app)
    federation_pages.register(app)
    app.register_blueprint(bp)
    staff_pages.register(app)
    provider_pages.register(app)
    app.context_processor(_addresses)
    app.register_error_handler(TooManyTries, _wait)
    app.register_error_handler(FlowOver, _over)
    app.register_error_handler(Taken, _taken)
    app.register_error_handler(LineRefused, _line_problem)
    app.register_error_handler(LineAway, _line_problem)
    registries(app).extracts += extracts.SUBJECTS
    registries(app).blind_indexes += [
        *identities.INDEXES,
        *accounts.INDEXES,
        *staff_identities.INDEXES,
    ]
    registries(app).staff_name = _staff_name
    registries(app).tell = telling.tell
    registries(app).ticks += [
        ("flows", flows.sweep),
        ("attempts", limits.sweep),
    ]


def _staff_name(account_id: UUID) -> str:
    found = accounts.name_of(account_id)
    return found[0] if found else ""


def _addresses() -> dict[str, Any]:
    """What layouts need to offer signing in, coming back to this page, and signing out."""
    viewer = g.get("viewer")
    if viewer is None:  # a mail has no page around it
        return {}
    name = "auth_staff" if viewer.face == "staff" else "auth"
    back = f"?next={quote(_here())}" if viewer.face == "resident" else ""
    return {
        "sign_in_url": path_of(f"{name}.sign_in") + back,
        "sign_out_url": path_of(f"{name}.sign_out"),
    }


def _here() -> str:
    """This page; what its address asks belongs to it, but not the sign-in's own codes."""
    own = (request.blueprint or "").startswith("auth")
    return request.path if own else request.full_path.rstrip("?")


def _on_staff_face() -> bool:
    return "viewer" in g and current_viewer().face == "staff"


def _note(action: str, **details: Any) -> None:
    """A refusal, in a transaction of its own: the one it happened in is gone."""
    with suppress(TooManyTries), transaction() as session:
        limits.count_refusal(session, request.remote_addr)
        audit.record(session, action, endpoint=request.endpoint, **details)


def _wait(error: TooManyTries) -> Response:
    _note("sign_in.limited", why=error.why)
    minutes = -(-error.after // 60)
    page = render_template("auth/wait.html", minutes=minutes, seconds=error.after, why=error.why)
    response = make_response(page, 429)
    response.headers["Retry-After"] = str(error.after)
    return response


def _over(error: FlowOver) -> Response:
    if here.flow_id() is not None:  # who never began leaves no entry: anybody can ask for pages
        _note("sign_in.over")
    again = url_for("auth_staff.sign_in" if _on_staff_face() else "auth.sign_in")
    if current_viewer().kind == "resident":
        again = url_for("auth.security")
    return make_response(render_template("auth/over.html", again=again), 409)


def _taken(error: Taken) -> Response:
    _note("sign_in.taken")
    signed_in = current_viewer().signed_in
    page = render_template("auth/taken.html", words=error.message, signed_in=signed_in)
    return make_response(page, 409)


def _line_problem(error: LineRefused | LineAway) -> Response:
    reason = error.reason if isinstance(error, LineRefused) else "away"
    _note("sign_in.line_refused", reason=reason)
    kind = {OtherBrowser: "browser", LineAway: "away"}.get(type(error), "refused")
    if reason in {"access_denied", "accessdenied"}:
        kind = "stopped"
    page = render_template("auth/line_problem.html", kind=kind, form=EmptyForm(), home=here.HOME)
    return make_response(page, 503 if kind == "away" else 400)
