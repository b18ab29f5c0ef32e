"""How near a question is in meaning to each document's questions, answer and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from chatbot.engine.bridge import Side, bridge, crowding, even, narrowed, unit
from chatbot.engine.index import Scores
from chatbot.engine.memory import give_back
from chatbot.engine.vectors import Encoder, Vectors

# A sentence in so many answers (opening hours, "please ask the desk") tells none of them apart.
COMMON_SENTENCE = 5
SHORTEST_SENTENCE = 6
# With fewer pairs the bridge learns the pairs by heart (measured on parts of a public set: below
# 300 the first answer is right less often, from 400 more often).
FEWEST_PAIRS = 300
# How far a nearer alias lifts what compares with the written question. Not wholly: an alias is
# short, and short texts lie near to many.
ALIAS_SHARE = 0.75
# What lies near to everything is found by everybody; so much of that is taken off. Measured on a
# public set; flat from .4 to .6.
CROWDED = 0.55
# Without a bridge likenesses to questions spread less; this brings them to one scale.
STRETCH = 1.3
# So many sentences show how all are spread.
SAMPLE = 3000
# Half of the directions tell as much about sentences as all. Of few sentences all are kept: what
# they do not speak of shows in the others.
SENTENCE_WIDTH = 256
MANY = 4 * SENTENCE_WIDTH
PART = 512


@dataclass(frozen=True, slots=True)
class Text:
    """What of one document is compared: its question, other ways to ask, its sentences."""

    question: str
    aliases: Sequence[str]
    sentences: Sequence[str]


class _Rows:
    """Vectors of several documents' texts and the nearest one of each document."""

    def __init__(self, vectors: Vectors, owners: Sequence[int], size: int) -> None:
        self._vectors = vectors
        self._size = size
        self._owners = np.asarray(owners, dtype=np.int64)
        starts = np.flatnonzero(np.diff(self._owners, prepend=-1))
        self._starts: npt.NDArray[np.int64] = starts.astype(np.int64)

    def nearest(self, vector: Vectors) -> Scores:
        """For every document the cosine of its nearest text, 0 where there is none."""
        found = np.zeros(self._size, dtype=np.float32)
        if len(self._starts):
            near = np.maximum.reduceat(self._vectors @ vector, self._starts)
            found[self._owners[self._starts]] = np.maximum(near, 0)
        return found


class MeaningIndex:
    """Compares by vectors; built once, then only read."""

    def __init__(self, documents: Sequence[Text], encoder: Encoder) -> None:
        questions = encoder.texts([one.question for one in documents])
        spoken = Spoken(documents, encoder)
        answers = spoken.middles(questions)
        self._even = even(questions)
        self._questions = self._even.of(questions)
        self._aliases = self._rows_of_aliases(documents, encoder, self._even)
        self._over = _Over(questions, answers, self._even)
        self._asked_aliases = self._rows_of_aliases(documents, encoder, self._over.asked)
        self._sentence, self._sentences = spoken.rows()
        encoder.release()
        give_back()

    def columns(self, vector: Vectors) -> Mapping[str, Scores]:
        """Cosines of every document to a question's vector, by what was compared.

        "asked" and "answer" are over the bridge, aliases and crowding counted.
        """
        plain, over = self._even.of(vector), self._over.asked.of(vector)
        return {
            "question": self._questions @ plain,
            "asked": self._over.questions(over, self._asked_aliases.nearest(over)),
            "answer": self._over.answers(over),
            "sentence": self._sentences.nearest(self._sentence.of(vector)),
            "alias": self._aliases.nearest(plain),
        }

    def likeness(self, place: int, others: Sequence[int]) -> Scores:
        """Cosines of one document's question to those of others."""
        found: Scores = self._questions[list(others)] @ self._questions[place]
        return found

    def _rows_of_aliases(self, documents: Sequence[Text], encoder: Encoder, side: Side) -> _Rows:
        pairs = [(i, alias) for i, one in enumerate(documents) for alias in one.aliases]
        vectors = side.of(encoder.texts([alias for _, alias in pairs]))
        return _Rows(vectors, [owner for owner, _ in pairs], len(documents))


class _Over:
    """Written questions and answers where both can be compared with what is asked."""

    def __init__(self, questions: Vectors, answers: Vectors, evened: Side) -> None:
        self._bridged = len(questions) >= FEWEST_PAIRS
        if self._bridged:
            self.asked, told = bridge(questions, answers)
        else:
            self.asked, told = evened, even(answers)
        self._questions, self._answers = self.asked.of(questions), told.of(answers)
        if self._bridged:
            crowded = crowding(self._questions, self._questions, own=True)
            self._crowded_questions = CROWDED * crowded
            self._crowded_answers = CROWDED * crowding(self._answers, self._questions)

    def questions(self, over: Vectors, aliases: Scores) -> Scores:
        """How near each document's question is; aliases says how near its nearest alias is."""
        near: Scores = self._questions @ over
        near = near + ALIAS_SHARE * np.maximum(aliases - near, 0)
        return near - self._crowded_questions if self._bridged else STRETCH * near

    def answers(self, over: Vectors) -> Scores:
        near: Scores = self._answers @ over
        return near - self._crowded_answers if self._bridged else near


class Spoken:
    """The sentences of all answers."""

    def __init__(self, documents: Sequence[Text], encoder: Encoder) -> None:
        self._documents = documents
        self._encoder = encoder
        self._known = Counter(text for one in documents for text in set(one.sentences))

    def middles(self, instead: Vectors) -> Vectors:
        """Each answer's middle of its sentences; of documents without any, what is given instead.

        A rare and long sentence tells more about its answer than a common and short one.
        """
        middles = instead.copy()
        for place, one in enumerate(self._documents):
            if one.sentences:
                worth = [sqrt(len(text) + 1) / self._known[text] for text in one.sentences]
                rows = self._encoder.texts(one.sentences)
                middles[place] = np.asarray(worth, dtype=np.float32) @ rows
        return unit(middles)

    def rows(self) -> tuple[Side, _Rows]:
        """The sentences that tell their answer from others, in a space of their own."""
        kept = [
            (owner, text)
            for owner, one in enumerate(self._documents)
            for text in dict.fromkeys(one.sentences)
            if len(text) > SHORTEST_SENTENCE and self._known[text] < COMMON_SENTENCE
        ]
        texts = [text for _, text in kept]
        every = len(texts) // SAMPLE + 1
        sample = self._encoder.texts(texts[::every] or [""])
        side = narrowed(sample, SENTENCE_WIDTH) if len(sample) >= MANY else even(sample)
        vectors = np.empty((len(texts), side.turn.shape[1]), dtype=np.float32)
        # In parts: turning all at once would need three times the memory.
        for start in range(0, len(texts), PART):
            part = slice(start, start + PART)
            vectors[part] = side.of(self._encoder.texts(texts[part]))
        return side, _Rows(vectors, [owner for owner, _ in kept], len(self._documents))
