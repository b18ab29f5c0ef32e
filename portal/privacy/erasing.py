"""Erasing an account: what foreign keys do not take with it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.core.web.kept_forms import KeptForm
from portal.core.web.sessions import SessionRow
from portal.mypage.models import TodoAct
from portal.residents.models import Person
from portal.residents.sharing_models import CardChange

NOBODY = UUID(int=0)  # who did it has no account any more


def leave_no_trace(session: Session, resident_id: UUID) -> None:
    """Their number goes from what stays with others: shared cards and what was done for them."""
    session.execute(
        delete(SessionRow).where(
            SessionRow.face == "resident", SessionRow.subject_id == resident_id
        )
    )
    session.execute(delete(KeptForm).where(KeptForm.resident_id == resident_id))
    session.execute(update(CardChange).where(CardChange.by == resident_id).values(by=NOBODY))
    _acts_of_nobody(session, resident_id)


def _acts_of_nobody(session: Session, resident_id: UUID) -> None:
    """What was done for a child stays done; a second act of nobody about it would be a double."""
    taken = (
        select(TodoAct.person_id, TodoAct.service, TodoAct.occurrence)
        .where(TodoAct.by == NOBODY, TodoAct.undone_at.is_(None))
        .subquery()
    )
    double = (
        (TodoAct.person_id == taken.c.person_id)
        & (TodoAct.service == taken.c.service)
        & (TodoAct.occurrence == taken.c.occurrence)
    )
    theirs = TodoAct.by == resident_id
    doubles = select(TodoAct.id).join(taken, double).where(theirs, TodoAct.undone_at.is_(None))
    session.execute(delete(TodoAct).where(TodoAct.id.in_(doubles)))
    others = select(Person.id).where(Person.resident_id != resident_id)
    session.execute(update(TodoAct).where(theirs, TodoAct.person_id.in_(others)).values(by=NOBODY))
