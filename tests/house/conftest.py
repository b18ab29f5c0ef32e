"""Fixtures of the walks through every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong in a whole walk, told at once."""
    found: list[str] = []
    yield found
    assert not found, "\n".join([f"{len(found)} faults", *found[:20]])
