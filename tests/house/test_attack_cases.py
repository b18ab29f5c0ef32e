"""docs/attack-cases.md is true: every attack case has tests, and every test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
DOCUMENT = TESTS.parent / "docs" / "attack-cases.md"


def cases() -> dict[int, list[str]]:
    """Case to the tests it names."""
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| (.+) \|$", DOCUMENT.read_text("utf-8"), re.M)
    return {int(number): re.findall(r"`([^`]+)`", tests) for number, tests in rows}


def test_every_case_has_tests() -> None:
    assert list(cases()) == list(range(1, 41))
    assert [case for case, tests in cases().items() if not tests] == []


def test_every_test_exists() -> None:
    lacking = []
    for tests in cases().values():
        for test in tests:
            path, name = test.split("::")
            file = TESTS / path
            if not file.exists() or f"def {name}(" not in file.read_text("utf-8"):
                lacking.append(test)
    assert lacking == []
