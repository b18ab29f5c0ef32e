"""Asking how easy something was: after a task, at most once in 90 days, stored without who."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import g, request, session
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.clock import today
from portal.core.db import read
from portal.core.web.access import current_viewer
from portal.insight.forms import QuestionForm
from portal.insight.models import SurveyAnswer, SurveyAsk

AGAIN = timedelta(days=90)
WORDS_FOR = timedelta(days=365)
TASKS = ("todo", "visit", "answer")
PLACES = ("mypage", "visits", "chat")  # blueprints: where tasks end, never where one leaves
WAITING = "survey"  # in the session: after which task the question stands on the pages


def after(task: str) -> None:
    """Who is signed in has done something: the next pages ask, if it is time to."""
    viewer = current_viewer()
    if viewer.kind != "resident" or viewer.id is None or WAITING in session:
        return
    if _due(viewer.id):
        session[WAITING] = task


def _due(resident_id: UUID) -> bool:
    """Counted as asked then, also to who never answers. Only the day is kept."""
    row = insert(SurveyAsk).values(resident_id=resident_id, asked_on=today())
    counted = row.on_conflict_do_update(
        index_elements=[SurveyAsk.resident_id],
        set_={"asked_on": today()},
        where=SurveyAsk.asked_on <= today() - AGAIN,
    )
    return read().execute(counted.returning(SurveyAsk.asked_on)).scalar() is not None


def waiting() -> str | None:
    """After which task this browser is asked; None when it is not."""
    found = session.get(WAITING)
    return found if found in TASKS else None


def no_more() -> None:
    """Answered or put away."""
    session.pop(WAITING, None)


def on_pages() -> dict[str, Any]:
    """What the layout needs to ask; a form that was sent and is wrong is the page's own."""
    viewer = g.get("viewer")  # none in mails, which have no page around them
    if viewer is None or viewer.kind != "resident" or request.blueprint not in PLACES:
        return {}
    if waiting() is None:
        return {}
    return {"survey_form": QuestionForm(formdata=None)}


def keep(db: Session, task: str, form: QuestionForm) -> None:
    """A row of its own: no resident, no moment, no audit entry that says who was here now."""
    db.add(
        SurveyAnswer(
            day=today(),
            task=task,
            ease=int(form.survey_ease.data),
            satisfaction=int(form.survey_satisfaction.data or 0) or None,
            words=form.survey_words.data or None,
        )
    )


def sweep() -> None:
    """A tick: words of a year ago go; figures stay."""
    old = SurveyAnswer.day < today() - WORDS_FOR
    read().execute(
        update(SurveyAnswer).where(old, SurveyAnswer.words.is_not(None)).values(words=None)
    )
