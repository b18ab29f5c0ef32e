"""What a resident does about a to-do: done, not for us, later, undo; each with its audit entry."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.catalogue.load import load_catalogue
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, Forbidden, MadoError, NotFound
from portal.mypage.models import Kind, TodoAct
from portal.mypage.whose import tells_of_home
from portal.residents.holding import Held, held
from portal.residents.parts import CardPart
from portal.residents.rights import Act, may

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
    """Take back the act that stands; harmless when there is none any more.

    Another parent's check-off is taken back by the card's owner only (Forbidden for the others).
    """
    card = _touchable(session, resident_id, person_id, service, occurrence, Act.SET_ASIDE)
    standing = _standing(session, person_id, service, occurrence)
    mine = [act for act in standing if act.by == resident_id]
    if not mine and not tells_of_home(load_catalogue().service(service)):
        mine = [act for act in standing if act.kind == Kind.DONE]
        if mine and not may(card.role, Act.UNDO_OTHERS):
            raise Forbidden(N_("Only the other parent can take this back."))
    for act in mine:
        act.undone_at = now()
    was = mine[0].kind if mine else None
    audit.record(session, "todo.undone", ("person", person_id), service=service, was=was)


def _act(
    session: Session,
    resident_id: UUID,
    person_id: UUID,
    service: str,
    occurrence: str,
    kind: Kind,
    until: date | None = None,
) -> TodoAct:
    right = Act.CHECK_OFF if kind is Kind.DONE else Act.SET_ASIDE
    _touchable(session, resident_id, person_id, service, occurrence, right)
    for standing in _standing(session, person_id, service, occurrence):
        if standing.by == resident_id:
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
    session: Session, resident_id: UUID, person_id: UUID, service: str, occurrence: str, act: Act
) -> Held:
    """The resident may do this to the card (locked meanwhile); the service may keep acts."""
    card = held(session, resident_id, person_id, act)
    found = load_catalogue().find(service)
    if found is None or not OCCURRENCE.fullmatch(occurrence):
        raise NotFound()
    if found.sensitive:
        raise KeepsNoAct()
    return card


def _standing(session: Session, person_id: UUID, service: str, occurrence: str) -> list[TodoAct]:
    """The acts that stand about a to-do; of a shared card each parent may have one."""
    rows = select(TodoAct).where(
        TodoAct.person_id == person_id,
        TodoAct.service == service,
        TodoAct.occurrence == occurrence,
        TodoAct.undone_at.is_(None),
    )
    return list(session.scalars(rows))


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

    def forget(self, session: Session, person_id: UUID, resident_id: UUID) -> None:
        """What somebody hid or put off was for their own page; what is done stays done."""
        session.execute(
            delete(TodoAct).where(
                TodoAct.person_id == person_id,
                TodoAct.by == resident_id,
                TodoAct.kind != Kind.DONE,
            )
        )

    def hand_over(self, session: Session, person_id: UUID, target: UUID) -> None:
        """Done things come along; what a parent hid or put off does not."""
        mine = TodoAct.person_id == person_id
        standing = TodoAct.undone_at.is_(None) & (TodoAct.kind == Kind.DONE)
        session.execute(delete(TodoAct).where(mine, ~standing))
        if person_id != target:
            session.execute(update(TodoAct).where(mine).values(person_id=target))
