"""Case 13 at the provider: floods shut nobody out, fill nothing, and are told to wait."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import text

from auth.limits import REFUSALS
from portal.core.db import read
from tests.auth.people import actions
from tests.auth.provider.test_client_proofs import proof, signer  # noqa: F401
from tests.auth.provider.tools import ISSUER, Tool, new_key
from tests.browser import Browser

MANY = REFUSALS.count + 20
STRANGER = {"REMOTE_ADDR": "192.0.2.7"}


def rows(app: Flask, table: str) -> int:
    """How many there are."""
    with app.app_context():
        return int(read().execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_wrong_secrets_are_told_to_wait_and_the_tool_is_not_shut_out(
    tool: Tool, momiji: Browser
) -> None:
    code, right = tool.code(momiji), tool.secret
    noted = len(actions(tool.app))
    tool.secret = "guessed"
    answers = [tool.redeem(code) for _ in range(MANY)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429 and 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert len(actions(tool.app)) - noted == REFUSALS.count
    tool.secret = right
    assert tool.redeem(code).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/oauth/authorize?client_id=nobody",
        "/sign-in/line/callback?state=guessed&code=x",
        "/oauth/userinfo",
    ],
)
def test_strangers_do_not_fill_the_audit_log(app: Flask, path: str) -> None:
    client, before = app.test_client(), len(actions(app))
    for _ in range(MANY):
        answer = client.get(path, base_url=ISSUER, environ_overrides=STRANGER)
        assert answer.status_code in {400, 401}
    assert len(actions(app)) - before == REFUSALS.count
    client.get(path, base_url=ISSUER, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert len(actions(app)) - before == REFUSALS.count + 1  # another network still leaves one


def test_sign_ins_for_a_tool_are_limited_a_network(tool: Tool) -> None:
    """Each leaves a row that waits for an hour."""
    client, path = tool.app.test_client(), f"/oauth/authorize?{urlencode(tool.query())}"
    for _ in range(130):
        answer = client.get(path, base_url=ISSUER, environ_overrides=STRANGER)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert rows(tool.app, "provider_requests") == 120
    other = client.get(path, base_url=ISSUER, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert other.status_code == 303


def test_pushed_requests_are_limited_a_network(tool: Tool) -> None:
    tool.way = "client_secret_basic"
    for _ in range(121):
        answer = tool.http(
            "POST",
            "/oauth/par",
            data=tool.query(),
            headers={"Authorization": "Basic x"},
            environ_overrides=STRANGER,
        )
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/par", "/oauth/authorize"])
def test_a_long_body_is_refused(tool: Tool, path: str) -> None:
    answer = tool.http("POST", path, data={"client_id": tool.client_id, "x": "x" * 70_000})
    assert answer.status_code == 413


DEEP = b"[" * 20_000 + b"]" * 20_000


def encoded(part: bytes) -> str:
    """A part of a JWT."""
    import base64

    return base64.urlsafe_b64encode(part).decode().rstrip("=")


@pytest.mark.parametrize(
    "forged",
    [
        f"{encoded(DEEP)}.e30.x",
        f"e30.{encoded(DEEP)}.x",
        f"{encoded(b'[]')}.{encoded(b'[]')}.x",
        f"{encoded(b'{}')}.{encoded(b'[1]')}.x",
        f"{encoded(b'1')}.{encoded(b'null')}.x",
    ],
)
def test_strange_json_breaks_nothing(
    signer: Tool,  # noqa: F811
    momiji: Browser,
    forged: str,
) -> None:
    kind = signer.proof_of_client()["client_assertion_type"]
    answer = signer.redeem("x", client_assertion=forged, client_assertion_type=kind)
    assert answer.get_json()["error"] == "invalid_client"
    answer = signer.redeem("x", {"DPoP": forged})
    assert answer.status_code == 400
    page = signer.send(momiji, id_token_hint=forged[:4000], prompt="none")
    assert "error=login_required" in page.response.headers["Location"]


@pytest.mark.parametrize("claims", [{"exp": float("nan")}, {"exp": float("inf")}, {"exp": True}])
def test_times_that_are_none(
    signer: Tool,  # noqa: F811
    claims: dict[str, Any],
) -> None:
    answer = signer.redeem("x", **signer.proof_of_client(**claims))
    assert answer.get_json()["error"] == "invalid_client"


@pytest.mark.parametrize("more", [{"iat": float("nan")}, {"exp": 1}, {"nbf": 9_999_999_999}])
def test_proofs_out_of_their_time(tool: Tool, momiji: Browser, more: dict[str, Any]) -> None:
    code = tool.code(momiji)
    answer = tool.redeem(code, proof(new_key(), "/oauth/token", **more))
    assert answer.get_json()["error"] == "invalid_dpop_proof"
