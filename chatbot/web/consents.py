"""Whether a resident wants answers on the web to look at the own family: asked once, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import audit
from portal.core.clock import now
from portal.core.db import Base, rows
from portal.core.errors import N_
from portal.core.merging import Preview, Steps
from portal.core.personal_data import PersonalData, table_part

GIVEN = "SELECT 1 FROM answer_consents WHERE resident_id = %(resident)s"


class AnswerConsent(Base):
    """A resident agreed that answers may name the dates of the own family."""

    __tablename__ = "answer_consents"

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(default=now)


def has_given(resident_id: UUID) -> bool:
    """Whether the resident agreed, and still does."""
    return bool(rows(GIVEN, {"resident": resident_id}))


def give(session: Session, resident_id: UUID) -> None:
    """From now on answers look at the family. Harmless twice."""
    session.execute(insert(AnswerConsent).values(resident_id=resident_id).on_conflict_do_nothing())
    _record(session, "answers.family_allowed", resident_id)


def take_back(session: Session, resident_id: UUID) -> None:
    """From now on they do not."""
    session.execute(delete(AnswerConsent).where(AnswerConsent.resident_id == resident_id))
    _record(session, "answers.family_refused", resident_id)


def _record(session: Session, what: str, resident_id: UUID) -> None:
    whose = ("resident", resident_id)
    audit.record(session, what, whose, actor=whose)


class AnswerConsents:
    """The part of `registries.merge_parts`: each account is asked for itself."""

    columns: Mapping[str, str] = {
        "answer_consents.resident_id": "The account that stays keeps its own answer to it.",
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Nothing to read."""
        return Preview()

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """Nothing moves: a yes is only for what was seen when it was given."""


DATA = PersonalData(
    parts=(
        table_part(
            "answer_consents",
            N_("Answers may look at your family"),
            AnswerConsent.resident_id,
            {"at": N_("Date")},
        ),
    )
)
