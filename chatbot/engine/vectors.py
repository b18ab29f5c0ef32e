"""Meanings of texts as vectors of a multilingual encoder, kept in a file once they were made."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from chatbot.engine.cache import KEY_BYTES, key_of, write_whole
from chatbot.engine.model import PACKAGE, WIDTH, model

Vectors = npt.NDArray[np.float32]

RECORD = np.dtype([("key", f"V{KEY_BYTES}"), ("vector", np.float16, (WIDTH,))])
# One page of text says what the matter is; time grows with length.
LONGEST = 1000
# A cache larger than this keeps only what was asked for last (about 60 MB).
MOST_KEPT = 60_000
# New texts are read beside while questions are answered.
_one_at_a_time = Lock()


class Encoder:
    """Google's Universal Sentence Encoder (multilingual, Japanese among them) on one thread.

    Half precision is kept: the loss is below 0.001 of a cosine.
    """

    def __init__(self, cache: Path | None = None) -> None:
        """cache is a folder for vectors of written texts; questions are never kept."""
        self._folder = cache
        self._file = cache / f"vectors-{version(PACKAGE)}.bin" if cache else None
        self._known: dict[bytes, Any] = {}

    @property
    def folder(self) -> Path | None:
        """Where vectors of written texts are kept."""
        return self._folder

    def question(self, text: str) -> Vectors:
        """The vector (512,) of length 1 of what somebody asks."""
        with _one_at_a_time:
            vector: Vectors = model().encode(text[:LONGEST] or " ").astype(np.float32)
        return vector

    def texts(self, texts: Sequence[str]) -> Vectors:
        """Vectors (texts, 512) of length 1; made once, then read from the cache."""
        self._open()
        keys = [key_of(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            self._learn(new)
        found = np.empty((len(texts), WIDTH), dtype=np.float32)
        for place, key in enumerate(keys):
            found[place] = self._known[key]
        # Half precision has lost a little of the length.
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return found

    def load(self) -> None:
        """Have the model in memory now rather than at the first question."""
        model(self._folder)
        self.question("")

    def release(self) -> None:
        """Let go of what was read from the cache; it is read again when more is asked."""
        self._known = {}

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Texts whose vectors are not known yet."""
        self._open()
        return [text for text in texts if key_of(text) not in self._known]

    def _open(self) -> None:
        if self._file and not self._known:
            self._known = _read(self._file)

    def _learn(self, new: dict[bytes, str]) -> None:
        # Texts of one length in one batch waste no padding.
        keys = sorted(new, key=lambda key: len(new[key]))
        with _one_at_a_time:
            made = model().encode([new[key][:LONGEST] or " " for key in keys])
        self._known |= dict(zip(keys, made.astype(np.float16), strict=True))
        if self._file:
            _write(self._file, self._known, set(new))


def _read(file: Path) -> dict[bytes, Any]:
    try:
        whole = file.stat().st_size // RECORD.itemsize
        records = np.fromfile(file, dtype=RECORD, count=whole)
    except OSError:
        return {}
    keys = [record.tobytes() for record in records["key"]]
    return dict(zip(keys, records["vector"], strict=True))


def _write(file: Path, known: dict[bytes, Any], new: set[bytes]) -> None:
    kept = {**_read(file), **known}
    if len(kept) > MOST_KEPT:
        kept = {key: kept[key] for key in new}
    records = np.zeros(len(kept), dtype=RECORD)
    records["vector"] = np.array(list(kept.values()))
    records["key"] = np.frombuffer(b"".join(kept), dtype=f"V{KEY_BYTES}")
    write_whole(file, records.tobytes())
