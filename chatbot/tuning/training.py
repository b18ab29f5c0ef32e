"""Learns weights from labels: asked for by a clerk or at night, done by a worker, kept as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from chatbot.knowledge.store import load_knowledge
from chatbot.tuning.labels import Labelled, labelled
from chatbot.tuning.models import LearnedWeights
from portal.core import audit, jobs
from portal.core.clock import in_tokyo, now
from portal.core.db import read, transaction
from portal.core.errors import N_, Conflict

log = structlog.get_logger(__name__)

WORK = "chatbot.tuning.training.work"
NIGHT = 3  # o'clock in Japan
# Labels lift their answers as aliases do from the first one on; fewer are not worth a release.
FEWEST = 20
NEWER = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Label:
    """A question with the grades of its right answers, as the learner reads it."""

    query: str
    grades: dict[str, int]


class TooFewLabels(Conflict):
    """There is not enough to learn from."""

    message = N_("There are too few labels to learn from. Write more test questions first.")


def ask(session: Session, *, by: UUID | None) -> LearnedWeights:
    """Ask for a training. Raises TooFewLabels."""
    count = len(labelled(session))
    if count < FEWEST:
        raise TooFewLabels()
    made = LearnedWeights(by=by, labels=count)
    session.add(made)
    session.flush()
    audit.record(session, "answers.training_asked", ("learned_weights", made.id), labels=count)
    jobs.ring(session, WORK, made.id, queue="bulk")
    return made


def work(weights_id: str) -> None:
    """The job: harmless twice, a done training stays."""
    with transaction() as session:
        row = session.get(LearnedWeights, UUID(weights_id), with_for_update=True)
        if row is None or row.done_at is not None:
            return
        known = labelled(session)
        row.labels = len(known)
        try:
            if len(known) < FEWEST:  # some may have gone since it was asked for
                raise TooFewLabels()
            row.model = _trained(known)
        except TooFewLabels as error:
            row.fault = type(error).__name__
        except Exception as error:  # a fault of the learner is said on the page, not retried
            log.exception("tuning.training_failed")
            row.fault = type(error).__name__
        row.done_at = now()


def nightly() -> None:
    """A tick: at night, when there are other labels than the last training had."""
    if in_tokyo(now()).hour != NIGHT:
        return
    with transaction() as session:
        last = session.scalar(select(LearnedWeights).order_by(LearnedWeights.at.desc()).limit(1))
        count = len(labelled(session))
        if count < FEWEST or (last and (last.labels == count or last.at > now() - NEWER)):
            return
        ask(session, by=None)


def every(limit: int = 20) -> list[LearnedWeights]:
    """Trainings, the newest first."""
    with Session(read()) as session:
        newest = select(LearnedWeights).order_by(LearnedWeights.at.desc()).limit(limit)
        return list(session.scalars(newest))


def _trained(known: Labelled) -> bytes:
    """Only workers load the learner, the dictionary and the vectors."""
    from chatbot.engine.cache import cache_folder
    from chatbot.engine.learning.storing import to_bytes
    from chatbot.engine.learning.training import train
    from chatbot.engine.ranking import Document
    from chatbot.engine.tokens import Analyzer
    from chatbot.engine.vectors import Encoder

    knowledge = load_knowledge()
    documents = [
        Document(entry.key, said.question, said.aliases, said.answer)
        for entry in knowledge.entries
        for said in [entry.text("ja")]  # labels are learned for Japanese, as they are asked
    ]
    questions = [Label(query, grades) for query, grades in known]
    analyzer, encoder = Analyzer(knowledge.stop_words, cache_folder()), Encoder(cache_folder())
    return to_bytes(train(documents, questions, analyzer, encoder, knowledge.synonyms))
