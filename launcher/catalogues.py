"""Compiles message catalogues whose texts are newer; `python -m launcher.catalogues`."""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from launcher.bootstrap import stale_catalogues


def compile_stale() -> list[Path]:
    """Compiles what is stale and names the texts it compiled."""
    texts = sorted(stale_catalogues())
    for text in texts:
        compile_one(text)
    return texts


def compile_one(text: Path) -> None:
    """Writes the .mo beside a .po, whole or not at all, for others may be reading."""
    with text.open("rb") as source:
        # Without a locale: Babel does not know every code (ja-Hira), and nothing here is plural.
        catalogue = read_po(source, abort_invalid=True)
    handle, name = tempfile.mkstemp(dir=text.parent)
    with os.fdopen(handle, "wb") as target:
        write_mo(target, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(text.with_suffix(".mo"))


if __name__ == "__main__":
    compile_stale()
