"""Visits without who it was, key figures whose rows add up, and Google only where it is wanted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from portal.core import audit
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.settings import Settings
from portal.insight import kpi
from portal.insight.counting import noting
from portal.insight.counting.models import CountedVisit
from portal.insight.models import SurveyAnswer
from tests.conftest import RESIDENT_HOST, make_settings
from tests.notifications.city import WRITER, resident, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux) Firefox/150"
HOST = f"http://{RESIDENT_HOST}"


def visit(app: Flask, *paths: str, address: str = "203.0.113.9", **headers: str) -> None:
    client = app.test_client()
    for path in paths:
        said = {"User-Agent": FIREFOX} | headers
        client.get(path, base_url=HOST, headers=said, environ_overrides={"REMOTE_ADDR": address})


def kept(app: Flask) -> list[Any]:
    with app.app_context():
        noting.flush()
        noting.fold()
        return list(read().execute(text("SELECT * FROM counted_visits ORDER BY pages DESC")))


def test_a_visit_is_one_row_that_leads_to_nobody(app: Flask) -> None:
    visit(app, "/search?q=sakura", "/services", Referer="https://www.google.com/")
    visit(app, "/services", address="203.0.113.10")
    first, second = kept(app)
    assert (first.pages, first.searched, first.reached, first.arrival) == (
        2, True, False, "search_engine",
    )  # fmt: skip
    assert (second.pages, second.searched, second.arrival) == (1, False, "direct")
    assert first.id.version == 4
    assert first.day == today()
    assert not {"address", "agent", "key", "resident_id"} & set(first._mapping)
    visit(app, "/services/child_allowance")  # half an hour has not passed: the same visit
    assert [(row.pages, row.reached) for row in kept(app)] == [(3, True), (1, False)]
    redis = app.extensions["mado.redis"]
    for key in redis.keys("mado:visit:*"):
        assert 0 < redis.ttl(key) <= 1800
        assert b"203.0.113" not in key


def test_the_button_is_kept_to(app: Flask) -> None:
    from tests.browser import Browser

    browser = Browser(app, HOST)
    page = browser.get("/counting")
    assert "クッキーを使わずに" in page.text
    assert "数えていません" in browser.submit("このブラウザを数えない").text
    assert "このブラウザを数えない" in browser.submit("また数えてよい").text
    before = len(kept(app))
    visit(app, "/services", **{"Sec-GPC": "1"})
    assert len(kept(app)) == before


def test_rows_add_up_to_each_figure(app: Flask) -> None:
    month = f"{today():%Y-%m}"
    with app.app_context():
        people = [resident(mail=f"ume{n}@resident.example") for n in range(3)]
        with transaction() as session:
            for who in people[:2]:
                audit.record(session, "sign_in.completed", ("resident", who))
            for n in range(6):
                session.add(
                    CountedVisit(
                        day=today().replace(day=1) + timedelta(days=n % 2), arrival="search_engine",
                        pages=2, clicks=n, searched=n % 2 == 0, reached=n % 3 == 0, signed_in=False,
                        started=["report"], finished=["report"] if n < 2 else [],
                    )
                )  # fmt: skip
                session.add(SurveyAnswer(day=today(), task="todo", ease=n + 2, satisfaction=None))
        found = {value.kpi.key: value for value in kpi.values(month)}
    assert (found["registered"].part, found["registered"].shown) == (3, "3")
    assert (found["active"].part, found["active"].whole) == (2, 3)
    assert (found["searchers"].part, found["searchers"].whole) == (2, 3)
    assert (found["arrivals"].part, found["arrivals"].whole) == (4, 6)
    assert found["clicks"].part == 15
    assert found["completion"].shown == "33.3%"
    assert found["ease"].shown == "50.0%"
    assert found["satisfaction"].shown == "–"
    browser = sign_in(app, "staff", WRITER, frozenset({"operations.view"}))
    assert "33.3%" in browser.get(f"/staff/kpi?month={month}").text
    for key, value in found.items():
        page = browser.get(f"/staff/kpi/{key}?month={month}")
        cells = page.text.split("合計 ")[-1].split() if value.rows and not value.hidden else []
        assert cells[:2] == [str(value.part), str(value.whole)] if cells else True, key
    assert browser.get("/staff/kpi/none").status == 404
    assert browser.client.get("/staff/kpi/month.csv", base_url="http://staff.localhost:8000").data


def test_google_is_named_only_where_it_is_set_up(app: Flask, settings: Settings) -> None:
    from wsgi import create_app

    plain = app.test_client().get("/", base_url=HOST)
    assert "google" not in plain.headers["Content-Security-Policy"] + plain.text.lower()
    more = {"GOOGLE_ANALYTICS": "G-ABCD1234"}
    wanted = create_app(make_settings(settings.DATABASE_URL, settings.REDIS_URL, Path(), **more))
    try:
        client = wanted.test_client()

        def policy(path: str, **headers: str) -> str:
            answer = client.get(path, base_url=HOST, headers={"User-Agent": FIREFOX} | headers)
            said = answer.headers["Content-Security-Policy"]
            assert ("googletagmanager" in answer.text) == ("googletagmanager" in said)
            assert "unsafe" not in said
            return said

        assert "https://www.googletagmanager.com" in policy("/services")
        assert "google" not in policy("/contact/t/secret")
        assert "google" not in policy("/sign-in")
        assert "google" not in policy("/services", **{"Sec-GPC": "1"})
    finally:
        wanted.extensions["mado.database"].engine.dispose()
        wanted.extensions["mado.redis"].close()
