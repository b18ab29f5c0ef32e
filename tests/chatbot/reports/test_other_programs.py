"""Open311 GeoReport v2, and what clerks set up."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chatbot.reports import sending
from chatbot.reports.handling import locked, move, publish
from chatbot.reports.models import Report
from chatbot.reports.rules import State
from portal.core.db import transaction
from portal.maps.places import Point
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST
from tests.notifications.city import sign_in

BASE = f"http://{RESIDENT_HOST}"
CLERK = frozenset({"reports.view", "reports.handle"})
AREAS = Path(__file__).resolve().parents[3] / "launcher" / "demo_open_data" / "areas"


def switch(app: Flask, mode: str) -> None:
    settings = app.extensions["mado.settings"]
    app.extensions["mado.settings"] = settings.model_copy(update={"OPEN311": mode})


def told(app: Flask, words: str = "ひみつの言葉", category: str = "road") -> Report:
    """A report as it came."""
    with app.app_context(), transaction() as session:
        point = Point(38.920012, 139.846098)
        report = sending.new_report(session, category, point, sending.Sender("web"))
        report.words, report.mail, report.place = words, "a@b.example", "ひみつの場所"
        session.add(report)
        return report


def ask(client: FlaskClient, path: str) -> Any:
    answer = client.get(f"/open311/v2/{path}", base_url=BASE)
    return answer.status_code, answer.get_json(silent=True)


def test_services_in_both_formats(app: Flask, client: FlaskClient) -> None:
    switch(app, "read")
    status, found = ask(client, "services.json")
    assert status == 200 and found[0]["service_code"] == "road"
    assert {one["type"] for one in found} == {"realtime"}
    answer = client.get("/open311/v2/services.xml", base_url=BASE)
    assert answer.mimetype == "text/xml"
    root = ElementTree.fromstring(answer.data)
    assert root.tag == "services" and len(root.findall("service")) == len(found)
    assert ask(client, "services/road.json")[1] == {"service_code": "road", "attributes": []}
    assert ask(client, "services/odd.json")[0] == 404
    assert ask(client, "services.html")[0] == 404


def test_requests_say_nothing_a_clerk_did_not_let_be_said(app: Flask, client: FlaskClient) -> None:
    switch(app, "read")
    report = told(app)
    status, (found,) = ask(client, "requests.json")
    assert status == 200 and found["service_request_id"] == report.number
    assert (found["status"], found["lat"], found["long"]) == ("open", 38.92, 139.8461)
    assert "ひみつ" not in str(found) and "example" not in str(found)
    with app.app_context(), transaction() as session:
        mine = locked(session, report.id)
        publish(session, mine, "歩道の穴 <1>")
        move(session, mine, State.DONE, "", None)
    _, (found,) = ask(client, f"requests/{report.number}.json")
    assert (found["status"], found["description"]) == ("closed", "歩道の穴 <1>")
    answer = client.get(f"/open311/v2/requests/{report.number}.xml", base_url=BASE)
    assert ElementTree.fromstring(answer.data).findtext("request/description") == "歩道の穴 <1>"


def test_requests_are_filtered(app: Flask, client: FlaskClient) -> None:
    switch(app, "read")
    first, second = told(app), told(app, category="light")

    def numbers(query: str) -> set[str]:
        return {one["service_request_id"] for one in ask(client, f"requests.json?{query}")[1]}

    assert numbers("service_code=light") == {second.number}
    assert numbers("status=closed") == set()
    assert numbers("status=open,closed") == {first.number, second.number}
    assert numbers(f"service_request_id={first.number}&status=closed") == {first.number}
    assert numbers("end_date=2020-01-01T00:00:00Z") == set()
    far = "requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-09-01T00:00:00Z"
    assert ask(client, far)[0] == 400
    status, faults = ask(client, "requests.json?start_date=nonsense")
    assert status == 400 and faults[0]["code"] == 400
    assert ask(client, "requests/26-99999.json")[0] == 404


def test_off_there_is_nothing(app: Flask, client: FlaskClient) -> None:
    assert ask(client, "services.json")[0] == 404  # as a city begins
    switch(app, "off")
    assert ask(client, "services.json")[0] == 404
    assert ask(client, "requests.json")[0] == 404


def test_posting_needs_the_setting_and_a_key_that_holds(app: Flask, client: FlaskClient) -> None:
    switch(app, "read")
    given = {"service_code": "road", "lat": "38.92", "long": "139.846", "description": "穴"}

    def post(**more: str) -> Any:
        path = "/open311/v2/requests.json"
        answer = client.post(path, data=given | more, base_url=BASE)
        return answer.status_code, answer.get_json()[0]

    assert post()[0] == 403  # only reading is on
    switch(app, "write")
    assert post()[0] == 403 and post(api_key="wrong")[0] == 403
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    clerk.get("/staff/reports/keys")
    page = clerk.submit("鍵を作る", name="道路アプリ")
    key = next(one.text for one in page.root.all("code") if "data-copy-text" in one.attributes)
    status, found = post(api_key=key)
    assert status == 201 and found["service_request_id"].startswith("26-")
    assert post(api_key=key, service_code="odd")[0] == 404
    assert post(api_key=key, lat="", long="")[0] == 400
    assert post(api_key=key, lat="0", long="0")[0] == 400
    assert post(api_key=key, description=" ")[0] == 400
    assert post(api_key=key, description="a\x00b")[0] == 400
    assert key not in clerk.get("/staff/reports/keys").html
    clerk.submit("終わらせる")
    assert post(api_key=key)[0] == 403


def test_clerks_change_what_can_be_told(app: Flask, browser: Browser) -> None:
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    clerk.get("/staff/reports/categories")
    clerk.submit("新しい種類", key="snow")
    clerk.submit("保存", name_ja="雪でふさがった道", words="雪、積雪", desk="civic", position="5")
    assert "雪でふさがった道" in browser.get("/reports/new").text
    clerk.get("/staff/reports/categories/snow")
    clerk.submit("保存", withdrawn="y")
    assert "雪でふさがった道" not in browser.get("/reports/new").text
    clerk.get("/staff/reports/categories")
    page = clerk.submit("新しい種類", key="../x")
    assert page.path == "/staff/reports/categories"


@pytest.mark.parametrize("kind", ["city", "prefecture_road"])
def test_clerks_take_boundaries_in_and_away(app: Flask, kind: str) -> None:
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    clerk.get("/staff/reports/areas")
    page = clerk.submit(None, kind=kind, file=[_file(b"{}")])
    assert any("GeoJSON" in one for one in page.errors)
    page = clerk.submit(None, kind=kind, file=[_file((AREAS / f"{kind}.geojson").read_bytes())])
    assert f"{kind}.geojson" in page.text or "a.geojson" in page.text
    clerk.submit("消す")
    assert "a.geojson" not in clerk.get("/staff/reports/areas").text


def test_who_only_looks_can_change_nothing(app: Flask) -> None:
    report = told(app)
    looker = sign_in(app, "staff", UUID(int=8), frozenset({"reports.view"}))
    page = looker.get(f"/staff/reports/{report.id}")
    assert page.status == 200 and "状態と回答" not in page.text and "連絡先を開く" not in page.text
    for path in ("state", "notes", "merging", "sorting", "contact", "publication"):
        with looker.client.post(
            f"/staff/reports/{report.id}/{path}", base_url=looker.base
        ) as answer:
            assert answer.status_code in (400, 403)
    assert looker.get("/staff/reports/map?state=&age=7").status == 200
    assert looker.get("/staff/reports?state=odd&category=x&age=x&page=9").status == 200


def _file(body: bytes) -> tuple[io.BytesIO, str, str]:
    return (io.BytesIO(body), "a.geojson", "application/geo+json")
