"""OpenID Foundation: fapi2-security-profile-final-test-plan, each module by its name: requests.

private_key_jwt, DPoP, OpenID Connect, plain response. Names leave out the common beginning.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.auth.provider.conformance.conftest import MakeTool
from tests.auth.provider.conformance.fapi import PAR, Fapi
from tests.auth.provider.conformance.resident import Resident
from tests.auth.provider.test_client_proofs import show
from tests.auth.provider.test_codes_and_tokens import later
from tests.auth.provider.tools import BACK, ISSUER, came_back, new_key, press


def test_discovery_end_point_verification(fapi: Fapi) -> None:
    told = fapi.tool.discovery()
    assert told["issuer"] == ISSUER and told["response_types_supported"] == ["code"]
    assert "private_key_jwt" in told["token_endpoint_auth_methods_supported"]
    assert "ES256" in told["dpop_signing_alg_values_supported"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["pushed_authorization_request_endpoint"].startswith(ISSUER)


def test_happy_flow(fapi: Fapi) -> None:
    tokens = fapi.tokens()
    assert tokens["token_type"] == "DPoP" and fapi.ask(tokens["access_token"]) == 200
    assert fapi.tool.claims(tokens["id_token"])["nonce"] == fapi.tool.asked["nonce"]


def test_user_rejects_authentication(make: MakeTool, momiji: Resident) -> None:
    fapi = Fapi(make(auth_method="private_key_jwt", par=True, dpop=True), momiji)
    fapi.shown(fapi.pushed().get_json()["request_uri"])
    back = came_back(press(momiji, "deny"))
    assert back["error"] == "access_denied" and back["iss"] == ISSUER
    assert back["state"] == fapi.tool.asked["state"]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"state": None}, id="ensure-authorization-request-without-state-success"),
        pytest.param({"nonce": None}, id="ensure-authorization-request-without-nonce-success"),
        pytest.param(
            {"nonce": "n" * 64}, id="ensure-authorization-request-with-64-char-nonce-success"
        ),
        pytest.param({"nonce": "n" * 384}, id="ensure-authorization-request-with-long-nonce"),
        pytest.param({"state": "s" * 384}, id="ensure-authorization-request-with-long-state"),
        pytest.param({"scope": "email openid"}, id="ensure-other-scope-order-succeeds"),
        pytest.param(
            {"claims": '{"userinfo":{"name":{"essential":true}}}'},
            id="test-claims-parameter-identity-claims",
        ),
    ],
)
def test_requests_that_succeed(fapi: Fapi, more: dict[str, Any]) -> None:
    back = fapi.back(**more)
    assert back.get("state") == fapi.tool.asked.get("state")
    told = fapi.tool.claims(fapi.redeem(back["code"]).get_json()["id_token"])
    assert told.get("nonce") == fapi.tool.asked.get("nonce")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("nonce", id="ensure-different-nonce-inside-and-outside-request-object"),
        pytest.param("state", id="ensure-different-state-inside-and-outside-request-object"),
    ],
)
def test_what_was_pushed_counts(fapi: Fapi, name: str) -> None:
    fapi.tokens()
    page = fapi.shown(fapi.pushed().get_json()["request_uri"], **{name: "another"})
    back = came_back(page)
    told = fapi.tool.claims(fapi.redeem(back["code"]).get_json()["id_token"])
    assert (back["state"], told["nonce"]) == (fapi.tool.asked["state"], fapi.tool.asked["nonce"])


def test_state_only_outside_request_object_not_used(fapi: Fapi) -> None:
    fapi.tokens()
    uri = fapi.pushed(state=None).get_json()["request_uri"]
    assert "state" not in came_back(fapi.shown(uri, state="outside"))


def test_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(fapi: Fapi) -> None:
    code = fapi.back(dpop_jkt=new_key().thumbprint())["code"]
    assert fapi.redeem(code).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        pytest.param(
            {"redirect_uri": None},
            "invalid_request",
            id="ensure-request-object-without-redirect-uri-fails",
        ),
        pytest.param(
            {"redirect_uri": ""},
            "invalid_request",
            id="ensure-redirect-uri-in-authorization-request",
        ),
        pytest.param(
            {"redirect_uri": f"{BACK}/other"},
            "invalid_request",
            id="plain-fapi-tolerate-unregistered-redirect-uri",
        ),
        pytest.param(
            {"response_type": "code id_token"},
            "unsupported_response_type",
            id="ensure-response-type-code-idtoken-fails",
        ),
        pytest.param(
            {"response_type": "token"},
            "unsupported_response_type",
            id="ensure-response-type-token-fails",
        ),
        pytest.param(
            {"request_uri": "urn:ietf:params:oauth:request_uri:x"},
            "invalid_request",
            id="par-authorization-request-containing-request_uri-form-param",
        ),
        pytest.param(
            {"code_challenge": None, "code_challenge_method": None},
            "invalid_request",
            id="par-ensure-pkce-required",
        ),
        pytest.param(
            {"code_challenge_method": "plain"}, "invalid_request", id="par-plain-pkce-rejected"
        ),
    ],
)
def test_pushed_requests_that_are_refused(fapi: Fapi, more: dict[str, Any], error: str) -> None:
    answer = fapi.pushed(**more)
    assert answer.status_code == 400 and answer.get_json()["error"] == error


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_par_attempt_invalid_http_method(fapi: Fapi, method: str) -> None:
    assert fapi.tool.http(method, PAR, data=fapi.tool.query()).status_code in {403, 404, 405}


def test_ensure_unsigned_authorization_request_without_using_par_fails(fapi: Fapi) -> None:
    page = fapi.tool.send(fapi.resident)
    assert page.status == 400 and "Location" not in page.response.headers


def test_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(fapi: Fapi) -> None:
    uri = fapi.pushed().get_json()["request_uri"]
    assert fapi.shown(uri).status == 200
    assert fapi.shown(uri).status == 200  # a preview, a reload
    assert fapi.redeem(came_back(press(fapi.resident, "allow"))["code"]).status_code == 200


def test_par_attempt_reuse_request_uri(fapi: Fapi) -> None:
    uri = fapi.pushed().get_json()["request_uri"]
    fapi.shown(uri)
    press(fapi.resident, "allow")
    assert fapi.shown(uri).status == 400
    uri = fapi.pushed().get_json()["request_uri"]
    assert "code" in came_back(fapi.shown(uri))  # allowed before: answered at once
    assert fapi.shown(uri).status == 400


def test_par_attempt_to_use_expired_request_uri(app: Flask, fapi: Fapi) -> None:
    answer = fapi.pushed().get_json()
    later(app, timedelta(seconds=answer["expires_in"] + 1))
    assert fapi.shown(answer["request_uri"]).status == 400


def test_par_attempt_to_use_request_uri_for_different_client(fapi: Fapi, make: MakeTool) -> None:
    uri = fapi.pushed().get_json()["request_uri"]
    other = make(auth_method="private_key_jwt", par=True, dpop=True, name="体育館の予約")
    assert show(other, fapi.resident, uri).status == 400


def test_par_without_duplicate_parameters(fapi: Fapi) -> None:
    """client_id and request_uri alone at the authorization endpoint, all else pushed."""
    fapi.tokens()
    uri = fapi.pushed().get_json()["request_uri"]
    assert "code" in came_back(fapi.shown(uri))
