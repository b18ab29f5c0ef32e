"""Likeness of a question to the phrases (title and staff aliases) of each document."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from chatbot.engine.index import SYNONYM_WEIGHT, LexicalIndex, Scores
from chatbot.engine.tokens import Token

# An alias below this likeness must not lift its entry, or entries without aliases lose
# (measured: SR@1 .49 -> .36 without a floor).
FLOOR = 0.3


class PhraseBook:
    """For every document the likeness of its nearest phrase, by weighted cosine."""

    def __init__(self, documents: Sequence[Sequence[Sequence[Token]]], index: LexicalIndex) -> None:
        self._size = len(documents)
        self._index = index
        self._owner: list[int] = []
        self._places: dict[str, list[tuple[int, float]]] = {}
        for document, phrases in enumerate(documents):
            for phrase in phrases:
                self._add(document, {token.word for token in phrase})

    def scores(self, question: Sequence[Token]) -> Scores:
        """Likeness 0 to 1, zero below the floor and stretched above it."""
        length = self._length({token.word for token in question}) or 1.0
        likeness: dict[int, float] = {}
        for word, worth in self._asked(question).items():
            for phrase, value in self._places.get(word, ()):
                likeness[phrase] = likeness.get(phrase, 0.0) + worth * value / length
        best = np.zeros(self._size, dtype=np.float32)
        for phrase, value in likeness.items():
            owner = self._owner[phrase]
            best[owner] = max(best[owner], (min(value, 1.0) - FLOOR) / (1 - FLOOR))
        return best

    def _asked(self, question: Sequence[Token]) -> dict[str, float]:
        asked: dict[str, float] = {}
        for words, others in self._index.alternatives(question):
            most = max(self._index.weight(word) for word in words)
            for word in (word for other in others for word in other):
                worth = SYNONYM_WEIGHT * min(self._index.weight(word), most)
                asked[word] = max(asked.get(word, 0.0), worth)
        asked.update({token.word: self._index.weight(token.word) for token in question})
        return asked

    def _add(self, document: int, words: set[str]) -> None:
        length = self._length(words)
        if not length:
            return
        for word in words:
            place = (len(self._owner), self._index.weight(word) / length)
            self._places.setdefault(word, []).append(place)
        self._owner.append(document)

    def _length(self, words: set[str]) -> float:
        return sqrt(sum(self._index.weight(word) ** 2 for word in words))
