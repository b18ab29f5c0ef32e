"""Holds every test's application to it: what changes data writes the log with it.

`MADO_AUDITED=1 pytest …` does it for requests, jobs and ticks; portal.core.changes looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from portal.core.changes import Changes


@contextmanager
def watched(app: Flask) -> Iterator[Changes]:
    """Everything requests, jobs and ticks of this application change meanwhile."""
    found: Changes = app.extensions["mado.changes"]
    found.silent.clear()
    yield found
