"""A resident signs in to a city tool through Mado."""

from __future__ import annotations

from flask import Flask

from tests.auth.people import app_code, sent_codes
from tests.auth.provider.conftest import MOMIJI
from tests.auth.provider.tools import ISSUER, Tool, came_back, press
from tests.browser import Browser


def test_from_discovery_to_user_info(tool: Tool, momiji: Browser) -> None:
    page = tool.send(momiji, scope="openid profile email")
    assert page.heading == "「図書館の予約」にログインします"
    assert MOMIJI in page.text
    answer = came_back(press(momiji, "allow"))
    assert answer["at"] == tool.redirect_uri
    assert answer["state"] == tool.asked["state"] and answer["iss"] == ISSUER
    tokens = tool.redeem(answer["code"]).get_json()
    told = tool.claims(tokens["id_token"])
    assert told["iss"] == ISSUER and told["aud"] == tool.client_id
    assert told["nonce"] == tool.asked["nonce"]
    assert told["acr"] == "aal2" and told["amr"] == ["email", "otp", "mfa"]
    known = tool.userinfo(tokens["access_token"]).get_json()
    assert known == {
        "sub": told["sub"],
        "email": MOMIJI,
        "email_verified": True,
        "locale": "ja",
    }


def test_who_is_not_signed_in_comes_through_the_sign_in(
    app: Flask, browser: Browser, secret: str, tool: Tool
) -> None:
    page = tool.send(browser)
    assert page.path == "/sign-in"
    browser.get(page.link("メール"))
    browser.submit(email=MOMIJI)
    browser.submit(code=sent_codes(app, MOMIJI)[-1])
    page = browser.get("/sign-in/second-step/totp")
    assert "https://tool.mado.example" in page.response.headers["Content-Security-Policy"]
    page = browser.submit(code=app_code(secret))
    assert "図書館の予約" in page.heading
    assert "code" in came_back(press(browser, "allow"))


def test_the_second_time_nothing_is_asked(tool: Tool, momiji: Browser) -> None:
    tool.code(momiji)
    assert "code" in came_back(tool.send(momiji))


def test_the_resident_may_say_no(tool: Tool, momiji: Browser) -> None:
    tool.send(momiji)
    answer = came_back(press(momiji, "deny"))
    assert answer["error"] == "access_denied" and answer["iss"] == ISSUER
    assert came_back(tool.send(momiji, prompt="none"))["error"] == "consent_required"
