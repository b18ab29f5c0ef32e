"""A learned model as bytes and back; nothing in the bytes can run, and broken ones are refused."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from chatbot.engine.bridge import Side
from chatbot.engine.learning.model import Label, LearnedModel
from chatbot.engine.learning.space import Space
from chatbot.engine.learning.words import WordSpace
from chatbot.engine.vectors import Vectors

# The last byte is raised when the form changes.
MARK = b"mado-learned\x00\x02"
DIGEST_BYTES = 32

# Half precision moves no ranking (measured) and halves what is kept and held.
KEPT = np.float16

Arrays = Mapping[str, npt.NDArray[Any]]


class NotAModel(ValueError):
    """The bytes are not a whole model of this form."""


def to_bytes(model: LearnedModel) -> bytes:
    """The same model gives the same bytes: mark, SHA-256 of the rest, arrays."""
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **_arrays(model))
    content = out.getvalue()
    return MARK + sha256(content).digest() + content


def from_bytes(content: bytes) -> LearnedModel:
    """Raises NotAModel for anything that to_bytes did not make or that was damaged since."""
    head = len(MARK) + DIGEST_BYTES
    rest = content[head:]
    if content[: len(MARK)] != MARK or content[len(MARK) : head] != sha256(rest).digest():
        raise NotAModel("these bytes are not a learned model or were damaged")
    try:
        with np.load(io.BytesIO(rest), allow_pickle=False) as arrays:
            return _model({name: arrays[name] for name in arrays.files})
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise NotAModel(f"a learned model of another form: {error!r}") from error


def _arrays(model: LearnedModel) -> dict[str, Any]:
    space = model.space
    plain = {
        "vocabulary": list(space.words.places),
        "labels": [[label.name, dict(label.grades)] for label in model.labels],
        "documents": list(model.places),
    }
    return {
        "plain": np.frombuffer(json.dumps(plain, ensure_ascii=False).encode(), dtype=np.uint8),
        "asked_middle": space.asked.middle,
        "asked_turn": space.asked.turn,
        "told_middle": space.told.middle,
        "told_turn": space.told.turn,
        "word_weights": space.words.weights,
        "word_turn": space.words.turn.astype(KEPT),
        "documents": _stacked(list(model.places.values())),
        "labels": _stacked([label.place for label in model.labels]),
        "turn": model.turn.astype(KEPT),
    }


def _model(arrays: Arrays) -> LearnedModel:
    plain = json.loads(arrays["plain"].tobytes())
    places = {word: place for place, word in enumerate(plain["vocabulary"])}
    words = WordSpace(places, arrays["word_weights"], arrays["word_turn"])
    asked = Side(arrays["asked_middle"], arrays["asked_turn"])
    told = Side(arrays["told_middle"], arrays["told_turn"])
    labels = tuple(
        Label(name, place, grades)
        for (name, grades), place in zip(plain["labels"], arrays["labels"], strict=True)
    )
    known = dict(zip(plain["documents"], arrays["documents"], strict=True))
    turn = arrays["turn"].astype(np.float32)
    return LearnedModel(Space(asked, told, words), known, labels, turn)


def _stacked(rows: list[Vectors]) -> npt.NDArray[np.float16]:
    return np.array(rows, dtype=KEPT)
