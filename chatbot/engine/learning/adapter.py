"""Learns how questions of residents must be turned to lie near the answers that people named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chatbot.engine.vectors import Vectors

# Measured by cross-validation on a public set with 300 labelled questions; flat around.
SHARPNESS = 6.0
# Only what the score without labels gets wrong is to be learned: it counts this much already.
BEFORE = 6.5
# While learning, documents with a label are taken to be asked for more often (logit adjustment,
# Menon et al. 2021). They need not rise for being labelled then, and the others keep their place.
LABELLED = 1.75
# How strongly the turn is held to "as it is", so that what no label spoke of stays.
HOLD = 0.003
STEPS = 25
STRIDE = 0.003
# Where a question has several right answers, one of them at the top is enough: so much of the
# aim moves to those that are found already.
EASE = 0.5
# Adam (Kingma and Ba 2015).
MOMENTUM, MEMORY = 0.9, 0.99


@dataclass(frozen=True, slots=True)
class Lessons:
    """Rows to learn from.

    asked (rows, width) are questions, right (rows, documents) the share of each document in
    the right answer (a row sums to 1), before (rows, documents) what speaks for each document
    without the turn, 0 to about 1.
    """

    asked: Vectors
    right: Vectors
    before: Vectors


def learn(lessons: Lessons, documents: Vectors) -> Vectors:
    """The turn (width, width) that makes asked @ turn point at the right documents.

    Gradient descent on the cross entropy over all documents; no chance is involved, so the same
    lessons give the same turn.
    """
    width = documents.shape[1]
    still = np.eye(width, dtype=np.float32)
    turn, speed, size = still.copy(), np.zeros_like(still), np.zeros_like(still)
    start = BEFORE * lessons.before + LABELLED * (lessons.right.max(axis=0) > 0)
    for step in range(1, STEPS + 1):
        scores = SHARPNESS * ((lessons.asked @ turn) @ documents.T) + start
        wrong = _shares(np.asarray(scores, dtype=np.float32))
        wrong -= _aims(wrong, lessons.right)
        wrong /= len(wrong)
        slope = lessons.asked.T @ (wrong @ documents)
        slope *= SHARPNESS
        slope += HOLD * (turn - still)
        speed += (1 - MOMENTUM) * (slope - speed)
        size += (1 - MEMORY) * (slope * slope - size)
        stride = STRIDE / (1 - MOMENTUM**step)
        turn -= stride * speed / (np.sqrt(size / (1 - MEMORY**step)) + 1e-6)
    return turn


def _aims(shares: Vectors, right: Vectors) -> Vectors:
    found = shares * right
    found *= EASE / np.maximum(found.sum(axis=1, keepdims=True), 1e-12)
    found += (1 - EASE) * right
    return found


def _shares(scores: Vectors) -> Vectors:
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores
