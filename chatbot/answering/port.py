"""The answering port, and the way to answer in this process."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Protocol

from chatbot.dialogue.reply import Question, Reply
from portal.core import clock

if TYPE_CHECKING:
    # Only named here: loading it would bring the whole engine into web workers.
    from chatbot.dialogue.conversation import Dialogue


class Answers(Protocol):
    """Somebody who answers questions."""

    def turn(self, question: Question) -> Reply:
        """The reply to a question. Raises AnswersUnavailable."""
        ...


class LocalAnswers:
    """Answers in this process, for the command line and tests."""

    def __init__(self, dialogue: "Dialogue", today: Callable[[], date] | None = None) -> None:
        self._dialogue = dialogue
        self._today = today or clock.today

    def turn(self, question: Question) -> Reply:
        return self._dialogue.turn(question, self._today())
