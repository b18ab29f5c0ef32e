"""Fixtures of the walks through every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture
def faults(app: Flask) -> Iterator[list[str]]:
    """What went wrong in a whole walk, told at once.

    A walk goes over all routes: here it is proven that none changes data without an audit entry.
    """
    found: list[str] = []
    yield found
    silent = app.extensions["mado.changes"].silent
    found += [f"{what}: {change} without an audit entry" for what, change in sorted(silent)]
    assert not found, "\n".join([f"{len(found)} faults", *found[:20]])
