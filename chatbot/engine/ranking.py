"""Ranks a set of written answers for a question and shows the sentence that matched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.engine.index import Field, LexicalIndex
from chatbot.engine.phrases import PhraseBook
from chatbot.engine.sentences import best_sentence, sentences
from chatbot.engine.synonyms import Synonyms
from chatbot.engine.tokens import Analyzer, Token, phrase_key

QUESTION_TIMES = 3
PHRASE_WEIGHT = 0.4
# Likeness of a phrase that staff wrote letter for letter; above all others.
WRITTEN = 2.0
# What the conversation spoke about before counts less than what is asked now.
EARLIER_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Document:
    """One answer to rank: its question, other ways to ask it, and its text."""

    key: str
    question: str
    aliases: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One ranked answer.

    score orders and can be compared between questions (0 nothing, about 1 all words fit);
    likeness is how near the nearest phrase is (1 = the same content words, 2 = the same letters).
    """

    key: str
    score: float
    likeness: float
    sentence: str


class Ranker:
    """Ranks documents of one language; build once, read by one thread."""

    def __init__(
        self,
        documents: Sequence[Document],
        analyzer: Analyzer,
        synonyms: Iterable[Sequence[str]] = (),
    ) -> None:
        """synonyms are groups of phrases that mean the same."""
        self._documents = list(documents)
        self._analyzer = analyzer
        self._written = _owners_of_phrases(self._documents)
        phrases = [
            [analyzer.tokens(text) for text in (one.question, *one.aliases)]
            for one in self._documents
        ]
        self._sentences = [sentences(one.answer) for one in self._documents]
        self._spoken = [[analyzer.tokens(text) for text in texts] for texts in self._sentences]
        fields = [_fields(p, s) for p, s in zip(phrases, self._spoken, strict=True)]
        groups = [[tuple(analyzer.words(phrase)) for phrase in group] for group in synonyms]
        tokens = (field.tokens for document in fields for field in document)
        self._index = LexicalIndex(fields, Synonyms(groups, tokens))
        self._phrases = PhraseBook(phrases, self._index)

    def rank(self, question: str, limit: int = 10, earlier: str = "") -> list[Match]:
        """The best answers for a question, best first; documents without any fit are left out.

        earlier is what the conversation was about, so that "its fee?" finds the right fee.
        """
        asked = self._analyzer.tokens(question)
        likeness = self._phrases.scores(asked)
        for place in self._written.get(phrase_key(question), ()):
            likeness[place] = WRITTEN
        # What staff wrote letter for letter comes before anything that only shares words.
        total = self._index.scores(asked) + PHRASE_WEIGHT * likeness + (likeness > 1)
        if earlier:
            total = total + EARLIER_WEIGHT * self._index.scores(self._analyzer.tokens(earlier))
        best = np.argsort(-total, kind="stable")[:limit]
        return [
            self._match(int(i), float(total[i]), float(likeness[i]), asked)
            for i in best
            if total[i] > 0
        ]

    def knows(self, question: str) -> bool:
        """Whether anything written holds any content word of the question."""
        return self._index.knows(self._analyzer.tokens(question))

    def _match(self, place: int, score: float, likeness: float, asked: Sequence[Token]) -> Match:
        words = {token.word for token in asked}
        for _, others in self._index.alternatives(asked):
            words.update(word for other in others for word in other)
        spoken = [[token.word for token in tokens] for tokens in self._spoken[place]]
        sentence = best_sentence(spoken, self._sentences[place], words, self._index.weight)
        return Match(self._documents[place].key, score, likeness, sentence)


def _fields(phrases: Sequence[Sequence[Token]], spoken: Sequence[Sequence[Token]]) -> list[Field]:
    question, *aliases = phrases
    return [
        Field(question, QUESTION_TIMES),
        *(Field(alias) for alias in aliases),
        *(Field(sentence) for sentence in spoken),
    ]


def _owners_of_phrases(documents: Sequence[Document]) -> dict[str, list[int]]:
    owners: dict[str, list[int]] = {}
    for place, one in enumerate(documents):
        for phrase in {phrase_key(text) for text in (one.question, *one.aliases)}:
            owners.setdefault(phrase, []).append(place)
    return owners
