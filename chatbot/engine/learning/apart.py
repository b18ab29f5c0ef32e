"""Trains in a process of its own, so that who answers never holds what training needs."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

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
    cache: Path | None = None,
) -> Iterator[LearnedModel]:
    """One model for each set of labels on the same documents, trained in another process.

    Raises subprocess.CalledProcessError where that process fails; its words go to our error output.
    """
    order = {
        "documents": [asdict(one) for one in documents],
        "lessons": [[(one.query, one.grades) for one in some] for some in lessons],
        "stop_words": sorted(stop_words),
        "cache": str(cache) if cache else "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "chatbot.engine.learning.apart"],
        input=json.dumps(order).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    # One after another: several models at once are more than who answers should hold.
    return map(from_bytes, _parts(done.stdout))


def _parts(content: bytes) -> Iterable[bytes]:
    place = 0
    while place < len(content):
        (length,) = LENGTH.unpack_from(content, place)
        place += LENGTH.size + length
        yield content[place - length : place]


def main() -> None:
    """Reads an order as JSON from standard input and writes the models, each after its length."""
    order = json.load(sys.stdin)
    documents = [
        Document(**{**one, "aliases": tuple(one["aliases"])}) for one in order["documents"]
    ]
    cache = Path(order["cache"]) if order["cache"] else None
    analyzer, encoder = Analyzer(order["stop_words"], cache), Encoder(cache)
    ground = prepare_ground(documents, analyzer, encoder)
    for some in order["lessons"]:
        labelled = [_Taught(query, grades) for query, grades in some]
        content = to_bytes(train_on(ground, labelled, analyzer, encoder))
        sys.stdout.buffer.write(LENGTH.pack(len(content)) + content)


if __name__ == "__main__":
    main()
