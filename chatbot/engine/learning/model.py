"""What was learned from labels: a value that is kept with a release and put to documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from chatbot.engine.bridge import unit
from chatbot.engine.index import Scores
from chatbot.engine.learning.space import Space, describe
from chatbot.engine.ranking import Document
from chatbot.engine.signals import Signals
from chatbot.engine.tokens import Analyzer, phrase_key
from chatbot.engine.vectors import Encoder, Vectors

# An alias below this likeness must not lift its answer, or answers without labels lose.
FLOOR = 0.3
ALIAS_WEIGHT = 0.05
# Beside a turned question its very words count more, since its meaning counts twice.
LEXICAL_WEIGHT = 0.24
# What clearly leads without labels keeps its lead: it is seldom wrong, and labels of other
# answers know nothing of it.
LEAD_WEIGHT = 1.2
# Asked in the very words of a label: above everything that is only near.
SAME_WORDS = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled question without its text: who it was, where it lies, what was right.

    name is a digest of its letters, place its row in the space, grades documents' keys to 1 or 2.
    """

    name: str
    place: Vectors
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """Labels in their space and, from enough of them, how questions are turned.

    places says for the digest of a document where it lies, so that only documents written since
    must be looked at again. turn is (width, width), scaled so that what it yields can be added to
    the score without labels; empty while aliases alone are used.
    """

    space: Space
    places: Mapping[str, Vectors]
    labels: tuple[Label, ...]
    turn: Vectors

    def bind(
        self, documents: Sequence[Document], analyzer: Analyzer, encoder: Encoder
    ) -> BoundModel:
        """The model put to documents, also to ones it never saw; for Ranker(learned=...)."""
        digests = [digest_of(one) for one in documents]
        new = {
            digest: one
            for digest, one in zip(digests, documents, strict=True)
            if digest not in self.places
        }
        found = dict(self.places)
        if new:
            described = describe(list(new.values()), analyzer, encoder)
            found |= dict(zip(new, self.space.documents(described), strict=True))
        rows = [found[digest] for digest in digests]
        places = np.array(rows, dtype=np.float32).reshape(len(rows), self.space.width)
        return BoundModel(self, places, analyzer, _aliases(self, documents))


@dataclass(frozen=True, slots=True)
class _Aliases:
    """Labels as rows of questions: rows (labels, width), and for each its documents and worth."""

    rows: Vectors
    names: Mapping[str, Sequence[int]]
    owners: Sequence[tuple[Sequence[int], Vectors]]


@dataclass(frozen=True, slots=True)
class BoundModel:
    """Orders the documents it was bound to (chatbot.engine.signals.Learned)."""

    model: LearnedModel
    places: Vectors
    analyzer: Analyzer
    aliases: _Aliases

    def scores(self, question: str, signals: Signals) -> Scores:
        """signals.fused, lifted where labels speak for a document."""
        if signals.vector is None:
            return signals.fused
        asked = self.model.space.questions(signals.vector[None], [self.analyzer.words(question)])
        if self.model.turn.size:
            found = signals.fused + LEXICAL_WEIGHT * signals.columns["lexical"]
            found = found + self._turned(asked[0]) + LEAD_WEIGHT * _lead(signals.fused)
        else:
            found = signals.fused + ALIAS_WEIGHT * self._near(asked[0])
        for row in self.aliases.names.get(name_of(question), ()):
            owners, worth = self.aliases.owners[row]
            found[owners] += SAME_WORDS * worth
        return np.asarray(found, dtype=np.float32)

    def _near(self, asked: Vectors) -> Scores:
        found = np.zeros(len(self.places), dtype=np.float32)
        likeness = np.maximum(0, (self.aliases.rows @ unit(asked) - FLOOR) / (1 - FLOOR))
        for row in np.flatnonzero(likeness).tolist():
            owners, worth = self.aliases.owners[row]
            found[owners] = np.maximum(found[owners], likeness[row] * worth)
        return found

    def _turned(self, asked: Vectors) -> Scores:
        raw = np.asarray(self.places @ (asked @ self.model.turn), dtype=np.float32)
        # Above the middle only: what lies below it is found by nobody.
        above: Scores = np.maximum(raw - raw.mean(), 0)
        return above


def _lead(scores: Scores) -> Scores:
    found = np.zeros_like(scores)
    if len(scores) > 1:
        second, first = np.argpartition(scores, -2)[-2:]
        found[first] = scores[first] - scores[second]
    return found


def name_of(question: str) -> str:
    """Tells the same words again without keeping them."""
    return blake2b(phrase_key(question).encode(), digest_size=16).hexdigest()


def digest_of(document: Document) -> str:
    """Tells whether a document is still written as it was."""
    text = "\x00".join((document.question, document.answer))
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _aliases(model: LearnedModel, documents: Sequence[Document]) -> _Aliases:
    places = {one.key: place for place, one in enumerate(documents)}
    names: dict[str, list[int]] = {}
    owners = []
    for row, label in enumerate(model.labels):
        names.setdefault(label.name, []).append(row)
        known = [(places[key], grade) for key, grade in label.grades.items() if key in places]
        worth = np.array([(1 + grade) / 3 for _, grade in known], dtype=np.float32)
        owners.append(([place for place, _ in known], worth))
    rows = np.array([unit(one.place) for one in model.labels], dtype=np.float32)
    return _Aliases(rows.reshape(len(model.labels), model.space.width), names, owners)
