"""A BM25 index of documents made of weighted texts, whose scores are shares of the question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from chatbot.engine.synonyms import Synonyms, Words
from chatbot.engine.tokens import Token

Scores = npt.NDArray[np.float32]

# Measured on a public set of 1,786 entries; the surface is flat around these values.
K1 = 1.2
B = 0.75
SYNONYM_WEIGHT = 0.4


@dataclass(frozen=True, slots=True)
class Field:
    """Tokens of one text of a document and how many times they count."""

    tokens: Sequence[Token]
    times: int = 1


class LexicalIndex:
    """Ranks documents for a question; built once, then only read."""

    def __init__(self, documents: Sequence[Sequence[Field]], synonyms: Synonyms) -> None:
        import bm25s

        self.size = len(documents)
        bags = [_bag(fields) for fields in documents]
        self._frequency = _document_frequency(bags)
        self._synonyms = synonyms
        self._bm25: Any = bm25s.BM25(k1=K1, b=B)
        self._bm25.index(bags if any(bags) else [[""]], show_progress=False)

    def scores(self, question: Sequence[Token]) -> Scores:
        """For every document the share of the question's information it holds, 0 to about 1.

        Words that no document holds count in full against the score, so a question about
        something else stays low however well its common words fit.
        """
        total = sum(self.weight(token.word) for token in question)
        if not total or not self.size:
            return np.zeros(self.size, dtype=np.float32)
        found = self._raw(token.word for token in question)
        for words, others in self.alternatives(question):
            found = found + SYNONYM_WEIGHT * self._best_of(words, others)
        return (found / total).astype(np.float32)

    def weight(self, word: str) -> float:
        """How much a word tells: high for rare words, highest for unknown ones."""
        seen = self._frequency.get(word, 0)
        return log(1 + (self.size - seen + 0.5) / (seen + 0.5))

    def alternatives(self, question: Sequence[Token]) -> list[tuple[Words, list[Words]]]:
        """Phrases of the question with other words that the documents use for them."""
        found = []
        for words, others in self._synonyms.alternatives(question):
            used = [other for other in others if all(word in self._frequency for word in other)]
            if used:
                found.append((words, used))
        return found

    def knows(self, question: Sequence[Token]) -> bool:
        """Whether any document holds any word of the question or other words for it."""
        return any(t.word in self._frequency for t in question) or bool(self.alternatives(question))

    def _best_of(self, words: Words, others: Iterable[Words]) -> Scores:
        found = np.zeros(self.size, dtype=np.float32)
        asked = sum(self.weight(word) for word in words)
        for other in others:
            # Scaled to the asked words' weight: a rare synonym must not outweigh what was asked.
            scale = min(1.0, asked / sum(self.weight(word) for word in other))
            found = np.maximum(found, scale * self._raw(other))
        return found

    def _raw(self, words: Iterable[str]) -> Scores:
        known = [word for word in words if word in self._frequency]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        scores: Scores = self._bm25.get_scores(known)
        return scores


def _bag(fields: Sequence[Field]) -> list[str]:
    return [token.word for field in fields for token in field.tokens for _ in range(field.times)]


def _document_frequency(bags: Sequence[Sequence[str]]) -> dict[str, int]:
    seen: dict[str, int] = {}
    for bag in bags:
        for word in set(bag):
            seen[word] = seen.get(word, 0) + 1
    return seen
