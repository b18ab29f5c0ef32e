"""Attack cases 33 and 34, and what administrators do with clients."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from auth.provider import clients
from auth.provider.clients import BadClient
from portal.core.db import transaction
from tests.auth.people import actions, add_clerk, staff_signs_in
from tests.auth.provider.tools import BACK, ISSUER, Tool, add_tool, came_back
from tests.browser import Browser

ROOT = Path(__file__).resolve().parents[3]
CHIEF = "johokanri@city.example"


@pytest.fixture
def chief(app: Flask, staff_browser: Browser, work: Any) -> Browser:
    """An administrator's browser."""
    staff_signs_in(staff_browser, app, work, CHIEF, add_clerk(app, CHIEF, "administrator"))
    return staff_browser


def test_a_tools_name_is_only_text(app: Flask, momiji: Browser) -> None:
    tool = add_tool(app, name='<img src=x onerror=alert(1)>"', purpose="<script>1</script>")
    page = tool.send(momiji)
    assert "<img src=x" not in page.html and "<script>1" not in page.html
    assert "<img src=x" in page.heading


def test_the_consent_page_can_not_be_framed_or_sent_from_elsewhere(
    tool: Tool, momiji: Browser
) -> None:
    page = tool.send(momiji)
    assert page.response.headers["X-Frame-Options"] == "DENY"
    policy = page.response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://tool.mado.example " in policy
    forged = momiji.client.post(page.path, data={"decision": "allow"}, base_url=ISSUER)
    assert forged.status_code == 400
    assert came_back(tool.send(momiji, prompt="none"))["error"] == "consent_required"


def test_a_decision_counts_once(tool: Tool, momiji: Browser) -> None:
    page = tool.send(momiji)
    momiji.submit("許可して進む")
    assert momiji.get(page.path).status == 400


@pytest.mark.parametrize(
    "values",
    [
        {"redirect_uris": ["https://*.mado.example/back"]},
        {"redirect_uris": ["http://tool.mado.example/back"]},
        {"redirect_uris": [BACK + "#x"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": []},
        {"scopes": ["openid", "everything"]},
        {"scopes": ["email"]},
        {"name": " "},
        {"auth_method": "private_key_jwt", "jwks": None},
        {"auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}},
        {"auth_method": "none", "no_pkce_reason": "古い"},
        {"auth_method": "client_secret_jwt"},
    ],
)
def test_a_client_that_would_not_be_safe(ctx: Flask, values: dict[str, Any]) -> None:
    given = {"name": "x", "redirect_uris": [BACK], "auth_method": "none", "scopes": ["openid"]}
    with transaction() as session, pytest.raises(BadClient):
        clients.add(session, **(given | values))


def test_an_administrator_adds_changes_and_stops_a_tool(
    app: Flask, chief: Browser, momiji: Browser
) -> None:
    chief.get("/staff/clients/new")
    chief.submit(name="図書館の予約", redirect_uris="http://tool.mado.example/")
    assert chief.page is not None and chief.page.errors
    page = chief.submit(redirect_uris=BACK, scopes=["email"], auth_method="client_secret_basic")
    secret = page.root.all("code")[0].text
    client_id = page.path.rsplit("/", 1)[1]
    assert secret not in chief.get(page.path).html  # once
    tool = Tool(app, client_id, secret)
    assert tool.redeem(tool.code(momiji, scope="openid email")).status_code == 200
    chief.get(f"/staff/clients/{client_id}/edit")
    chief.submit(name="図書館の新しい予約", scopes=[])
    assert "図書館の新しい予約" in chief.get("/staff/clients").text
    assert tool.tokens(momiji, scope="openid email")["scope"] == "openid"
    chief.get(f"/staff/clients/{client_id}")
    chief.submit("サービスを止める")
    assert tool.send(momiji).status == 400
    assert {"client.added", "client.changed", "client.stopped"} <= set(actions(app))


def test_other_clerks_do_not_see_tools(app: Flask, staff_browser: Browser, work: Any) -> None:
    address = "koho@city.example"
    staff_signs_in(staff_browser, app, work, address, add_clerk(app, address, "author"))
    assert staff_browser.get("/staff/clients").status == 403


def test_clients_by_command(app: Flask) -> None:
    settings = app.extensions["mado.settings"]
    env = {name: str(getattr(settings, name)) for name in type(settings).model_fields}

    def run(*words: str) -> Any:
        script = "from auth.commands import clients; clients()"
        done = subprocess.run(
            [sys.executable, "-c", script, *words, "--json"],
            cwd=ROOT,
            env=os.environ | env,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    made = run(
        *("add", "--name", "図書館の予約", "--redirect-uri", BACK, "--auth", "private_key_jwt"),
        *("--scope", "openid email", "--par", "--dpop", "--post-logout-uri", BACK),
        *("--backchannel-logout-uri", "https://tool.mado.example/logout"),
    )
    assert made["private_key"]["d"] and made["require_pushed_authorization_requests"]
    assert made["issuer"] == ISSUER and made["dpop_bound_access_tokens"]
    plain = run("add", "--name", "体育館", "--redirect-uri", BACK)
    assert len(plain["client_secret"]) == 43
    assert len(run("rotate-keys")["keys"]) == 2
    assert run("stop", plain["client_id"])["stopped"]
    assert {one["client_name"] for one in run("list")} == {"図書館の予約", "体育館"}
