"""What a token costs is three statements; a visitor's sign-in page is rendered once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.auth.provider.tools import Tool
from tests.browser import Browser

SCOPE = "openid offline_access"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ISSUER = {"base_url": "http://localhost:8000"}


def test_a_code_is_redeemed_in_three_statements(
    tool: Tool, momiji: Browser, count_queries: Any
) -> None:
    tool.tokens(momiji, scope=SCOPE)  # the signing key is opened
    code = tool.code(momiji, scope=SCOPE)
    tool.path("token_endpoint")
    with count_queries() as statements:
        answer = tool.redeem(code)
    assert answer.status_code == 200
    assert len(statements) == 3, statements  # the tool, its grant, the exchange
    token = answer.get_json()["refresh_token"]
    with count_queries() as statements:
        assert tool.refresh(token).status_code == 200
    assert len(statements) == 3, statements


def test_a_changed_tool_is_seen_at_once(tool: Tool, momiji: Browser, app: Flask) -> None:
    from auth.provider import clients
    from portal.core.db import transaction

    tool.tokens(momiji)
    code = tool.code(momiji)
    with app.app_context(), transaction() as session:
        client = clients.find(session, tool.client_id)
        assert client is not None
        old, tool.secret = tool.secret, clients.renew_secret(client)
    new, tool.secret = tool.secret, old
    assert tool.redeem(code).status_code == 401
    tool.secret = new
    assert tool.redeem(code).status_code == 200


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in?next=/my", "/sign-in?lang=en"])
def test_visitors_share_a_page_but_no_token(app: Flask, address: str) -> None:
    tokens, pages = set(), set()
    for _ in range(3):
        page = app.test_client().get(address, **ISSUER).text  # type: ignore[arg-type]
        found = TOKEN.findall(page)
        assert found and len(set(found)) == 1
        tokens.add(found[0])
        pages.add(TOKEN.sub("", page))
    assert len(tokens) == 3 and len(pages) == 1


def test_a_shared_pages_token_opens_its_form(client: FlaskClient) -> None:
    for _ in range(2):  # rendered, then kept
        page = client.get("/sign-in", **ISSUER).text  # type: ignore[arg-type]
    form = {"csrf_token": TOKEN.findall(page)[0], "next": ""}
    origin = {"Origin": "http://localhost:8000"}
    there = client.post("/sign-in/line", data=form, headers=origin, **ISSUER)  # type: ignore[arg-type]
    assert there.status_code == 303 and "authorize" in there.headers["Location"]


def test_pages_differ_where_they_should(app: Flask) -> None:
    def seen(address: str, agent: str = "Mozilla/5.0 Firefox/130") -> str:
        client = app.test_client()
        return client.get(address, headers={"User-Agent": agent}, **ISSUER).text  # type: ignore[arg-type]

    line = "Mozilla/5.0 (Linux; Android 14) Safari Line/14.0.0"
    assert "Sign in" in seen("/sign-in?lang=en") and "Sign in with" not in seen("/sign-in")
    assert 'value="/my/family"' in seen("/sign-in?next=/my/family")
    assert "/my/family" not in seen("/sign-in")
    assert "data-passkey" in seen("/sign-in") and "data-passkey-able" not in seen("/sign-in", line)
