"""One city for all journeys, and watched browsers for each."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.journeys.city import City, RunningCity
from tests.journeys.people import AuthenticatorApp, Mail, clerk_signs_in, resident_signs_in
from tests.journeys.watching import PATIENCE, Watched

Home = Callable[..., Page]
Desk = Callable[[str], Page]


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """`./mado run`; or, while a journey is written, the city that MADO_JOURNEYS_CITY names."""
    told = os.environ.get("MADO_JOURNEYS_CITY")
    if told:
        yield City.at(Path(told))
        return
    folder = tmp_path_factory.mktemp("journeys")
    with (tmp_path_factory.getbasetemp().parent / "ports.lock").open("w") as others:
        fcntl.flock(others, fcntl.LOCK_EX)  # a city looks which ports are free before it takes them
        running = RunningCity(folder / "var", folder / "printed")
    yield running.city
    assert running.stop() == 0, running.printed()


@pytest.fixture
def watched(chromium: Browser, tmp_path: Path) -> Iterator[Watched]:
    """Browsers for one story; what went wrong behind the pages fails it."""
    expect.set_options(timeout=PATIENCE)
    browsers = Watched(chromium, tmp_path)
    yield browsers
    browsers.close()
    assert browsers.faults == []


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """Cookies of the people who have signed in, so that each does it once."""
    return {}


@pytest.fixture
def at_home(city: City, watched: Watched, sessions: dict[str, StorageState]) -> Home:
    """`at_home("さくら")`: this resident on My Page, in a browser of their own."""

    def come(name: str, **browser: Any) -> Page:
        if name not in sessions:
            page = watched.browser().new_page()
            resident_signs_in(page, city, name)
            sessions[name] = page.context.storage_state()
        page = watched.browser(storage_state=sessions[name], **browser).new_page()
        page.goto(f"{city.public_url}/my")
        return page

    return come


@pytest.fixture
def at_the_desk(city: City, watched: Watched, sessions: dict[str, StorageState]) -> Desk:
    """`at_the_desk("author@city.example")`: this clerk on the console's front."""

    def come(who: str) -> Page:
        if who not in sessions:
            page = (browser := watched.browser(desk=True)).new_page()
            mail, app = Mail(browser, city, who), AuthenticatorApp(browser, city)
            clerk_signs_in(page, mail, app, city, who)
            expect(page.get_by_role("heading", level=1)).to_have_text("職員トップ")
            sessions[who] = browser.storage_state()
        page = watched.browser(desk=True, storage_state=sessions[who]).new_page()
        page.goto(f"{city.staff_url}/staff")
        expect(page.get_by_role("heading", level=1)).to_have_text("職員トップ")
        return page

    return come


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A story that fails leaves pictures of what its people saw."""
    report = yield
    watched = getattr(item, "funcargs", {}).get("watched")
    if report.failed and isinstance(watched, Watched):
        report.sections.append(("what people saw", "\n".join(watched.last_pictures())))
    return report
