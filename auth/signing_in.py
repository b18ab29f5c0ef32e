"""The acts of a sign-in: each proves one thing to a flow; only `finish` gives an account."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from auth import (
    authenticators,
    challenges,
    consents,
    guardians,
    identities,
    limits,
    methods,
    recovery,
    recovery_stops,
)
from auth.assurance import acr_of, amr_of
from auth.challenges import Outcome
from auth.desk import lists
from auth.errors import FlowOver, LineRefused, Taken
from auth.flows import Flow
from auth.passkeys import acts as passkeys
from auth.registration import register_resident
from auth.steps import Progress, Step, next_step
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import Forbidden


@dataclass(frozen=True)
class SignIn:
    """What a finished flow is worth."""

    account_id: UUID
    acr: str
    amr: list[str]
    recovery_codes: list[str]  # new ones, for a new account
    one_step: bool = False  # a remembered device stood for the second: only for looking


def step_of(session: Session, flow: Flow) -> Step:
    """What this flow must be asked next."""
    known = flow.account_id is not None
    agreed = flow.account_id is not None and consents.has_agreed(session, flow.account_id)
    if agreed and flow.account_id is not None and guardians.is_missing(session, flow.account_id):
        agreed = False  # a child's guardian has not agreed yet
    return next_step(Progress(flow.first_proven, known, flow.second is not None, agreed))


def send_first(session: Session, flow: Flow, email: str, network: str | None) -> None:
    """The first step by mail: nobody is looked up, so known and unknown addresses are alike."""
    flow.first, flow.email = "email", email
    challenges.issue(session, flow, "first", "mail", email, network)


def answer_first(session: Session, flow: Flow, typed: str) -> Outcome:
    """The code of the first step."""
    outcome = challenges.answer(session, flow, "first", flow.email or "", typed)
    if outcome is Outcome.RIGHT:
        flow.email_proven_at = now()
        _recognise(session, flow, identities.EMAIL, flow.email or "")
    return outcome


def prove_line(session: Session, flow: Flow, user_id: str, *, friend: bool | None = None) -> None:
    """LINE says who holds the browser: as the first step, or as the second after a mail."""
    flow.line_friend = friend
    if flow.first is None:
        flow.first, flow.line, flow.line_proven_at = "line", user_id, now()
        _recognise(session, flow, identities.LINE, user_id)
        return
    if flow.first != "email":
        raise FlowOver()
    step = step_of(session, flow)
    owner = identities.resident_of(session, identities.LINE, user_id)
    if step is Step.SECOND and owner == flow.account_id:
        action, subject = "sign_in.second_proven", ("resident", flow.account_id)
    elif step is Step.SECOND:
        raise LineRefused("other_account")
    elif step is Step.SET_UP and owner is None:
        action, subject = "sign_in.second_set_up", ("flow", flow.id)
    elif step is Step.SET_UP:
        raise Taken("This LINE account is already registered. Please sign in with LINE.")
    else:
        raise FlowOver()
    flow.line, flow.line_proven_at, flow.second = user_id, now(), "line"
    audit.record(session, action, subject, method="line")


def _recognise(session: Session, flow: Flow, issuer: str, subject: str) -> None:
    flow.account_id = identities.resident_of(session, issuer, subject)
    audit.record(
        session,
        "sign_in.first_proven",
        ("resident", flow.account_id) if flow.account_id else ("flow", flow.id),
        method=issuer,
    )


def second_steps(session: Session, flow: Flow) -> list[str]:
    """The second steps this flow may choose from."""
    found = methods.of(session, _account(flow))
    return found.seconds(None if flow.purpose == "step_up" else flow.first)


def send_second(session: Session, flow: Flow, method: str, network: str | None) -> None:
    """Send the code of the second step by mail or LINE."""
    channel, address = _address(session, flow, method)
    challenges.issue(session, flow, "second", channel, address, network)


def answer_second(session: Session, flow: Flow, method: str, typed: str) -> Outcome:
    """Judge the second step by `method`: email, line, totp, recovery, desk_list."""
    if flow.second is not None or (not flow.first_proven and flow.purpose != "step_up"):
        raise FlowOver()
    if method not in second_steps(session, flow):
        raise Forbidden()
    if method in {"email", "line"}:
        _, address = _address(session, flow, method)
        outcome = challenges.answer(session, flow, "second", address, typed)
    else:
        outcome = _judge_held(session, flow, method, typed)
    if outcome is Outcome.RIGHT:
        flow.second = method
    action = "proven" if outcome is Outcome.RIGHT else "refused"
    audit.record(session, f"sign_in.second_{action}", ("resident", flow.account_id), method=method)
    return outcome


def send_again(session: Session, flow: Flow, network: str | None) -> tuple[str, str]:
    """Send a new code in place of the last one; returns what it is for and by which method."""
    last = challenges.newest(session, flow)
    if last is None:
        raise FlowOver()
    method = "email" if last.channel == "mail" else "line"
    if last.purpose == "second":
        send_second(session, flow, method, network)
    else:
        challenges.issue(session, flow, last.purpose, "mail", flow.email or "", network)
    return last.purpose, method


def _judge_held(session: Session, flow: Flow, method: str, typed: str) -> Outcome:
    """What the person holds: an app or a paper. Wrong answers count like wrong codes."""
    limits.refuse_if_locked(session, flow.counted_as)
    use = {"totp": authenticators.use, "recovery": recovery.use, "desk_list": lists.use}[method]
    if use(session, _account(flow), typed):
        limits.forget(session, limits.wrong_key(flow.counted_as))
        return Outcome.RIGHT
    limits.count_wrong(session, flow.counted_as)
    return Outcome.WRONG


def _address(session: Session, flow: Flow, method: str) -> tuple[str, str]:
    if flow.second is not None or method not in second_steps(session, flow):
        raise Forbidden()
    found = methods.of(session, _account(flow)).addresses
    return ("mail", found.email or "") if method == "email" else ("line", found.line or "")


def _account(flow: Flow) -> UUID:
    if flow.account_id is None:
        raise FlowOver()
    return flow.account_id


def finish(session: Session, flow: Flow, language: str, *, agreed: bool = False) -> SignIn:
    """End a complete flow; a new account is made here, never earlier. Raises FlowOver, Taken."""
    codes: list[str] = []
    step = step_of(session, flow)
    if step is Step.TERMS and agreed:
        codes = _settle(session, flow, language)
    elif step is not Step.DONE:
        raise FlowOver()
    recovery_stops.refuse_if_held(session, _account(flow))
    if flow.second == "desk":  # after a loss: the old paper may be lost too
        codes = recovery.make(session, _account(flow))
    flow.finished_at = now()
    identities.note_friendship(session, _account(flow), flow.line_friend)
    first, second = flow.first or "", flow.second or ""
    amr = amr_of(first, second)
    made = SignIn(_account(flow), acr_of(first, second), amr, codes, one_step=second == "device")
    who = ("resident", made.account_id)
    audit.record(session, "sign_in.completed", who, actor=who, acr=made.acr, amr=made.amr)
    return made


def _settle(session: Session, flow: Flow, language: str) -> list[str]:
    """The terms are agreed: note it, after making the account if there is none."""
    codes: list[str] = []
    if flow.account_id is None:
        flow.account_id = register_resident(
            session,
            line_user_id=flow.line if flow.line_proven_at else None,
            email=flow.email if flow.email_proven_at else None,
            totp_secret=flow.totp if flow.totp_proven_at else None,
            totp_step=flow.totp_step,
            language=language,
        )
        passkeys.adopt(session, flow.id, flow.account_id)
        if flow.second == "desk_list":
            lists.adopt(session, flow.id, flow.account_id)
        codes = recovery.make(session, flow.account_id)
    consents.agree(session, flow.account_id, language)
    return codes


def prove_again(session: Session, flow: Flow) -> str:
    """End a step-up whose step was proven; returns the method."""
    if flow.purpose != "step_up" or flow.second is None:
        raise FlowOver()
    flow.finished_at = now()
    audit.record(session, "sign_in.proven_again", ("resident", flow.account_id), method=flow.second)
    return flow.second
