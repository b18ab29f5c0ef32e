"""Ending what is open for an account: sessions, half-done changes, sign-ins at city tools."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from auth.flows import Flow
from auth.provider import ending
from auth.provider.models import Grant
from portal.core.web.sessions import SessionRow

# What other modules keep open for a resident (remembered devices). Filled by `auth.pages`.
ALSO: list[Callable[[Session, UUID], object]] = []


def everywhere(session: Session, account: UUID) -> int:
    """Nobody is signed in to this account any more, here or at a tool; returns how many were."""
    # Flows first: see `flows.stands`.
    session.execute(
        delete(Flow).where((Flow.account_id == account) | (Flow.for_account == account))
    )
    ended = session.execute(
        delete(SessionRow)
        .where(SessionRow.face == "resident", SessionRow.subject_id == account)
        .returning(SessionRow.token_hash)
    ).all()
    ending.sign_out(session, Grant.resident_id == account)
    for end in ALSO:
        end(session, account)
    return len(ended)
