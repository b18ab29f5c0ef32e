"""Answers of residents without who gave them, and when each resident was last asked."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class SurveyAnswer(Base):
    """One answer: a day, a kind of task, figures, words. The id is random (UUIDv4).

    Ids of all other records carry their moment; here it would lead back to who was there then.
    """

    __tablename__ = "survey_answers"
    __table_args__ = (
        CheckConstraint("task IN ('todo','visit','answer')", name="task"),
        CheckConstraint("ease BETWEEN 1 AND 7", name="ease"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        Index(None, "day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    day: Mapped[date]
    task: Mapped[str]
    ease: Mapped[int]
    satisfaction: Mapped[int | None]
    words: Mapped[str | None]


class SurveyAsk(Base):
    """On which day a resident was last asked; whether they answered is not kept."""

    __tablename__ = "survey_asks"

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    asked_on: Mapped[date]
