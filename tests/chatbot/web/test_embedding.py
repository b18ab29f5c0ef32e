"""The bot on the city's own website: by one tag, in real Chromium, from real other origins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from standins.processes import StandinProcess, free_port
from tests.conftest import RESIDENT_HOST

BASE = f"http://{RESIDENT_HOST}"
SITE = "https://www.city.example"
PAGE = "/sites/www.city.mado.example/kosodate/teate/jido.html"


@pytest.fixture
def settings(settings: Any) -> Any:
    return settings.model_copy(update={"EMBED_ORIGINS": SITE})


def ask(client: FlaskClient, body: Any, **headers: str) -> Any:
    return client.post("/ask.json", json=body, base_url=BASE, headers=headers)


def test_scripts_get_the_reply_that_people_see(answered: Flask, client: FlaskClient) -> None:
    answer = ask(client, {"text": "住民票はコンビニで取れますか"}, Origin=SITE)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]
    told = answer.get_json()
    assert "コンビニ" in json.dumps(told, ensure_ascii=False)
    assert {"kind", "language", "title", "blocks", "notes", "links", "options"} <= told.keys()


def test_a_conversation_goes_on_by_its_context_and_choices(
    answered: Flask, client: FlaskClient
) -> None:
    first = ask(client, {"text": "証明書"}).get_json()
    choice = first["options"][0]["payload"]
    then = ask(client, {"choice": choice, "context": first["context"]}).get_json()
    assert then["kind"] in {"answer", "candidates"}


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://www.city.example.evil"]
)
def test_other_sites_are_refused(client: FlaskClient, origin: str) -> None:
    answer = ask(client, {"text": "児童手当"}, Origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    looked = client.open("/ask.json", method="OPTIONS", base_url=BASE, headers={"Origin": origin})
    assert looked.status_code == 403


@pytest.mark.parametrize(
    "body", [[], {}, {"text": 1}, {"text": " "}, {"text": "x", "context": ["x"]}]
)
def test_nonsense_is_400(client: FlaskClient, body: Any) -> None:
    assert ask(client, body).status_code == 400


def test_without_the_engine_it_says_try_later(client: FlaskClient) -> None:
    assert ask(client, {"text": "児童手当"}).status_code == 503


def test_a_script_is_slowed_down(client: FlaskClient) -> None:
    statuses = [ask(client, {}).status_code for _ in range(61)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:60]


def test_the_frame_leaves_nothing_and_says_who_may_hold_it(
    answered: Flask, client: FlaskClient
) -> None:
    shown = client.get("/ask/embedded?in=en", base_url=BASE)
    asked = client.post(
        "/ask/embedded?in=en", base_url=BASE, data={"text": "When is the city hall open?"}
    )
    assert "8:30" in asked.text
    for answer in (shown, asked):
        assert "Set-Cookie" not in answer.headers
        assert "X-Frame-Options" not in answer.headers
        policy = answer.headers["Content-Security-Policy"]
        assert f"frame-ancestors 'self' {SITE};" in policy
    assert client.get("/ask", base_url=BASE).headers["X-Frame-Options"] == "DENY"


def test_the_script_is_fresh_within_an_hour(client: FlaskClient) -> None:
    """Its address carries no hash, so that the tag on the city's pages never changes."""
    answer = client.get("/ask/embed.js", base_url=BASE, headers={"Origin": SITE})
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.mimetype == "text/javascript"
    answer.close()
    other = client.get("/ask/embed.js", base_url=BASE, headers={"Origin": "https://a.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    other.close()


@pytest.fixture
def served(
    settings: Any, answering_process: str, tmp_path: Path
) -> Iterator[tuple[str, StandinProcess, StandinProcess]]:
    """The portal, a site that may embed it, and one that may not but tries."""
    from werkzeug.serving import make_server

    from wsgi import create_app

    port = free_port()
    portal = f"http://localhost:{port}"
    with (
        StandinProcess.city_site(tmp_path / "site", portal=portal) as site,
        StandinProcess.city_site(tmp_path / "other", portal=portal) as other,
    ):
        changes = {
            "PUBLIC_URL": portal,
            "STAFF_URL": f"http://staff.localhost:{port}",
            "EMBED_ORIGINS": site.url,
            "ANSWERS_SOCKET": answering_process,
        }
        app = create_app(settings.model_copy(update=changes))
        app.extensions["mado.redis"].flushdb()
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield portal, site, other
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["mado.database"].engine.dispose()
        app.extensions["mado.redis"].close()


def test_one_tag_opens_the_bot_on_an_allowed_site_only(
    served: tuple[str, StandinProcess, StandinProcess], chromium: Chromium
) -> None:
    portal, site, other = served
    context = chromium.new_context(viewport={"width": 375, "height": 720}, locale="ja-JP")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(site.url + PAGE)
    page.get_by_role("button", name="市に質問する").click()
    frame = page.frame_locator("iframe")
    frame.get_by_label("質問").fill("住民票はコンビニで取れますか")
    frame.get_by_role("button", name="質問する").click()
    frame.locator("#latest").get_by_text("コンビニ").first.wait_for()
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.dataset.madoAsk") == ""
    assert [words for words in faults if "404" not in words] == []  # a site without favicon
    _refused(page, portal, other, faults)
    context.close()


def _refused(page: Page, portal: str, other: StandinProcess, faults: list[str]) -> None:
    page.goto(other.url + PAGE)
    page.get_by_role("button", name="市に質問する").click()
    page.wait_for_timeout(1000)
    assert page.frame_locator("iframe").get_by_label("質問").count() == 0
    assert any("frame-ancestors" in words for words in faults)
    read = """(portal) => fetch(portal + '/ask.json', {method: 'POST', body: '{"text":"x"}'})
        .then(() => 'read', () => 'refused')"""
    assert page.evaluate(read, portal) == "refused"
