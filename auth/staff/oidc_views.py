"""Out to the office's OpenID issuer and back, on the staff host only."""

from __future__ import annotations

from flask import Flask, current_app, redirect, session
from flask.typing import ResponseReturnValue

from auth import flows
from auth.card.offers import origin_of
from auth.federation import asking
from auth.federation.asking import Answer, Begun
from auth.federation.config import Issuer
from auth.federation.errors import IssuerRefused
from auth.staff import entry, identities, oidc, ways
from auth.staff.views import bp
from auth.staff.ways import Way
from auth.views import here
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public

FIRST, PROVE = "first", "prove"
INVITATION = "staff_invitation"  # as auth/staff/invitation_views.py keeps it


def install(app: Flask) -> None:
    """A button for each of the clerks' issuers."""
    ways.install(app)
    with app.app_context():
        ways.ways().extend(_way(issuer) for issuer in asking.on_face("staff"))


def _way(issuer: Issuer) -> Way:
    return Way(
        name=issuer.name,
        label=issuer.label or issuer.name,
        endpoint="auth_staff.oidc_begin",
        origin=origin_of(issuer),
        issuer=issuer.issuer,
        proves=issuer.max_age is not None,  # it is known to tell auth_time
        params={"name": issuer.name},
    )


@bp.post("/staff/sign-in/with/<name>")
@public("staff")
def oidc_begin(name: str) -> ResponseReturnValue:
    """To the issuer, by a tap: to sign in, or to prove it anew."""
    issuer = asking.named(name, "staff")
    if current_viewer().signed_in:
        return _prove(issuer)
    with transaction() as db:
        flow = flows.begin(db, "staff", next=here.asked_next(), language=current_language())
        audit.record(db, "sign_in.issuer_begun", ("flow", flow.id), issuer=name)
    return redirect(asking.leave(issuer, _callback(issuer), Begun(str(flow.id), FIRST)), 303)


@bp.get("/staff/sign-in/with/<name>/callback")
@public("staff")
def oidc_callback(name: str) -> ResponseReturnValue:
    """Back from the issuer."""
    issuer = asking.named(name, "staff")
    begun = asking.come_back(issuer)
    answer = asking.answered(issuer, fresh=begun.purpose == PROVE)
    if begun.purpose == PROVE:
        return _proven(issuer, begun, answer)
    with transaction() as db:
        asked = flows.locked(db, begun.flow_id, "staff")
        flow = oidc.arrive(
            db,
            issuer,
            answer,
            invitation=session.get(INVITATION),
            next_page=asked.next,
            language=asked.language,
        )
        db.delete(asked)
    session.pop(INVITATION, None)
    return entry.go_on(flow)


def _prove(issuer: Issuer) -> ResponseReturnValue:
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "step_up")
        entry.account(db)
        audit.record(db, "sign_in.issuer_begun", ("flow", flow.id), issuer=issuer.name)
    begun = Begun(str(flow.id), PROVE)
    return redirect(asking.leave(issuer, _callback(issuer), begun, fresh=True), 303)


def _proven(issuer: Issuer, begun: Begun, answer: Answer) -> ResponseReturnValue:
    with transaction() as db:
        flow = flows.locked(db, begun.flow_id, "step_up")
        account = entry.account(db)
        owner = identities.find(db, issuer.issuer, answer.subject)
        if owner is None or owner.id != account.id or flow.account_id != account.id:
            raise IssuerRefused("other_account")
        flow.finished_at = now()
        audit.record(db, "sign_in.proven_again", ("staff", account.id), method="oidc")
    return entry.proven(flow, "oidc")


def _callback(issuer: Issuer) -> str:
    staff_url = current_app.extensions["mado.settings"].STAFF_URL
    return f"{staff_url}/staff/sign-in/with/{issuer.name}/callback"
