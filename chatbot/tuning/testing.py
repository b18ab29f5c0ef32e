"""Test questions of staff: which question shall lead to which entry, and whether it does."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chatbot.answering.client import AnswerClient
from chatbot.dialogue.reply import Question
from chatbot.knowledge.store import load_knowledge
from chatbot.tuning import figures
from chatbot.tuning.figures import Outcome
from chatbot.tuning.grouping import folded
from chatbot.tuning.masking import masked
from chatbot.tuning.models import TestQuestion
from chatbot.tuning.serving import LIVE, Served, served
from portal.core import audit
from portal.core.db import read
from portal.core.errors import N_, MadoError, NotFound, TryLater
from portal.core.settings import Settings

MOST = 2_000  # a run stands in a request: 2,000 questions take about eight seconds
LONGEST = 200


class UnfitQuestion(MadoError):
    """Words that are no question to test with."""

    message = N_("Please write a short question.")


class NotServed(TryLater):
    """The answering process has not loaded the release yet."""

    message = N_("This release is being loaded. Please try again in a few seconds.")


@dataclass(frozen=True)
class Line:
    """One test question with its outcome, if it was run."""

    question: TestQuestion
    outcome: Outcome | None


def add(
    session: Session,
    key: str,
    text: str,
    *,
    by: UUID | None,
    origin: str = "staff",
    language: str = "ja",
) -> UUID | None:
    """One more test question of an entry; None where it is there already. Words are masked."""
    if load_knowledge().find(key) is None:
        raise NotFound()
    words = masked(text, LONGEST + 1)
    if not folded(words) or len(words) > LONGEST:
        raise UnfitQuestion()
    values = {"key": key, "text": words, "folded": folded(words), "by": by}
    made = insert(TestQuestion).values(**values, origin=origin, language=language)
    found: UUID | None = session.execute(
        made.on_conflict_do_nothing().returning(TestQuestion.id)
    ).scalar()
    if found:
        audit.record(session, "test_question.added", ("answer", key), origin=origin)
    return found


def remove(session: Session, question_id: UUID) -> str:
    """Take a test question away; the key of its entry."""
    key: str | None = session.execute(
        delete(TestQuestion).where(TestQuestion.id == question_id).returning(TestQuestion.key)
    ).scalar()
    if key is None:
        raise NotFound()
    audit.record(session, "test_question.removed", ("answer", key))
    return key


def questions(key: str | None = None) -> list[TestQuestion]:
    """Test questions, of one entry or of all, in the order of entries."""
    wanted = select(TestQuestion).order_by(TestQuestion.key, TestQuestion.at).limit(MOST)
    if key is not None:
        wanted = wanted.where(TestQuestion.key == key)
    with Session(read()) as session:
        return list(session.scalars(wanted))


def run(asked: Iterable[TestQuestion], release: str = LIVE) -> list[Outcome]:
    """Ask them all of a release. Raises AnswersUnavailable, NotServed."""
    settings: Settings = current_app.extensions["mado.settings"]
    client, out = AnswerClient(settings.ANSWERS_SOCKET), served().get(release)
    written = spoken()
    return [_ask(client, one, release, out, folded(one.text) in written) for one in asked]


def _ask(
    client: AnswerClient, one: TestQuestion, release: str, out: Served | None, written: bool
) -> Outcome:
    begun = time.perf_counter()
    reply = client.turn(Question(one.text, one.language, release=release))
    took = (time.perf_counter() - begun) * 1000
    if reply.release != (out.id if out else ""):
        raise NotServed()
    learned = out is not None and bool(out.learned) and not figures.held_out(one.folded)
    return Outcome(
        id=str(one.id),
        wanted=one.key,
        ranking=figures.ranking(reply),
        sure=figures.is_sure(reply),
        seen=written or learned,
        ms=took,
    )


def spoken() -> frozenset[str]:
    """Questions and aliases as written: finding these again proves nothing."""
    texts = (text for entry in load_knowledge().entries for text in entry.texts.values())
    return frozenset(folded(words) for text in texts for words in (text.question, *text.aliases))


def lines(asked: Iterable[TestQuestion], outcomes: Iterable[Outcome]) -> list[Line]:
    """Each question beside its outcome."""
    found: Mapping[str, Outcome] = {one.id: one for one in outcomes}
    return [Line(question, found.get(str(question.id))) for question in asked]
