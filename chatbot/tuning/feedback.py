"""Takes what people say to an answer: whether it helped, once; why not; in masked words."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question, Reply
from chatbot.tuning import saying
from chatbot.tuning.log import turn_id
from chatbot.tuning.masking import masked
from chatbot.tuning.models import AskedQuestion
from portal.core.db import transaction

LONGEST_WORDS = 200


def hear(question: Question) -> Reply | None:
    """The reply to a pressed button or to awaited words; None where it is a question.

    Raises AnswersUnavailable when it could not be kept.
    """
    context = {name: said for name, said in question.context.items() if name != saying.TELLING}
    pressed = saying.read(question.payload)
    telling = turn_id(question.context.get(saying.TELLING, ""))
    if pressed:
        _keep(pressed)
        return saying.said_back(pressed, question.language, context)
    if telling and not question.payload and question.text.strip():
        _try(
            telling, {"words": masked(question.text, LONGEST_WORDS)}, AskedQuestion.words.is_(None)
        )
        return saying.thanks_for_words(question.language, context)
    return None


def _keep(pressed: saying.Pressed) -> None:
    turn = turn_id(pressed.turn)
    if turn is None:
        return
    if pressed.step in (saying.YES, saying.NO):
        # Once for each answer: who presses again is thanked again.
        _try(turn, {"solved": pressed.step == saying.YES}, AskedQuestion.solved.is_(None))
    elif pressed.step in saying.REASONS:
        _try(turn, {"reason": pressed.step}, AskedQuestion.reason.is_(None))


def _try(turn: UUID, values: dict[str, object], once: object) -> None:
    wanted = update(AskedQuestion).where(AskedQuestion.id == turn, once)  # type: ignore[arg-type]
    if "solved" not in values:
        wanted = wanted.where(AskedQuestion.solved.is_(False))
    try:
        with transaction() as session:
            session.execute(wanted.values(**values))
    except DBAPIError as error:
        raise AnswersUnavailable(type(error).__name__) from error
