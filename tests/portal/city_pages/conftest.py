"""A running website of the city, and sources that read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import transaction
from portal.core.settings import Settings
from portal.guide.city_pages import sources
from portal.guide.city_pages.importing import run_source
from portal.guide.city_pages.models import CityPage, PageRun
from standins.processes import StandinProcess

HOSTS = ["www.city.mado.example", "city.mado.example"]
BASE = f"https://{HOSTS[0]}"


@pytest.fixture(scope="session")
def website_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProcess]:
    log: Path = tmp_path_factory.mktemp("city_site") / "log.txt"
    with StandinProcess.city_site(log) as running:
        yield running


@pytest.fixture
def website(website_process: StandinProcess) -> StandinProcess:
    """As on its first day."""
    website_process.post("/__standin__/reset")
    return website_process


@pytest.fixture
def settings(settings: Settings, website: StandinProcess) -> Settings:
    """Of a local city whose website is the stand-in."""
    return settings.model_copy(update={"CITY_SITE_URL": website.url})


Make = Callable[..., UUID]


@pytest.fixture
def source(ctx: Flask) -> Make:
    """Call it with what differs from the RSS feed; gives the new source's id."""

    def make(**more: Any) -> UUID:
        said: dict[str, Any] = {
            "name": "新着情報",
            "kind": "feed",
            "url": f"{BASE}/rss.xml",
            "hosts": HOSTS,
            "delay_ms": 0,
        }
        with transaction() as session:
            return sources.add(session, **(said | more)).id

    return make


def pages() -> dict[str, CityPage]:
    """All pages ever seen, by path."""
    with transaction() as session:
        return {page.url.removeprefix(BASE): page for page in session.scalars(select(CityPage))}


def shown() -> set[str]:
    """Paths of pages that residents see."""
    return {path for path, page in pages().items() if page.gone_at is None}


def ran(source_id: UUID) -> PageRun:
    """Go over a source to the end; the run."""
    outcome = run_source(source_id)
    assert outcome.state == "finished", outcome
    with transaction() as session:
        return session.get_one(PageRun, outcome.run_id)
