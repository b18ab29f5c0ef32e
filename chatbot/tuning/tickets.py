"""Questions left for staff: encrypted, answered by mail where there is one, then forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from chatbot.tuning.models import AskedQuestion, QuestionTicket
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import N_, Conflict, NotFound

MAIL_KEPT = timedelta(days=30)  # after the answer: long enough to be asked what was said
KEPT = timedelta(days=180)


class AnsweredMeanwhile(Conflict):
    """A colleague was quicker."""

    message = N_("A colleague has answered this meanwhile.")


def leave(session: Session, words: str, mail: str | None, language: str) -> UUID:
    """Keep a question for staff. Nobody is named, also where somebody is signed in."""
    made = QuestionTicket(words=words, mail=mail or None, language=language)
    session.add(made)
    session.flush()
    audit.record(session, "question.left", ("question_ticket", made.id), actor=("visitor", None))
    return made.id


def words_of(turn: UUID) -> str:
    """The masked words of the question a turn was about; of the one before where it was a pick."""
    for _ in range(3):
        found = read().execute(
            select(AskedQuestion.text, AskedQuestion.after).where(AskedQuestion.id == turn)
        )
        row = found.one_or_none()
        if row is None or row.text or row.after is None:
            return row.text if row else ""
        turn = row.after
    return ""


def answer(session: Session, ticket_id: UUID, text: str, *, by: UUID | None) -> QuestionTicket:
    """Answer a ticket; by mail where there is an address. Raises AnsweredMeanwhile."""
    found = held(session, ticket_id)
    if found.answered_at is not None:
        raise AnsweredMeanwhile()
    found.answer, found.answered_at, found.answered_by = text, now(), by
    if found.mail:
        params = {"asked": found.words, "answer": text}
        outbox.post(session, "mail", found.mail, "chatbot_answer", params, language=found.language)
    audit.record(
        session, "question.answered", ("question_ticket", found.id), by_mail=bool(found.mail)
    )
    return found


def drafted(session: Session, ticket_id: UUID, key: str) -> None:
    """An answer has become the draft of an entry."""
    held(session, ticket_id).drafted = key


def held(session: Session, ticket_id: UUID) -> QuestionTicket:
    """The ticket under lock; NotFound."""
    found = session.get(QuestionTicket, ticket_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def forget() -> None:
    """A tick: addresses go a while after the answer, everything after half a year."""
    with transaction() as session:
        session.execute(
            update(QuestionTicket)
            .where(QuestionTicket.answered_at < now() - MAIL_KEPT, QuestionTicket.mail.is_not(None))
            .values(mail=None)
        )
        session.execute(delete(QuestionTicket).where(QuestionTicket.created_at < now() - KEPT))
