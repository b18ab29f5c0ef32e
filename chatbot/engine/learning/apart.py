"""Trains in a process of its own, so that who answers never holds what training needs."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from chatbot.engine.cache import ROOT
from chatbot.engine.learning.model import LearnedModel
from chatbot.engine.learning.storing import from_bytes, to_bytes
from chatbot.engine.learning.training import Labelled, prepare_ground, train_on
from chatbot.engine.ranking import Document
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder

LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class _Taught:
    query: str
    grades: dict[str, int]


def train_apart(
    documents: Sequence[Document],
    lessons: Sequence[Sequence[Labelled]],
    stop_words: Iterable[str],
    synonyms: Sequence[Sequence[str]] = (),
    cache: Path | None = None,
) -> Iterator[LearnedModel]:
    """One model for each set of labels on the same documents, trained in another process.

    Raises subprocess.CalledProcessError where that process fails; its words go to our error output.
    """
    order = {
        "documents": [asdict(one) for one in documents],
        "lessons": [[(one.query, one.grades) for one in some] for some in lessons],
        "stop_words": sorted(stop_words),
        "synonyms": [list(group) for group in synonyms],
        "cache": str(cache) if cache else "",
    }
    # In a file and one after another: several models are more than who answers should hold.
    made = TemporaryFile()  # noqa: SIM115 - closed by who reads it to its end
    subprocess.run(
        [sys.executable, "-m", "chatbot.engine.learning.apart"],
        input=json.dumps(order).encode(),
        stdout=made,
        cwd=ROOT,
        check=True,
    )
    return _models(made)


def _models(made: IO[bytes]) -> Iterator[LearnedModel]:
    with made:
        made.seek(0)
        while head := made.read(LENGTH.size):
            yield from_bytes(made.read(*LENGTH.unpack(head)))


def main() -> None:
    """Reads an order as JSON from standard input and writes the models, each after its length."""
    order = json.load(sys.stdin)
    documents = [
        Document(**{**one, "aliases": tuple(one["aliases"])}) for one in order["documents"]
    ]
    cache = Path(order["cache"]) if order["cache"] else None
    analyzer, encoder = Analyzer(order["stop_words"], cache), Encoder(cache)
    ground = prepare_ground(documents, analyzer, encoder, order["synonyms"])
    for some in order["lessons"]:
        labelled = [_Taught(query, grades) for query, grades in some]
        content = to_bytes(train_on(ground, labelled))
        sys.stdout.buffer.write(LENGTH.pack(len(content)) + content)


if __name__ == "__main__":
    main()
