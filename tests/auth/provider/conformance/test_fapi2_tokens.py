"""OpenID Foundation: fapi2-security-profile-final-test-plan, each module by its name: tokens.

private_key_jwt, DPoP, OpenID Connect, plain response. Names leave out the common beginning.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.auth.provider.conformance.conftest import MakeTool
from tests.auth.provider.conformance.fapi import PAR, TOKEN, Fapi
from tests.auth.provider.test_client_proofs import proof, push
from tests.auth.provider.test_codes_and_tokens import later
from tests.auth.provider.tools import ISSUER, Tool, came_back, new_key


def test_access_token_type_header_case_sensitivity(fapi: Fapi) -> None:
    token = fapi.tokens()["access_token"]
    assert [fapi.ask(token, scheme) for scheme in ("DPoP", "dpop", "DPOP")] == [200] * 3


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"nbf": -5, "exp": 60}, 200),
        ({"nbf": 3600}, 401),
        ({"exp": -60}, 401),
    ],
)
def test_check_dpop_proof_nbf_exp(fapi: Fapi, more: dict[str, int], status: int) -> None:
    token, moment = fapi.tokens()["access_token"], int(time.time())
    assert fapi.ask(token, **{name: moment + off for name, off in more.items()}) == status


@pytest.mark.parametrize(
    "off",
    [
        pytest.param(-10, id="ensure-dpopproof-with-iat-10seconds-before-succeeds"),
        pytest.param(10, id="ensure-dpopproof-with-iat-10seconds-after-succeeds"),
    ],
)
def test_clocks_that_differ_a_little(fapi: Fapi, off: int) -> None:
    code = fapi.back()["code"]
    headers = proof(fapi.key, TOKEN, iat=int(time.time()) + off)
    assert fapi.tool.redeem(code, headers).status_code == 200


def test_ensure_mismatched_dpop_jkt_fails(fapi: Fapi) -> None:
    headers = proof(fapi.key, PAR)
    answer = push(fapi.tool, headers, dpop_jkt=new_key().thumbprint())
    assert answer.status_code == 400 and answer.get_json()["error"] == "invalid_dpop_proof"


def test_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(fapi: Fapi) -> None:
    fapi.tokens()
    uri = push(fapi.tool, proof(fapi.key, PAR)).get_json()["request_uri"]
    code = came_back(fapi.shown(uri))["code"]
    assert fapi.redeem(code, new_key()).get_json()["error"] == "invalid_grant"


def test_ensure_dpopproof_at_par_endpoint_binding_success(fapi: Fapi) -> None:
    fapi.tokens()
    uri = push(fapi.tool, proof(fapi.key, PAR)).get_json()["request_uri"]
    assert fapi.redeem(came_back(fapi.shown(uri))["code"]).status_code == 200


def test_ensure_dpop_auth_code_binding_success(fapi: Fapi) -> None:
    assert fapi.redeem(fapi.back(dpop_jkt=fapi.key.thumbprint())["code"]).status_code == 200


def test_ensure_client_id_in_token_endpoint(fapi: Fapi, tool: Tool) -> None:
    code = fapi.back()["code"]
    assert fapi.redeem(code, client_id=tool.client_id).get_json()["error"] == "invalid_client"
    assert fapi.redeem(code, client_id=fapi.tool.client_id).status_code == 200


def test_ensure_holder_of_key_required(fapi: Fapi) -> None:
    code = fapi.back()["code"]
    assert fapi.tool.redeem(code).get_json()["error"] == "invalid_dpop_proof"
    token = fapi.redeem(code).get_json()["access_token"]
    assert fapi.tool.userinfo(token).status_code == 401


def test_ensure_authorization_code_is_bound_to_client(fapi: Fapi, make: MakeTool) -> None:
    code = fapi.back()["code"]
    other = make(auth_method="private_key_jwt", par=True, dpop=True, name="体育館の予約")
    other.verifier = fapi.tool.verifier
    stolen = other.redeem(code, proof(new_key(), TOKEN))
    assert stolen.get_json()["error"] == "invalid_grant"
    assert fapi.redeem(code).status_code == 200


def test_attempt_reuse_authorization_code_after_one_second(app: Flask, fapi: Fapi) -> None:
    code = fapi.back()["code"]
    token = fapi.redeem(code).get_json()["access_token"]
    later(app, timedelta(seconds=1))
    assert fapi.redeem(code).get_json()["error"] == "invalid_grant"
    assert fapi.ask(token) == 401


def test_ensure_token_endpoint_fails_with_expired_auth_code(app: Flask, fapi: Fapi) -> None:
    code = fapi.back()["code"]
    later(app, timedelta(seconds=61))
    assert fapi.redeem(code).get_json()["error"] == "invalid_grant"


def test_ensure_client_assertion_in_token_endpoint(fapi: Fapi) -> None:
    code = fapi.back()["code"]
    bare = fapi.redeem(code, client_assertion=None, client_assertion_type=None)
    assert bare.get_json()["error"] == "invalid_client"
    assert fapi.redeem(code).status_code == 200


@pytest.mark.parametrize(
    ("claims", "times"),
    [
        pytest.param(
            {},
            {"exp": -300},
            id="ensure-client-assertion-with-exp-is-5-minutes-in-past-fails",
        ),
        pytest.param(
            {"aud": "https://evil.example"}, {}, id="ensure-client-assertion-with-wrong-aud-fails"
        ),
        pytest.param({"sub": None}, {}, id="ensure-client-assertion-with-no-sub-fails"),
        pytest.param(
            {},
            {"nbf": 90, "exp": 200},
            id="par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails",
        ),
        pytest.param({"aud": [ISSUER]}, {}, id="par-test-array-as-audience-fails"),
        pytest.param(
            {"aud": f"{ISSUER}/oauth/par"}, {}, id="par-test-par-endpoint-url-as-audience-fails"
        ),
        pytest.param(
            {"aud": f"{ISSUER}/oauth/token"},
            {},
            id="par-test-token-endpoint-url-as-audience-fails",
        ),
    ],
)
def test_assertions_that_are_refused(
    fapi: Fapi, claims: dict[str, Any], times: dict[str, int]
) -> None:
    moment = int(time.time())
    claims = claims | {name: moment + off for name, off in times.items()}
    answer = fapi.pushed(**fapi.tool.proof_of_client(**claims))
    assert answer.get_json()["error"] == "invalid_client"
    code = fapi.back()["code"]
    answer = fapi.redeem(code, **fapi.tool.proof_of_client(**claims))
    assert answer.get_json()["error"] == "invalid_client"


def test_par_ensure_jwt_client_assertions_nbf_8_seconds_in_the_future_is_accepted(
    fapi: Fapi,
) -> None:
    claims = {"nbf": int(time.time()) + 8, "iat": int(time.time()) + 8}
    assert fapi.pushed(**fapi.tool.proof_of_client(**claims)).status_code == 201


def test_ensure_signed_client_assertion_with_RS256_fails(make: MakeTool) -> None:  # noqa: N802
    key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
    jwks = {"keys": [dict(key.as_dict(private=False))]}
    for strict in (True, False):  # the profile's tools only
        tool = make(auth_method="private_key_jwt", par=True, dpop=strict, jwks=jwks)
        claims = {
            "iss": tool.client_id,
            "sub": tool.client_id,
            "aud": ISSUER,
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
            "jti": "one",
        }
        assertion = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key, ["RS256"])
        tool.key = new_key()
        answer = push(tool, **tool.proof_of_client() | {"client_assertion": assertion})
        assert answer.status_code == (400 if strict else 201)


def test_dpop_negative_tests(fapi: Fapi) -> None:
    code, moment, other = fapi.back()["code"], int(time.time()), new_key()
    wrong: list[dict[str, Any]] = [
        {"jti": None},
        {"htm": None},
        {"htm": "GET"},
        {"htu": None},
        {"htu": f"{ISSUER}/oauth/par"},
        {"iat": None},
        {"iat": moment - 3600},
        {"iat": moment + 3600},
        {"header": {"typ": "JWT"}},
        {"header": {"jwk": fapi.key.as_dict(private=True)}},
        {"header": {"jwk": other.as_dict(private=False)}},
        {"header": {"jwk": None}},
    ]
    for more in wrong:
        answer = fapi.tool.redeem(code, proof(fapi.key, TOKEN, **more))
        assert answer.status_code == 400, more
        assert answer.get_json()["error"] == "invalid_dpop_proof", more
    good = proof(fapi.key, TOKEN)
    token = fapi.tool.redeem(code, good).get_json()["access_token"]
    again = fapi.tool.redeem(fapi.back()["code"], good)  # with a jti that was used
    assert again.get_json()["error"] == "invalid_dpop_proof"
    assert fapi.ask(token, key=other) == 401
    assert fapi.ask(token, ath="x") == 401 and fapi.ask(token, ath=None) == 401
    assert fapi.ask(token, "Bearer") == 401
    assert fapi.ask(token) == 200


def test_refresh_token(fapi: Fapi) -> None:
    first = fapi.tokens(scope="openid offline_access")
    second = fapi.tool.refresh(first["refresh_token"], proof(fapi.key, TOKEN)).get_json()
    assert second["token_type"] == "DPoP" and fapi.ask(second["access_token"]) == 200
    bare = fapi.tool.refresh(second["refresh_token"])
    assert bare.get_json()["error"] == "invalid_dpop_proof"


def test_ensure_pkce_code_verifier_required(fapi: Fapi) -> None:
    code = fapi.back()["code"]
    assert fapi.redeem(code, code_verifier=None).status_code == 400


def test_incorrect_pkce_code_verifier_rejected(fapi: Fapi) -> None:
    code = fapi.back()["code"]
    assert fapi.redeem(code, code_verifier="v" * 43).get_json()["error"] == "invalid_grant"
