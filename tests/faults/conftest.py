"""A city to break for each test, and the table of what was seen."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.catalogues import compile_stale
from tests.faults.town import Town

NOT_HERE = "この機械では試していない（not run here）"
Tell = Callable[..., None]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for a file: each fault finds it whole and leaves it whole."""
    compile_stale()
    with Town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """`tell("データベースが落ちた", seen, acts, lost)`: a row, printed and kept for the manual."""

    def row(fault: str, seen: Counter[str] | str, acts: int, lost: int, note: str = "") -> None:
        words = seen if isinstance(seen, str) else told(seen)
        line = {"fault": fault, "seen": words, "acts": acts, "lost": lost, "note": note}
        with capsys.disabled():
            sys.stdout.write(f"\n{fault}: {words}; acts {acts}, lost {lost}. {note}\n")
        if file := os.environ.get("MADO_FAULTS_TABLE"):
            with Path(file).open("a", encoding="utf-8") as table:
                table.write(json.dumps(line, ensure_ascii=False) + "\n")

    return row


def told(seen: Counter[str]) -> str:
    """Most seen first."""
    return "、".join(f"{words}：{count}回" for words, count in seen.most_common()) or "変わりなし"
