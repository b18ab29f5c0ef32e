"""Turns vectors so that what tells entries of one set apart counts; found without any label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chatbot.engine.vectors import Vectors

# Directions of little variance are damped by this share of the largest one. Measured on a public
# set; flat from .02 to .1.
DAMPING = 0.03
EVEN_DAMPING = 0.1
# The bridge orders its directions by how well a question tells its answer in them; the later
# ones say nothing.
BRIDGE_WIDTH = 256
# How many neighbours show whether a place is crowded.
NEIGHBOURS = 5
PART = 512


@dataclass(frozen=True, slots=True)
class Side:
    """Shifts and turns vectors into a space of their own."""

    middle: Vectors
    turn: Vectors

    def of(self, vectors: Vectors) -> Vectors:
        """The vectors in that space, of length 1."""
        return unit(np.asarray((vectors - self.middle) @ self.turn, dtype=np.float32))


def unit(vectors: Vectors) -> Vectors:
    """The vectors of length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    found: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return found


def even(vectors: Vectors) -> Side:
    """Makes all directions count alike: what all texts share (the city's name) fades."""
    turn, directions = _evened(_centre(vectors), EVEN_DAMPING)
    # Turned back, so that two sides made of different texts can be compared.
    return Side(vectors.mean(axis=0), np.asarray(turn @ directions.T, dtype=np.float32))


def narrowed(vectors: Vectors, width: int) -> Side:
    """The same in a space of its own, of those directions in which the vectors differ most."""
    turn, _ = _evened(_centre(vectors), EVEN_DAMPING)
    kept = np.ascontiguousarray(turn[:, ::-1][:, :width], dtype=np.float32)
    return Side(vectors.mean(axis=0), kept)


def bridge(questions: Vectors, answers: Vectors) -> tuple[Side, Side]:
    """Both sides by canonical correlation (Hotelling 1936) of written questions and answers.

    Each pair is one row of both. Directions in which a question tells its answer count, those
    in which it does not (politeness, the form of the question) fade.
    """
    asked, answered = _centre(questions), _centre(answers)
    (left, _), (right, _) = _evened(asked, DAMPING), _evened(answered, DAMPING)
    turn, strength, back = np.linalg.svd(left.T @ (asked.T @ answered / len(asked)) @ right)
    return (
        Side(questions.mean(axis=0), _first(left @ turn * strength)),
        Side(answers.mean(axis=0), _first(right @ back.T * strength)),
    )


def crowding(places: Vectors, asked: Vectors, own: bool = False) -> Vectors:
    """How near each place is to what is nearest to it of asked, less the middle of all places.

    What lies near to many questions is found by too many (Conneau et al. 2018 call such places
    hubs). own says that asked are the places themselves, which are not their own neighbours.
    """
    count = min(NEIGHBOURS, len(asked) - own)
    if count < 1:
        return np.zeros(len(places), dtype=np.float32)
    found = np.empty(len(places), dtype=np.float32)
    # In parts: all against all would be a table of their square.
    for start in range(0, len(places), PART):
        near = places[start : start + PART] @ asked.T
        if own:
            np.fill_diagonal(near[:, start:], -1)
        found[start : start + PART] = np.partition(near, -count)[:, -count:].mean(axis=1)
    middle: Vectors = found - found.mean()
    return middle


def _first(turn: Vectors) -> Vectors:
    kept: Vectors = np.ascontiguousarray(turn[:, :BRIDGE_WIDTH], dtype=np.float32)
    return kept


def _centre(vectors: Vectors) -> Vectors:
    centred: Vectors = vectors - vectors.mean(axis=0)
    return centred


def _evened(centred: Vectors, damping: float) -> tuple[Vectors, Vectors]:
    # Both by the variance of their directions, smallest first: scaled, and as they are.
    values, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    scale = (np.maximum(values, 0) + damping * values.max() + 1e-12) ** -0.5
    return (directions * scale).astype(np.float32), directions
