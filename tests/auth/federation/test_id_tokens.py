"""What an issuer's answer must be, for the card and for clerks: the RP Basic modules and more.

A token that holds gets as far as "nobody has this card" and "no account for this clerk".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.auth.federation import liar as lies
from tests.auth.federation.conftest import reasons
from tests.auth.federation.liar import Liar
from tests.browser import Browser, Page

NOW = int(time.time())
Make = Callable[[str], Any]


@dataclass(frozen=True)
class Case:
    """One of the configurations."""

    browser: Browser
    begin: tuple[str, str]
    callback: str
    holds: str
    claims: Callable[..., dict[str, Any]]
    key: Any
    other: Any


@pytest.fixture(params=["card", "entra"])
def case(
    request: pytest.FixtureRequest, browser: Browser, staff_browser: Browser, liar: Liar
) -> Case:
    liar.keys = public(lies.EC if request.param == "card" else lies.RSA)
    if request.param == "card":
        begin, callback = ("/sign-in", "カードでログイン"), "/sign-in/with/card/callback"
        holds, claims, key, other = "card_unknown", lies.card_claims, lies.EC, lies.OTHER_EC
        return Case(browser, begin, callback, holds, claims, key, other)
    begin, callback = ("/staff/sign-in", "庁内アカウント"), "/staff/sign-in/with/entra/callback"
    holds, claims, key, other = "no_account", lies.entra_claims, lies.RSA, lies.OTHER_RSA
    return Case(staff_browser, begin, callback, holds, claims, key, other)


def leaves(case: Case) -> dict[str, str]:
    """The browser leaves for the issuer; what it asks there."""
    case.browser.get(case.begin[0])
    page = case.browser.submit(case.begin[1], follow=False)
    assert page.status == 303
    query = parse_qs(urlsplit(page.response.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def comes_back(case: Case, liar: Liar, make: Make, more: str = "") -> Page:
    """And back, with a code for which the issuer gives `make(nonce)`."""
    asked = leaves(case)
    liar.token = lambda form: make(asked["nonce"])
    return case.browser.get(f"{case.callback}?code=x&state={asked['state']}{more}")


def public(*keys: Any) -> list[dict[str, Any]]:
    return [dict(key.as_dict(private=False)) for key in keys]


def good(case: Case, liar: Liar, **more: Any) -> Make:
    return lambda nonce: lies.answered(lies.signed(case.claims(liar, nonce, **more), case.key))


def test_a_token_that_holds_is_believed(app: Flask, case: Case, liar: Liar) -> None:
    comes_back(case, liar, good(case, liar))
    assert reasons(app) == [case.holds]


CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "token_iss"),
    "an issuer with a slash more": ({"iss": "http://127.0.0.1/"}, "token_iss"),
    "no issuer": ({"iss": None}, "token_iss"),
    "another audience": ({"aud": "another"}, "token_aud"),
    "no audience": ({"aud": None}, "token_aud"),
    "another authorized party": ({"azp": "another"}, "token_azp"),
    "another nonce": ({"nonce": "another"}, "token_nonce"),
    "no nonce": ({"nonce": None}, "token_nonce"),
    "expired": ({"exp": NOW - 3600}, "token_exp"),
    "no expiry": ({"exp": None}, "token_exp"),
    "expiry as text": ({"exp": str(NOW + 300)}, "token_exp"),
    "not yet good": ({"nbf": NOW + 3600}, "token_nbf"),
    "of the future": ({"iat": NOW + 3600}, "token_iat"),
    "old": ({"iat": NOW - 3600}, "token_iat"),
    "no time of issue": ({"iat": None}, "token_iat"),
    "no subject": ({"sub": None}, "token_sub"),
    "an empty subject": ({"sub": ""}, "token_sub"),
    "a subject that is no text": ({"sub": 7}, "token_sub"),
    "methods that are no list": ({"amr": "mfa"}, "token_amr"),
}


def test_a_wrong_claim_is_refused(app: Flask, case: Case, liar: Liar) -> None:
    for claims, _ in CLAIMS.values():
        assert comes_back(case, liar, good(case, liar, **claims)).status == 400
    found = dict(zip(CLAIMS, reasons(app), strict=True))
    assert found == {fault: reason for fault, (_, reason) in CLAIMS.items()}


def test_an_audience_of_several_is_refused(app: Flask, case: Case, liar: Liar) -> None:
    own = case.claims(liar, "")["aud"]
    comes_back(case, liar, good(case, liar, aud=[own, "another"], azp=own))
    comes_back(case, liar, good(case, liar, aud=[own]))
    assert reasons(app) == ["token_aud", case.holds]


Sign = Callable[[dict[str, Any], Case], Any]
SIGNATURES: dict[str, tuple[Sign, str]] = {
    "none": (lambda claims, case: lies.unsigned(claims), "token_alg"),
    "HS256 with the public key": (
        lambda claims, case: lies.by_public_key(claims, case.key),
        "token_alg",
    ),
    "an algorithm of another configuration": (
        lambda claims, case: lies.signed(claims, lies.RSA if case.key is lies.EC else lies.EC),
        "token_alg",
    ),
    "another key under the same name": (
        lambda claims, case: lies.signed(
            claims, case.other, kid=case.key.as_dict(private=False)["kid"]
        ),
        "token_signature",
    ),
    "a key nobody published": (
        lambda claims, case: lies.signed(claims, case.other),
        "token_kid",
    ),
    "its own key in the header": (
        lambda claims, case: lies.signed(
            claims, case.other, kid=None, jwk=dict(case.other.as_dict(private=False))
        ),
        "token_signature",
    ),
    "cut off": (lambda claims, case: lies.signed(claims, case.key)[:-8], "token_signature"),
    "another kind of token": (
        lambda claims, case: lies.signed(claims, case.key, typ="logout+jwt"),
        "token_header",
    ),
    "not a token": (lambda claims, case: "x", "token_malformed"),
    "not text": (lambda claims, case: 7, "token_malformed"),
}


def test_a_wrong_signature_is_refused(app: Flask, case: Case, liar: Liar) -> None:
    for sign, _ in SIGNATURES.values():

        def make(nonce: str, sign: Sign = sign) -> Any:
            return lies.answered(sign(case.claims(liar, nonce), case))

        assert comes_back(case, liar, make).status == 400
    found = dict(zip(SIGNATURES, reasons(app), strict=True))
    assert found == {fault: reason for fault, (_, reason) in SIGNATURES.items()}


def test_without_a_key_id_one_key_is_enough_and_several_are_too_many(
    app: Flask, case: Case, liar: Liar
) -> None:
    def make(nonce: str) -> Any:
        return lies.answered(lies.signed(case.claims(liar, nonce), case.key, kid=None))

    comes_back(case, liar, make)
    for party in app.extensions["mado.federation"].values():
        party._until = 0.0  # an hour passes
    liar.keys = public(case.key, case.other)
    comes_back(case, liar, make)
    assert reasons(app) == [case.holds, "token_kid"]


def test_a_new_key_of_the_issuer_is_fetched(app: Flask, case: Case, liar: Liar) -> None:
    comes_back(case, liar, good(case, liar))
    liar.keys = public(case.other)

    def make(nonce: str) -> Any:
        return lies.answered(lies.signed(case.claims(liar, nonce), case.other))

    comes_back(case, liar, make)
    assert reasons(app) == [case.holds, case.holds]


ANSWERS: dict[str, Any] = {
    "no id_token": {"access_token": "a", "token_type": "Bearer"},
    "an empty id_token": lies.answered(""),
    "an error": {"error": "invalid_grant"},
    "a list": [],
    "a number": 1,
    "not JSON": b"<html>",
    "nothing": b"",
}


def test_another_answer_is_refused(app: Flask, case: Case, liar: Liar) -> None:
    for answer in ANSWERS.values():
        page = comes_back(case, liar, lambda nonce, answer=answer: answer)  # type: ignore[misc]
        assert page.status == 400
    assert case.holds not in reasons(app)
    assert len(reasons(app)) == len(ANSWERS)
    assert reasons(app)[0] == "no_id_token"


def test_an_answer_is_for_one_browser_once(app: Flask, case: Case, liar: Liar) -> None:
    asked = leaves(case)
    liar.token = lambda form: good(case, liar)(asked["nonce"])
    callback = f"{case.callback}?code=x&state={asked['state']}"
    stranger = Browser(app, case.browser.base)
    assert stranger.get(callback).status == 400  # login CSRF
    case.browser.get(callback)
    case.browser.get(callback)  # replay
    assert reasons(app) == ["state", case.holds, "state"]


def test_an_answer_without_its_state_is_refused(app: Flask, case: Case) -> None:
    for change in ("", "&state=", "&state=other"):
        leaves(case)
        assert case.browser.get(f"{case.callback}?code=x{change}").status == 400
    assert reasons(app) == ["state"] * 3


def test_the_answer_of_another_issuer_is_refused(app: Flask, case: Case, liar: Liar) -> None:
    comes_back(case, liar, good(case, liar), more="&iss=https://evil.example")
    comes_back(case, liar, good(case, liar), more=f"&iss={case.claims(liar, '')['iss']}")
    assert reasons(app) == ["issuer", case.holds]


def test_parameters_that_come_twice_are_refused(app: Flask, case: Case, liar: Liar) -> None:
    comes_back(case, liar, good(case, liar), more="&code=y")
    assert reasons(app) == ["twice"]


def test_saying_no_is_a_clear_page(app: Flask, case: Case, liar: Liar) -> None:
    asked = leaves(case)
    page = case.browser.get(f"{case.callback}?error=access_denied&state={asked['state']}")
    assert page.status == 400
    assert "やめました" in page.heading


def test_what_is_asked(case: Case, liar: Liar) -> None:
    asked = leaves(case)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["redirect_uri"] == case.browser.base + case.callback
    assert 20 <= len(asked["nonce"]) <= 255
    assert 20 <= len(asked["state"]) <= 255
    assert asked["state"].isalnum()


def test_no_link_of_another_site_begins_it(case: Case) -> None:
    path = "/staff/sign-in/with/entra" if "staff" in case.callback else "/sign-in/card"
    assert case.browser.get(path).status == 405


def test_a_portal_in_public_believes_no_stand_in(
    app: Flask, case: Case, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = leaves(case)
    liar.headers = {"Mado-Standin": "card-service"}
    liar.token = lambda form: good(case, liar)(asked["nonce"])
    known = app.extensions["mado.settings"]
    monkeypatch.setattr(type(known), "refuses_stand_ins", property(lambda self: True))
    case.browser.get(f"{case.callback}?code=x&state={asked['state']}")
    assert reasons(app) == ["stand_in"]


def test_secrets_follow_no_redirect(app: Flask, case: Case, liar: Liar) -> None:
    liar.headers = {"Location": f"{liar.url}/elsewhere"}
    for where in ("/token", "/jwks"):
        liar.moved = where
        assert comes_back(case, liar, good(case, liar)).status == 503
    assert not [path for path, _, _ in liar.asked if path == "/elsewhere"]
