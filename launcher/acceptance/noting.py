"""A pytest plugin: writes into the run's results which commit was tested."""

from __future__ import annotations

import pytest
from _pytest.junitxml import xml_key

from launcher.acceptance.checkout import commit
from launcher.acceptance.results import COMMIT


def pytest_sessionstart(session: pytest.Session) -> None:
    """In the one process that writes the file; those beside it have none to write."""
    results = session.config.stash.get(xml_key, None)
    if results is not None:
        results.add_global_property(COMMIT, commit())
