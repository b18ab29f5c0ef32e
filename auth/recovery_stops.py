""" "This was not me": whoever reads an old address stops a recovery, until the desk looks."""

from __future__ import annotations

import hmac
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from auth import endings
from auth.errors import FlowOver
from auth.recovery_cases import STOPPABLE, CaseState, RecoveryCase
from portal.core import audit
from portal.core.clock import now
from portal.core.crypto import keyed_hash
from portal.core.errors import Forbidden

STOPPABLE_STATES = frozenset(
    {CaseState.ASKED, CaseState.APPROVED, CaseState.WAITING, CaseState.DONE}
)


class Held(Forbidden):
    """A recovery of this account was stopped: the desk has to look first."""

    message = "This account is on hold. Please come to the desk."


def link(case: RecoveryCase) -> str | None:
    """The address that stops this case; none once a stop was looked into at the desk.

    Without that, a thief who holds the old phone could stop its owner again and again.
    """
    if case.contested:
        return None
    settings = current_app.extensions["mado.settings"]
    return f"{settings.PUBLIC_URL}/sign-in/stop/{case.id}/{_proof(case.id)}"


def find(session: Session, case_id: UUID, proof: str) -> RecoveryCase:
    """The case of a link, held, while it can be stopped; raises FlowOver."""
    case = session.execute(
        select(RecoveryCase).where(RecoveryCase.id == case_id).with_for_update()
    ).scalar_one_or_none()
    right = hmac.compare_digest(proof.encode(), _proof(case_id).encode())
    if case is None or not right or case.contested or not _stoppable(case):
        raise FlowOver()
    return case


def stop(session: Session, case: RecoveryCase, by: str) -> None:
    """Nothing of this case takes effect any more; what did is held until the desk looks."""
    done = case.state is CaseState.DONE
    case.stopped_at = now()
    audit.record(session, "recovery.stopped", ("resident", case.resident_id), by=by, done=done)
    if done:
        endings.everywhere(session, case.resident_id)


def refuse_if_held(session: Session, resident_id: UUID) -> None:
    """Raise Held while a recovery that took effect stands stopped."""
    done = RecoveryCase.done_at.is_not(None)
    if session.execute(_standing(resident_id).where(done)).first() is not None:
        raise Held()


def refuse_if_stopped(session: Session, resident_id: UUID) -> None:
    """Raise Held while any stop stands: no further recovery without the desk."""
    if session.execute(_standing(resident_id)).first() is not None:
        raise Held()


def lift(session: Session, resident_id: UUID) -> None:
    """The stops of this account hold no more."""
    session.execute(
        update(RecoveryCase)
        .where(
            RecoveryCase.resident_id == resident_id,
            RecoveryCase.stopped_at.is_not(None),
            RecoveryCase.lifted_at.is_(None),
        )
        .values(lifted_at=now())
    )


def _standing(resident_id: UUID) -> Select[UUID]:
    return select(RecoveryCase.id).where(
        RecoveryCase.resident_id == resident_id,
        RecoveryCase.stopped_at.is_not(None),
        RecoveryCase.lifted_at.is_(None),
    )


def _stoppable(case: RecoveryCase) -> bool:
    if case.state is CaseState.DONE and case.done_at is not None:
        return case.done_at + STOPPABLE > now()
    return case.state in STOPPABLE_STATES


def _proof(case_id: UUID) -> str:
    """Made from the data key, so no secret is kept; 128 bits."""
    return keyed_hash(str(case_id), "recovery:stop").hex()[:32]
