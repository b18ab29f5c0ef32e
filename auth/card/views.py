"""Pages of the My Number card: sign in, second step, connect, what it said, disconnect."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth import flows, signing_in
from auth.addresses import masked
from auth.card import acts, offers, reading, rules
from auth.card.records import Verified
from auth.errors import FlowOver
from auth.federation import asking
from auth.federation.asking import Begun
from auth.flows import Flow
from auth.forms import EmptyForm
from auth.identities import addresses_of
from auth.views import bp, here
from auth.views.second_step import proven
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public, resident

FIRST, SECOND, CONNECT = "first", "second", "connect"


@bp.post("/sign-in/card")
@public()
def card() -> ResponseReturnValue:
    """To the card's issuer, by a tap: never by a link another site could follow for the visitor."""
    issuer = offers.issuer()
    with transaction() as db:
        flow = flows.begin(db, "sign_in", next=here.asked_next(), language=current_language())
        audit.record(db, "sign_in.card_begun", ("flow", flow.id))
    return _leave(issuer.name, flow, FIRST)


@bp.post("/sign-in/second-step/card")
@public()
def second_step_card() -> ResponseReturnValue:
    """The same as the second step."""
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "sign_in", "step_up")
        _insist_asked(flow)
        if "card" not in signing_in.second_steps(db, flow):
            raise NotFound()
        audit.record(db, "sign_in.card_begun", ("flow", flow.id))
    return _leave(offers.issuer().name, flow, SECOND)


@bp.post("/account/card/connect")
@resident
def connect_card() -> ResponseReturnValue:
    """Connect a card, or read the connected one again."""
    issuer = offers.issuer()
    wait = here.fresh_or(url_for("auth.card_page"))
    if wait is not None:
        return wait
    with transaction() as db:
        flow = flows.begin(db, "card", account_id=here.subject(), language=current_language())
        audit.record(db, "card.begun", ("resident", here.subject()))
    return _leave(issuer.name, flow, CONNECT)


@bp.get("/sign-in/with/<name>/callback")
@public()
def card_callback(name: str) -> ResponseReturnValue:
    """Back from the issuer, at the address that is its own (RFC 9700 §4.4: mix-up)."""
    issuer = asking.named(name, "resident")
    begun = asking.come_back(issuer)
    answer = asking.answered(issuer, attributes=begun.purpose == CONNECT)
    if begun.purpose == CONNECT:
        with transaction() as db:
            acts.propose(db, _mine(flows.locked(db, begun.flow_id, "card")), answer)
        session[here.FLOW] = begun.flow_id
        return redirect(url_for("auth.confirm_card"), 303)
    if begun.purpose == FIRST:
        with transaction() as db:
            flow = flows.locked(db, begun.flow_id, "sign_in")
            acts.prove_first(db, flow, answer)
        here.stepped_up(flow)
        return here.go_on()
    with transaction() as db:
        flow = flows.locked(db, begun.flow_id, "sign_in", "step_up")
        _insist_asked(flow)
        acts.prove_second(db, flow, answer)
        if flow.purpose == "sign_in":
            here.stepped_up(flow)
    session[here.FLOW] = str(flow.id)
    return proven()


@bp.route("/account/card/confirm", methods=["GET", "POST"])
@resident
def confirm_card() -> ResponseReturnValue:
    """Both are named: whose card it is, and which account it becomes a way into."""
    form = EmptyForm()
    with transaction() as db:
        flow = _mine(flows.locked(db, here.flow_id(), "card"))
        answer = acts.proposed(db, flow)
        verified = Verified.read(answer.claims)
        if not form.valid():
            return _confirm_page(form, verified)
        acts.connect(db, flow)
    session.pop(here.FLOW, None)
    flash(gettext("Your My Number card is connected."), "success")
    return redirect(url_for("auth.card_page"), 303)


@bp.get("/account/card")
@resident
def card_page() -> ResponseReturnValue:
    """What the card said and when; what differs from what was typed."""
    with transaction() as db:
        records = reading.records_of(db, here.subject())
        since = reading.connected_at(db, here.subject())
    if not records and since is None and not offers.offered():
        raise NotFound()
    differs = reading.differences(here.subject(), records[0].verified) if records else []
    return render_template(
        "auth/card/card.html",
        records=records,
        since=since,
        offered=offers.offered(),
        differences=differs,
        words=offers.words,
    )


@bp.post("/account/card/take-over")
@resident
def take_over_card() -> ResponseReturnValue:
    """Put what the card says in the place of what was typed: what was ticked, nothing else."""
    with transaction() as db:
        taken = acts.take_over(db, here.subject(), set(request.form.getlist("field")))
    if taken:
        flash(gettext("Your details were changed."), "success")
    return redirect(url_for("auth.card_page"), 303)


@bp.route("/account/card/disconnect", methods=["GET", "POST"])
@resident
def disconnect_card() -> ResponseReturnValue:
    """Disconnect the card; what it said is kept or deleted, as the resident says."""
    wait = here.fresh_or(url_for("auth.disconnect_card"))
    if wait is not None:
        return wait
    form = EmptyForm()
    with transaction() as db:
        since = reading.connected_at(db, here.subject())
        if since is None and reading.newest(db, here.subject()) is None:
            raise NotFound()
        if not form.valid():
            return render_template("auth/card/disconnect.html", form=form, connected=since)
        acts.disconnect(db, here.subject(), forget=request.form.get("keep") != "yes")
    flash(gettext("The card is disconnected.") if since else gettext("Deleted."), "success")
    return redirect(url_for("auth.security"), 303)


def _leave(name: str, flow: Flow, purpose: str) -> ResponseReturnValue:
    issuer = asking.named(name, "resident")
    callback = offers.callback(issuer)
    begun = Begun(str(flow.id), purpose)
    url = asking.leave(issuer, callback, begun, attributes=purpose == CONNECT)
    session[here.FLOW] = str(flow.id)
    return redirect(url, 303)


def _confirm_page(form: EmptyForm, verified: Verified) -> ResponseReturnValue:
    with transaction() as db:
        found = addresses_of(db, [here.subject()]).get(here.subject())
    return render_template(
        "auth/card/confirm.html",
        form=form,
        verified=verified,
        words=offers.words,
        email=masked(found.email) if found and found.email else None,
        line=bool(found and found.line),
        another=rules.another_person(verified, reading.typed_of(here.subject())),
    )


def _mine(flow: Flow) -> Flow:
    """The flow of who is signed in here; an answer for another account's flow is nothing."""
    if flow.account_id is None or flow.account_id != _viewer_id():
        raise FlowOver()
    return flow


def _insist_asked(flow: Flow) -> None:
    """A step-up is the signed-in resident's; a sign-in has had its first step."""
    if flow.purpose == "step_up" and flow.account_id != _viewer_id():
        raise FlowOver()
    if flow.purpose == "sign_in" and (flow.account_id is None or not flow.first_proven):
        raise FlowOver()


def _viewer_id() -> UUID | None:
    return current_viewer().id
