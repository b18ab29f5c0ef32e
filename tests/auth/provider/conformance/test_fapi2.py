"""OpenID Foundation: fapi2-security-profile-final-test-plan, each module by its name.

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

from tests.auth.provider.conformance.conftest import MakeTool, Resident
from tests.auth.provider.test_client_proofs import proof, push, show
from tests.auth.provider.test_codes_and_tokens import later
from tests.auth.provider.tools import BACK, ISSUER, Tool, came_back, new_key, press
from tests.browser import Page

TOKEN, PAR, USERINFO = "/oauth/token", "/oauth/par", "/oauth/userinfo"


class Fapi:
    """A tool of the shape of FAPI 2.0 with its DPoP key, and a resident."""

    def __init__(self, tool: Tool, resident: Resident) -> None:
        self.tool, self.resident, self.key = tool, resident, new_key()

    def pushed(self, **more: Any) -> Any:
        """The answer of the PAR endpoint."""
        return push(self.tool, **more)

    def shown(self, uri: str, **more: str) -> Page:
        """The browser is sent over with what was pushed."""
        return show(self.tool, self.resident, uri, **more)

    def back(self, **more: Any) -> dict[str, str]:
        """The whole way to the tool's address."""
        page = self.shown(self.pushed(**more).get_json()["request_uri"])
        if page.response.status_code == 200:
            page = press(self.resident, "allow")
        return came_back(page)

    def redeem(self, code: str, key: Any = None, **more: Any) -> Any:
        """The token endpoint's answer."""
        return self.tool.redeem(code, proof(key or self.key, TOKEN), **more)

    def tokens(self, **more: Any) -> dict[str, Any]:
        """Tokens."""
        answer = self.redeem(self.back(**more)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def ask(self, token: str, scheme: str = "DPoP", **more: Any) -> int:
        """User info, proven; the status."""
        headers = proof(more.pop("key", self.key), USERINFO, method="GET", token=token, **more)
        headers["Authorization"] = f"{scheme} {token}"
        return int(self.tool.http("GET", USERINFO, headers=headers).status_code)


@pytest.fixture
def fapi(make: MakeTool, momiji: Resident) -> Fapi:
    return Fapi(make(auth_method="private_key_jwt", par=True, dpop=True), momiji)


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


def test_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(fapi: Fapi) -> None:
    code = fapi.back(dpop_jkt=new_key().thumbprint())["code"]
    assert fapi.redeem(code).get_json()["error"] == "invalid_grant"


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


def test_ensure_pkce_code_verifier_required(fapi: Fapi) -> None:
    code = fapi.back()["code"]
    assert fapi.redeem(code, code_verifier=None).status_code == 400


def test_incorrect_pkce_code_verifier_rejected(fapi: Fapi) -> None:
    code = fapi.back()["code"]
    assert fapi.redeem(code, code_verifier="v" * 43).get_json()["error"] == "invalid_grant"


def test_par_without_duplicate_parameters(fapi: Fapi) -> None:
    """client_id and request_uri alone at the authorization endpoint, all else pushed."""
    fapi.tokens()
    uri = fapi.pushed().get_json()["request_uri"]
    assert "code" in came_back(fapi.shown(uri))
