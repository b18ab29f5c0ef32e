"""Case 13 at the provider: floods shut nobody out, fill nothing, and are told to wait."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from flask import Flask
from joserfc import jws, jwt
from joserfc.jwk import RSAKey
from sqlalchemy import text

from auth.limits import REFUSALS
from auth.provider import commands
from auth.provider.forms import ClientForm
from portal.core.db import read
from tests.auth.people import actions
from tests.auth.provider.test_client_proofs import proof, signer  # noqa: F401
from tests.auth.provider.tools import ISSUER, Tool, add_tool, new_key
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


def test_pushed_requests_are_limited_a_network(app: Flask) -> None:
    """Also those that hold: anybody can push for a tool that keeps no secret."""
    tool = add_tool(app, auth_method="none")
    form = tool.query()
    for _ in range(121):
        answer = tool.http("POST", "/oauth/par", data=form, environ_overrides=STRANGER)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert rows(app, "provider_requests") == 120


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/par", "/oauth/authorize"])
def test_a_long_body_is_refused(tool: Tool, path: str) -> None:
    answer = tool.http("POST", path, data={"client_id": tool.client_id, "x": "x" * 70_000})
    assert answer.status_code == 413


DEEP = b"[" * 1500 + b"]" * 1500  # deeper than Python's own stack


@pytest.mark.parametrize("payload", [DEEP, b"[]", b"null", b"\xff", b""])
def test_strange_json_breaks_nothing(
    signer: Tool,  # noqa: F811
    momiji: Browser,
    payload: bytes,
) -> None:
    kind = signer.proof_of_client()["client_assertion_type"]
    forged = jws.serialize_compact({"alg": "ES256"}, payload, signer.key, ["ES256"])
    answer = signer.redeem("x", client_assertion=forged, client_assertion_type=kind)
    assert answer.get_json()["error"] == "invalid_client"
    key = new_key()
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    proven = {"DPoP": jws.serialize_compact(header, payload, key, ["ES256"])}
    answer = signer.redeem(signer.code(momiji), proven)
    assert answer.get_json()["error"] == "invalid_dpop_proof"


def test_keys_of_tools_are_json_too(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(DEEP)
    line = ["add", "--name", "x", "--redirect-uri", ISSUER, "--jwks", str(file)]
    told = CliRunner().invoke(commands.clients, line)
    assert told.exit_code == 2 and "not JSON" in told.output


def test_an_administrator_pastes_nonsense(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"jwks": DEEP.decode()}):
        form = ClientForm()
        form.validate()
    assert form.jwks.errors


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_weak_key_proves_nothing(tool: Tool, momiji: Browser) -> None:
    weak = RSAKey.generate_key(1024)
    header = {"alg": "RS256", "typ": "dpop+jwt", "jwk": weak.as_dict(private=False)}
    made = {"htm": "POST", "htu": f"{ISSUER}/oauth/token", "iat": int(time.time()), "jti": "1"}
    proven = {"DPoP": jwt.encode(header, made, weak, ["RS256"])}
    answer = tool.redeem(tool.code(momiji), proven)
    assert answer.get_json()["error"] == "invalid_dpop_proof"


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
