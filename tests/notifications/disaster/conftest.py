"""The weather agency's stand-in as a real process, and settings that point at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.core.settings import Settings
from standins.processes import StandinProcess

FEED = "/developer/xml/feed"


@pytest.fixture(scope="session")
def agency_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProcess]:
    with StandinProcess.jma(tmp_path_factory.mktemp("jma") / "log.txt") as running:
        yield running


@pytest.fixture
def agency(agency_process: StandinProcess) -> StandinProcess:
    """With nothing published yet."""
    agency_process.post("/__standin__/reset")
    return agency_process


@pytest.fixture
def settings(settings: Settings, agency: StandinProcess) -> Settings:
    """Of a city that asks the stand-in."""
    update = {"JMA_FEED_URL": agency.url + FEED, "JMA_AREA": "06204"}
    return settings.model_copy(update=update)
