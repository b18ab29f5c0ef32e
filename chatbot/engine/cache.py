"""What was made of written texts, kept in files between starts: their vectors and their words.

Making it takes time and memory, so for a larger set of new texts a process of its own does it;
who answers only reads.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

KEY_BYTES = 16
# So few new texts are quicker made where they are needed than by another process.
FEW = 40


ROOT = Path(__file__).parents[2]


def cache_folder() -> Path:
    """Where the files are: ANSWERS_CACHE, or var/cache/answers of this program."""
    return Path(os.environ.get("ANSWERS_CACHE") or ROOT / "var" / "cache" / "answers")


def key_of(text: str) -> bytes:
    """The name of a text in the files."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=KEY_BYTES).digest()


def write_whole(file: Path, content: bytes) -> None:
    """At once, so that a process that starts meanwhile never reads half a file.

    A cache that can not be written costs time at the next start and nothing else.
    """
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(file)


def prepare(texts: Iterable[str], folder: Path) -> None:
    """Makes what is missing for these texts, in a process that then gives its memory back."""
    from chatbot.engine.tokens import Analyzer
    from chatbot.engine.vectors import Encoder

    wanted = list(dict.fromkeys(texts))
    missing = {*Encoder(folder).missing(wanted), *Analyzer(cache=folder).missing(wanted)}
    if len(missing) > FEW:
        # A failure shows later, where the texts are made one by one instead.
        subprocess.run(
            [sys.executable, "-m", "chatbot.engine.cache", str(folder)],
            input=json.dumps(sorted(missing)).encode(),
            cwd=ROOT,
            check=False,
        )


def main() -> None:
    """Reads a JSON list of texts from standard input and keeps what is made of them."""
    from chatbot.engine.tokens import Analyzer
    from chatbot.engine.vectors import Encoder

    folder, texts = Path(sys.argv[1]), json.load(sys.stdin)
    Analyzer(cache=folder).tokens_of(texts)
    Encoder(folder).texts(texts)


if __name__ == "__main__":
    main()
