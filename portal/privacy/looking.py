"""A resident's data opens to a clerk only with a reason, for some minutes; the resident sees it.

Pages that show one resident ask `open_until` and send the clerk to `staff_residents.open_page` when
it is None; acts that find a resident themselves (the counter) call `open_for`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import N_
from portal.core.registries import registries
from portal.privacy.looking_models import ResidentLook

REASONS = {
    "asked": N_("The resident asked us to"),
    "counter": N_("Help at the counter"),
    "answering": N_("To answer a question or a report"),
    "sent": N_("To check what was sent to the resident"),
    "fault": N_("To find the cause of a fault"),
    "check": N_("To check what clerks did"),
    "law": N_("The law asks for it"),
}
PLACES = {
    "account": N_("The account, masked"),
    "log": N_("What was done with the account"),
    "contact": N_("The contact given with a report"),
    "counter": N_("The account at the counter, masked"),
}

# Rows that other acts write: an extraction in the clear, which a second clerk approved.
WORDS = {
    **PLACES,
    **REASONS,
    "extract": N_("Your data, in a list"),
    "list": N_("A list the city hall needs, checked by a second clerk"),
}


def open_for(
    session: Session, resident_id: UUID, staff_id: UUID, *, place: str, reason: str, words: str
) -> ResidentLook:
    """Open it now, with the audit entry. The caller has seen that the clerk may."""
    if place not in PLACES or reason not in REASONS:
        raise ValueError(f"unknown place or reason: {place}, {reason}")
    minutes = current_app.extensions["mado.settings"].RESIDENT_OPEN_MINUTES
    find = registries().staff_department
    look = ResidentLook(
        resident_id=resident_id,
        staff_id=staff_id,
        department=find(staff_id) if find else "",
        place=place,
        reason=reason,
        words=words,
        until=now() + timedelta(minutes=minutes),
    )
    session.add(look)
    session.flush()
    who = ("resident", resident_id)
    audit.record(session, "access.opened", who, place=place, reason=reason, look=str(look.id))
    return look


def open_until(resident_id: UUID, staff_id: UUID, place: str) -> datetime | None:
    """Until when this is open to this clerk; None: closed."""
    found: datetime | None = (
        read()
        .execute(
            select(func.max(ResidentLook.until)).where(
                ResidentLook.staff_id == staff_id,
                ResidentLook.resident_id == resident_id,
                ResidentLook.place == place,
                ResidentLook.until > now(),
            )
        )
        .scalar()
    )
    return found


def close(session: Session, resident_id: UUID, staff_id: UUID) -> None:
    """The clerk is done before the time is over."""
    for look in session.scalars(
        select(ResidentLook).where(
            ResidentLook.staff_id == staff_id,
            ResidentLook.resident_id == resident_id,
            ResidentLook.until > now(),
        )
    ):
        look.until = now()
    audit.record(session, "access.closed", ("resident", resident_id))


def of(resident_id: UUID, most: int = 200) -> list[Row[Any]]:
    """Looks at this resident, the newest first: day, department, place, reason; no clerk's name."""
    found = (
        select(ResidentLook.at, ResidentLook.department, ResidentLook.place, ResidentLook.reason)
        .where(ResidentLook.resident_id == resident_id)
        .order_by(ResidentLook.at.desc())
        .limit(most)
    )
    return list(read().execute(found))
