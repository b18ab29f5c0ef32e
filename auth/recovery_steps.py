"""The acts of a recovery: one way in is proven, then a code on paper of another kind."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from auth import (
    challenges,
    flows,
    identities,
    limits,
    recovery,
    recovery_cases,
    recovery_effects,
    recovery_stops,
)
from auth.challenges import Outcome
from auth.errors import FlowOver
from auth.flows import Flow
from auth.recovery_cases import Lost, RecoveryCase
from portal.core import audit
from portal.core.clock import now

RECOVERED = "/account/recovered"
# What a sign-in that follows rests on.
KEPT = ("account_id", "first", "email", "email_proven_at", "line", "line_proven_at", "language")
# What can be lost where this way in is left, and what is offered: a mail address may be a new one.
CHOICES = {"email": (Lost.LINE, Lost.PHONE), "line": (Lost.EMAIL,)}
OFFERED = {"email": (*CHOICES["email"], Lost.ALL), "line": CHOICES["line"]}


@dataclass(frozen=True)
class Recovered:
    """How it ended: with a sign-in to go on with, or waiting, with these codes."""

    case: RecoveryCase
    sign_in: Flow | None  # both steps are done
    codes: list[str]


def send_first(session: Session, flow: Flow, email: str, network: str | None) -> None:
    """A code to the address: nobody is looked up, so known and unknown addresses are alike."""
    flow.first, flow.email = "email", email
    challenges.issue(session, flow, "first", "mail", email, network)


def answer_first(session: Session, flow: Flow, typed: str) -> Outcome:
    """The mailed code."""
    outcome = challenges.answer(session, flow, "first", flow.email or "", typed)
    if outcome is Outcome.RIGHT:
        flow.email_proven_at = now()
        _recognise(session, flow, identities.EMAIL, flow.email or "")
    return outcome


def prove_line(session: Session, flow: Flow, user_id: str) -> None:
    """LINE is what is left."""
    if flow.first is not None:
        raise FlowOver()
    flow.first, flow.line, flow.line_proven_at = "line", user_id, now()
    _recognise(session, flow, identities.LINE, user_id)


def answer_code(
    session: Session, flow: Flow, lost: Lost, typed: str, network: str | None
) -> Recovered | None:
    """The code on paper: the resident's own or the desk's. None: not right.

    Wrong ones count against the account or address and the network, whichever account is meant.
    """
    if not flow.first_proven:
        raise FlowOver()
    keys = [flow.counted_as, f"recovery:{network or flow.id}"]
    for key in keys:
        limits.refuse_if_locked(session, key)
    case = _own(session, flow, lost, typed) or _desk(session, flow, typed)
    if case is None:
        for key in keys:
            limits.count_wrong(session, key)
        audit.record(session, "recovery.refused_code", ("flow", flow.id))
        return None
    limits.forget(session, limits.wrong_key(flow.counted_as))
    return _settle(session, flow, case)


def _own(session: Session, flow: Flow, lost: Lost, typed: str) -> RecoveryCase | None:
    """A code the resident kept; with the proof of the first step, two different methods."""
    if flow.account_id is None or lost not in CHOICES.get(flow.first or "", ()):
        return None
    if not recovery.use(session, flow.account_id, typed):
        return None
    recovery_stops.refuse_if_stopped(session, flow.account_id)
    case = RecoveryCase(resident_id=flow.account_id, lost=lost, used_at=now())
    session.add(case)
    session.flush()
    return case


def _desk(session: Session, flow: Flow, typed: str) -> RecoveryCase | None:
    """A code two clerks stand for; good once, and only with what they said is left."""
    case = recovery_cases.by_code(session, typed)
    if case is None or not _fits(flow, case):
        return None
    case.used_at, case.code_index = now(), None
    return case


def _fits(flow: Flow, case: RecoveryCase) -> bool:
    if case.lost == Lost.ALL:
        return flow.first == "email" and flow.account_id is None
    left = case.lost in CHOICES.get(flow.first or "", ())
    return left and flow.account_id == case.resident_id


def _settle(session: Session, flow: Flow, case: RecoveryCase) -> Recovered:
    """Go on as a sign-in whose two steps are done, or wait where nothing of before is left."""
    audit.record(session, "recovery.proven", ("resident", case.resident_id), lost=case.lost)
    if case.lost == Lost.ALL:
        codes = [recovery.new_code() for _ in range(recovery.COUNT)]
        recovery_effects.wait(session, case, flow.email or "", codes)
        flow.finished_at = now()
        return Recovered(case, None, codes)
    proven = {name: getattr(flow, name) for name in KEPT}
    recovery_effects.take(session, case)  # ends this flow with all others of the account
    second = "recovery" if case.asked_by is None else "desk"
    on = flows.begin(session, "sign_in", second=second, next=RECOVERED, **proven)
    return Recovered(case, on, [])


def _recognise(session: Session, flow: Flow, issuer: str, subject: str) -> None:
    flow.account_id = identities.resident_of(session, issuer, subject)
    audit.record(session, "recovery.first_proven", ("flow", flow.id), method=issuer)
