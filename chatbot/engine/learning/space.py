"""The space in which questions and documents are compared before and after learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.engine.bridge import Side, bridge, even, unit
from chatbot.engine.learning.words import Bag, WordSpace, word_space
from chatbot.engine.meaning import FEWEST_PAIRS, Spoken, Text
from chatbot.engine.memory import give_back
from chatbot.engine.ranking import Document, texts_of
from chatbot.engine.sentences import sentences
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder, Vectors

# The bridge orders its directions by how well a question tells its answer in them; the later
# ones say nothing.
WIDTH = 256
# A document lies where its question lies, drawn towards its answer.
ANSWER_WEIGHT = 0.7
# Words count less than the meaning of the whole, also for their number of directions.
WORD_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class Described:
    """Documents as they are before any space: vectors of questions and answers, and words."""

    questions: Vectors
    answers: Vectors
    bags: Sequence[Bag]


@dataclass(frozen=True, slots=True)
class Space:
    """Puts questions and documents side by side; kept with what was learned in it.

    Made of other documents it would be turned otherwise, and what was learned would be lost.
    """

    asked: Side
    told: Side
    words: WordSpace

    @property
    def width(self) -> int:
        return int(self.asked.turn.shape[1] + self.words.turn.shape[1])

    def questions(self, vectors: Vectors, words: Sequence[Sequence[str]]) -> Vectors:
        """Where questions lie (questions, width), by their vectors and content words."""
        meant = self.asked.of(vectors)
        said = np.stack([self.words.question(some) for some in words])
        return _joined(meant, said)

    def documents(self, described: Described) -> Vectors:
        """Where documents lie (documents, width)."""
        question = self.asked.of(described.questions)
        answer = self.told.of(described.answers)
        return _joined(
            unit(question + ANSWER_WEIGHT * answer), self.words.documents(described.bags)
        )


def describe(documents: Sequence[Document], analyzer: Analyzer, encoder: Encoder) -> Described:
    """What the space needs to know of documents."""
    cut = {
        text: [token.word for token in tokens]
        for text, tokens in analyzer.tokens_of(texts_of(documents)).items()
    }
    parts = [sentences(one.answer) for one in documents]
    bags = [
        Bag(cut[one.question], [word for text in texts for word in cut[text]])
        for one, texts in zip(documents, parts, strict=True)
    ]
    questions = encoder.texts([one.question for one in documents])
    texts = [Text(d.question, d.aliases, s) for d, s in zip(documents, parts, strict=True)]
    answers = Spoken(texts, encoder).middles(questions)
    encoder.release()
    give_back()
    return Described(questions, answers, bags)


def space_of(described: Described) -> Space:
    """The space of these documents, found without any label."""
    questions, answers = described.questions, described.answers
    if len(questions) < FEWEST_PAIRS:
        return Space(even(questions), even(answers), word_space(described.bags))
    asked, told = bridge(questions, answers)
    return Space(_first(asked), _first(told), word_space(described.bags))


def _first(side: Side) -> Side:
    return Side(side.middle, np.ascontiguousarray(side.turn[:, :WIDTH]))


def _joined(meant: Vectors, said: Vectors) -> Vectors:
    joined: Vectors = np.concatenate([meant, WORD_WEIGHT * said], axis=1).astype(np.float32)
    return joined
