"""What a resident does about a to-do: done, not for us, later, undo; each with its audit entry."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.load import load_catalogue
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, MadoError, NotFound
from portal.mypage.models import Kind, TodoAct
from portal.residents.family import CardPart, own_person

LONGEST_WAIT = timedelta(days=366)
OCCURRENCE = re.compile(
    r"(\d{4}(-\d\d-\d\d)?)?", re.ASCII
)  # "", a fiscal year, or a window's first day


class KeepsNoAct(Conflict):
    """Services about illness, disability or family trouble leave no trace of a person."""

    message = N_("For this service nothing is kept about you, so it can not be checked off.")


class NotThen(MadoError):
    """The day to be reminded is not a day to come within a year."""

    message = N_("Please choose a day within a year from now.")


def complete(
    session: Session, resident_id: UUID, person_id: UUID, service: str, occurrence: str
) -> TodoAct:
    """It is done."""
    return _act(session, resident_id, person_id, service, occurrence, Kind.DONE)


def dismiss(
    session: Session, resident_id: UUID, person_id: UUID, service: str, occurrence: str
) -> TodoAct:
    """It does not concern this person."""
    return _act(session, resident_id, person_id, service, occurrence, Kind.DISMISSED)


def postpone(
    session: Session,
    resident_id: UUID,
    person_id: UUID,
    service: str,
    occurrence: str,
    *,
    until: date,
    today: date,
) -> TodoAct:
    """Hide it until a day; NotThen unless that day lies within a year from `today`."""
    if not today < until <= today + LONGEST_WAIT:
        raise NotThen()
    return _act(session, resident_id, person_id, service, occurrence, Kind.POSTPONED, until)


def undo(
    session: Session, resident_id: UUID, person_id: UUID, service: str, occurrence: str
) -> None:
    """Take back the act that stands; harmless when there is none any more."""
    _touchable(session, resident_id, person_id, service, occurrence)
    standing = _standing(session, person_id, service, occurrence)
    if standing is not None:
        standing.undone_at = now()
    audit.record(
        session,
        "todo.undone",
        ("person", person_id),
        service=service,
        was=standing.kind if standing else None,
    )


def _act(
    session: Session,
    resident_id: UUID,
    person_id: UUID,
    service: str,
    occurrence: str,
    kind: Kind,
    until: date | None = None,
) -> TodoAct:
    _touchable(session, resident_id, person_id, service, occurrence)
    standing = _standing(session, person_id, service, occurrence)
    if standing is not None:
        standing.undone_at = now()
        session.flush()
    act = TodoAct(
        person_id=person_id,
        service=service,
        occurrence=occurrence,
        kind=kind,
        until=until,
        by=resident_id,
    )
    session.add(act)
    session.flush()
    audit.record(session, _AUDITED[kind], ("person", person_id), service=service)
    return act


_AUDITED = {
    Kind.DONE: "todo.completed",
    Kind.DISMISSED: "todo.dismissed",
    Kind.POSTPONED: "todo.postponed",
}


def _touchable(
    session: Session, resident_id: UUID, person_id: UUID, service: str, occurrence: str
) -> None:
    """The person is of this family (locked meanwhile), the service exists and may keep acts."""
    own_person(session, resident_id, person_id)
    found = load_catalogue().find(service)
    if found is None or not OCCURRENCE.fullmatch(occurrence):
        raise NotFound()
    if found.sensitive:
        raise KeepsNoAct()


def _standing(session: Session, person_id: UUID, service: str, occurrence: str) -> TodoAct | None:
    return session.scalar(
        select(TodoAct).where(
            TodoAct.person_id == person_id,
            TodoAct.service == service,
            TodoAct.occurrence == occurrence,
            TodoAct.undone_at.is_(None),
        )
    )


class ActsOfCard(CardPart):
    """Acts go with a removed card and come back with it."""

    name = "todo_acts"

    def save(self, session: Session, person_id: UUID) -> list[dict[str, Any]]:
        """Every act, standing or undone."""
        rows = session.scalars(select(TodoAct).where(TodoAct.person_id == person_id))
        return [
            {
                "service": row.service,
                "occurrence": row.occurrence,
                "kind": row.kind,
                "until": row.until and row.until.isoformat(),
                "by": str(row.by),
                "at": row.at.isoformat(),
                "undone_at": row.undone_at and row.undone_at.isoformat(),
            }
            for row in rows
        ]

    def restore(self, session: Session, person_id: UUID, rows: list[dict[str, Any]]) -> None:
        """The same acts for the same person."""
        for row in rows:
            until, undone = row["until"], row["undone_at"]
            session.add(
                TodoAct(
                    person_id=person_id,
                    service=row["service"],
                    occurrence=row["occurrence"],
                    kind=row["kind"],
                    until=date.fromisoformat(until) if until else None,
                    by=UUID(row["by"]),
                    at=datetime.fromisoformat(row["at"]),
                    undone_at=datetime.fromisoformat(undone) if undone else None,
                )
            )
