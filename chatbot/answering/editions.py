"""The states of the answers that can be asked (live, pilot, trial), renewed beside and swapped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from chatbot.dialogue.reply import Question, Reply
from portal.core import clock

if TYPE_CHECKING:
    from chatbot.dialogue.conversation import Dialogue

log = logging.getLogger(__name__)

LIVE = ""
LOOK_EVERY = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Edition:
    """What a state of the answers is made of: equal editions give equal answers.

    knowledge_number None is what is in force; release and learned are ids, "" for none.
    """

    version: str
    release: str = ""
    knowledge_number: int | None = None
    drafts: bool = False
    learned: str = ""


class Editions:
    """Answers by edition; the one being built never holds up those who ask."""

    def __init__(
        self,
        wanted: Callable[[], Mapping[str, Edition]],
        build: Callable[[Edition], Dialogue],
        today: Callable[[], date] = clock.today,
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        """wanted says which editions are out by the name Question.release gives them.

        let_go is called at the end, for what both hold open.
        """
        self._wanted = wanted
        self._build = build
        self._today = today
        self._let_go = let_go
        self._served: dict[str, tuple[Edition, Dialogue]] = {}
        self._stop = threading.Event()

    def turn(self, question: Question) -> Reply:
        """The reply of the edition asked for; of the live one where that is gone."""
        served = self._served
        edition, dialogue = served.get(question.release) or served[LIVE]
        return replace(dialogue.turn(question, self._today()), release=edition.release)

    def look(self) -> None:
        """Build what is wanted and not served yet, then let go of what is no longer wanted."""
        wanted = self._wanted()
        made: dict[str, tuple[Edition, Dialogue]] = {}
        for name, edition in wanted.items():
            made[name] = self._made(name, edition)
        # One assignment: a turn sees either all old or all new.
        self._served = made

    def watch(self) -> threading.Thread:
        """Look again every few seconds until stopped; a failure keeps what is served."""
        thread = threading.Thread(target=self._watch, name="editions", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        self._stop.set()
        self._let_go()

    def _made(self, name: str, edition: Edition) -> tuple[Edition, Dialogue]:
        known = self._served.get(name)
        return known if known and known[0] == edition else (edition, self._build(edition))

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            try:
                self.look()
            except Exception:
                # The database is away, or an edition can not be built: answer from the last one.
                log.exception("answering: could not renew the answers")
