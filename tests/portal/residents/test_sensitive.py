"""Services about illness, disability or family trouble leave no trace of a person, anywhere.

Not by naming tables: everything the residents' face offers is tried with the keys of sensitive
services, and afterwards no row of the database, no key of Valkey and no line of the log knows one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import inspect, text

from notifications.notices.links import link_allowed
from notifications.segments.city import askable_services, setting
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment
from portal.catalogue.load import load_catalogue, shipped_catalogue
from portal.catalogue.model import Service
from portal.core import logs
from portal.core.clock import today
from portal.core.db import database, transaction
from portal.core.web.access import access_of
from portal.mypage import acts
from portal.mypage.personal import concerned
from tests.browser import Browser
from tests.portal.residents.homes import Homes, post

SENSITIVE = [service for service in shipped_catalogue().services if service.sensitive]
# Where services themselves are kept, and words to find them by; no person is in these tables.
ABOUT_SERVICES = ("catalogue_", "alembic_version", "search_")
SEEN = {"seen_at", "updated_at"}  # of sessions: that one was here at all


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Every line of the log at DEBUG, as an operator would have it."""
    lines = io.StringIO()
    kept = structlog.get_config()
    with redirect_stderr(lines):
        logs.configure("DEBUG")
        structlog.configure(
            logger_factory=structlog.PrintLoggerFactory(lines), cache_logger_on_first_use=False
        )
        yield lines
    structlog.configure(**kept)


def rows(app: Flask) -> dict[str, list[str]]:
    """The whole database but the catalogue's own tables, a text a row."""
    found = {}
    with app.app_context(), database().engine.connect() as connection:
        for table in inspect(database().engine).get_table_names():
            if table.startswith(ABOUT_SERVICES):
                continue
            listed = connection.execute(text(f'SELECT to_jsonb(t) FROM "{table}" t')).scalars()
            found[table] = sorted(json.dumps(_still(row), ensure_ascii=False) for row in listed)
    return found


def _still(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in SEEN}


def requests(app: Flask, service: Service, person: object) -> list[tuple[str, str]]:
    """(method, path) of all of the residents' face that takes a service, by key or as a thing."""
    values = {"key": service.key, "service": service.key, "person_id": str(person)}
    values |= {
        "kind": "service",
        "occurrence": "1",
        "slug": service.key,
        "service_key": service.key,
    }
    naming = {"key", "service", "slug", "service_key"}
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if not access or "resident" not in access.faces or "unknown" in access.faces:
            continue
        if set(rule.arguments) & naming and set(rule.arguments) <= set(values):
            built = rule.build({name: values[name] for name in rule.arguments})
            assert built is not None
            found += [
                (method, built[1]) for method in rule.methods or () if method in {"GET", "POST"}
            ]
    return found


def fields(service: Service) -> dict[str, str]:
    """What a form about a service could send, whatever it calls it."""
    key = dict.fromkeys(("key", "service", "services", "thing", "item", "pick"), service.key)
    return key | {"kind": "service", "occurrence": "", "back": f"/services/{service.key}"}


def try_everything(browser: Browser, app: Flask, service: Service, person: object) -> None:
    """Look, press and send whatever there is."""
    page = browser.get(f"/services/{service.key}")
    forms = page.root.all("main")[0].all("form")
    assert not [f for f in forms if service.key in str(f.attributes.get("action"))]
    browser.get(f"/search?q={service.title.say('ja')}")
    browser.get(f"/services/{service.key}?notice={person}&from=line")
    for method, path in requests(app, service, person):
        if method == "GET":
            browser.client.get(path, base_url=browser.base)
        else:
            post(browser, path, **fields(service))


@pytest.mark.parametrize("service", SENSITIVE, ids=lambda service: service.key)
def test_nothing_is_kept_whatever_one_does(homes: Homes, service: Service) -> None:
    browser = homes.browser(homes.a)
    browser.get("/family")
    before = rows(homes.app)
    assert not [row for listed in before.values() for row in listed if service.key in row]
    try_everything(browser, homes.app, service, homes.child)
    after = rows(homes.app)
    knowing = [row for listed in after.values() for row in listed if service.key in row]
    assert knowing == []
    # Sealed columns can not be read here: so there must be no new row at all, but in tables that
    # have none (a refused act is noted, without its service).
    new = {table: set(after[table]) - set(before[table]) for table in before}
    readable = {"sessions", "audit_entries"}
    assert {table: found for table, found in new.items() if found and table not in readable} == {}


def test_valkey_and_the_log_know_no_key(homes: Homes, logged: io.StringIO) -> None:
    browser = homes.browser(homes.a)
    store = homes.app.extensions["mado.redis"]
    for service in SENSITIVE:
        try_everything(browser, homes.app, service, homes.child)
    kept = " ".join(str(key) for key in store.keys("*"))
    said = logged.getvalue()
    assert '"endpoint": "catalogue_pages.service"' in said  # the log is on
    for service in SENSITIVE:
        assert service.key not in kept
        lines = [line for line in said.splitlines() if service.key in line]
        assert lines == []


def test_the_acts_themselves_refuse(homes: Homes) -> None:
    for service in SENSITIVE:
        for act in (acts.complete, acts.dismiss):
            with (
                homes.app.test_request_context(),
                pytest.raises(acts.KeepsNoAct),
                transaction() as session,
            ):
                act(session, homes.a, homes.child, service.key, "")


def test_nobody_is_chosen_by_one(ctx: Flask) -> None:
    asked = {service.key for service in askable_services(today())}
    assert asked and not asked & {service.key for service in SENSITIVE}
    for service in SENSITIVE:
        segment = Segment.read({"has_person": {"service_open": service.key}})
        with pytest.raises(SegmentFault, match="sensitive"):
            segment.test(setting())


def test_none_is_shown_by_itself_and_none_knows_the_family(homes: Homes) -> None:
    with homes.app.test_request_context():
        for service in SENSITIVE:
            found = load_catalogue().service(service.key)
            assert not found.recommendable
            assert concerned(found, homes.a, today(), "ja") == []


def test_a_link_of_a_notice_says_nothing_of_who_pressed_it(homes: Homes) -> None:
    """A notice may lead to the page: nothing of the reader is in its address, nothing is kept."""
    service = SENSITIVE[0]
    assert link_allowed(f"/services/{service.key}")
    browser = homes.browser(homes.a)
    browser.get("/family")
    before = rows(homes.app)
    for extra in ("notice", "n", "r", "resident", "delivery", "utm_source"):
        browser.get(f"/services/{service.key}?{extra}={homes.a}")
    after = rows(homes.app)
    assert {t for t in before if before[t] != after[t]} <= {"sessions"}
    assert not [row for row in after["sessions"] if service.key in row]
