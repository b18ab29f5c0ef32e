"""Ranks a set of written answers for a question and shows the sentence that matched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chatbot.engine.bridge import unit
from chatbot.engine.index import Field, LexicalIndex, Scores
from chatbot.engine.meaning import MeaningIndex, Text
from chatbot.engine.phrases import PhraseBook
from chatbot.engine.sentences import best_sentence, sentences
from chatbot.engine.signals import Learned, Signals, fuse
from chatbot.engine.synonyms import Synonyms
from chatbot.engine.tokens import Analyzer, Token, phrase_key, speaks_otherwise
from chatbot.engine.variety import FIRST, LOOKED_AT, among_shown, varied
from chatbot.engine.vectors import Encoder

QUESTION_TIMES = 3
# Columns that compare the question with questions that were written.
MEANT = ("question", "alias")
# Likeness of a phrase that staff wrote letter for letter; above all others.
WRITTEN = 2.0
WRITTEN_BY_WORDS = 0.2
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

    score orders within one question; likeness is how near the nearest phrase is (1 = the same
    content words, 2 = the same letters). These can be compared between questions: words is the
    share of the question's information that the document holds, meant the cosine to the nearest
    written question (0 without an encoder).
    """

    key: str
    score: float
    likeness: float
    sentence: str
    words: float = 0.0
    meant: float = 0.0


class Lessons(Protocol):
    """What labels taught, before it is put to documents."""

    def bind(
        self, documents: Sequence[Document], analyzer: Analyzer, encoder: Encoder
    ) -> Learned: ...


class Ranker:
    """Ranks documents of one language; build once, read by one thread."""

    def __init__(
        self,
        documents: Sequence[Document],
        analyzer: Analyzer,
        synonyms: Iterable[Sequence[str]] = (),
        encoder: Encoder | None = None,
        learned: Learned | None = None,
    ) -> None:
        """synonyms are groups of phrases that mean the same; without encoder words alone count."""
        self._documents = list(documents)
        self._encoder = encoder
        self.learned = learned
        self._analyzer = analyzer
        self._written = _owners_of_phrases(self._documents)
        self._sentences = [sentences(one.answer) for one in self._documents]
        # The same sentence stands in many answers: it is cut into words once.
        cut = analyzer.tokens_of(texts_of(self._documents))
        phrases = [[cut[text] for text in (one.question, *one.aliases)] for one in self._documents]
        spoken = [[cut[text] for text in texts] for texts in self._sentences]
        self._words = {
            text: frozenset(token.word for token in cut[text])
            for texts in self._sentences
            for text in texts
        }
        fields = [_fields(p, s) for p, s in zip(phrases, spoken, strict=True)]
        groups = [[tuple(analyzer.words(phrase)) for phrase in group] for group in synonyms]
        tokens = (field.tokens for document in fields for field in document)
        self._index = LexicalIndex(fields, Synonyms(groups, tokens))
        self._phrases = PhraseBook(phrases, self._index)
        self._meaning = self._compared(encoder) if encoder and self._documents else None

    @property
    def documents(self) -> Sequence[Document]:
        """What is ranked, in the order of every column of signals."""
        return self._documents

    def teach(self, lessons: Lessons) -> None:
        """Order by what labels taught from now on; without an encoder nothing changes."""
        if self._encoder:
            self.learned = lessons.bind(self._documents, self._analyzer, self._encoder)

    def rank(self, question: str, limit: int = 10, earlier: str = "") -> list[Match]:
        """The best answers for a question, best first; documents without any fit are left out.

        earlier is what the conversation was about, so that "its fee?" finds the right fee.
        """
        asked = self._analyzer.tokens(question)
        if not asked and not self._means_something(question):
            return []
        signals = self._signals(question, asked, earlier)
        order = self.learned.scores(question, signals) if self.learned else signals.fused
        # What staff wrote letter for letter comes before anything that only shares words; where
        # they wrote it for several entries, the words of all of the entry decide.
        written = signals.columns["phrase"] > 1
        order = order + written * (1 + WRITTEN_BY_WORDS * signals.columns["lexical"])
        best = self._best(order, signals, limit)
        words = self._wanted(asked)
        return [self._match(i, float(order[i]), signals.columns, words) for i in best]

    def _best(self, order: Scores, signals: Signals, limit: int) -> list[int]:
        """Places of the documents with any fit, best first, with variety where labels order.

        What leads without labels stays among the shown: labels of other answers know nothing of
        it. Without labels neither gains anything.
        """
        deep = np.argsort(-order, kind="stable")[: max(limit, LOOKED_AT)]
        best = [int(i) for i in deep if order[i] > 0]
        if self.learned and self._meaning and len(best) > FIRST:
            best = varied(best, order, self._meaning.likeness)
            best = among_shown(best, int(np.argmax(signals.fused)))
        return best[:limit]

    def signals(self, question: str, earlier: str = "") -> Signals:
        """Everything known about the question and each document."""
        return self._signals(question, self._analyzer.tokens(question), earlier)

    def knows(self, question: str) -> bool:
        """Whether anything written holds any content word of the question."""
        return self._index.knows(self._analyzer.tokens(question))

    def _signals(self, question: str, asked: Sequence[Token], earlier: str) -> Signals:
        likeness = self._phrases.scores(asked)
        for place in self._written.get(phrase_key(question), ()):
            likeness[place] = WRITTEN
        lexical = self._index.scores(asked)
        if earlier:
            before = self._index.scores(self._analyzer.tokens(earlier))
            lexical = lexical + EARLIER_WEIGHT * before
        columns = {"lexical": lexical, "phrase": likeness}
        vector = None
        if self._encoder and self._meaning:
            vector = self._encoder.question(question)
            if earlier:
                vector = unit(vector + EARLIER_WEIGHT * self._encoder.question(earlier))
            columns |= self._meaning.columns(vector)
        return Signals(vector, columns, fuse(columns))

    def _match(
        self, place: int, score: float, columns: Mapping[str, Scores], words: set[str]
    ) -> Match:
        texts = self._sentences[place]
        spoken = [self._words[text] for text in texts]
        meant = [float(columns[name][place]) for name in MEANT if name in columns]
        return Match(
            key=self._documents[place].key,
            score=score,
            likeness=float(columns["phrase"][place]),
            sentence=best_sentence(spoken, texts, words, self._index.weight),
            words=float(columns["lexical"][place]),
            meant=max(meant, default=0.0),
        )

    def _means_something(self, question: str) -> bool:
        """Whether a question without content words is more than politeness.

        Words of other languages are not cut; only their meaning is compared.
        """
        if phrase_key(question) in self._written:
            return True
        return self._meaning is not None and speaks_otherwise(question)

    def _wanted(self, asked: Sequence[Token]) -> set[str]:
        """The words of the question and the documents' other words for them."""
        words = {token.word for token in asked}
        for _, others in self._index.alternatives(asked):
            words.update(word for other in others for word in other)
        return words

    def _compared(self, encoder: Encoder) -> MeaningIndex:
        together = zip(self._documents, self._sentences, strict=True)
        return MeaningIndex([Text(d.question, d.aliases, s) for d, s in together], encoder)


def texts_of(documents: Iterable[Document]) -> list[str]:
    """Every text that ranking compares: questions, aliases and the sentences of answers."""
    texts = ((one.question, *one.aliases, *sentences(one.answer)) for one in documents)
    return list(dict.fromkeys(text for some in texts for text in some))


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
