"""Tools of the city: verified claims with consent, and the card as the stronger proof."""

from __future__ import annotations

from flask import Flask

from tests.auth import people
from tests.auth.federation.liar import Liar
from tests.auth.federation.wallet import Wallet
from tests.auth.provider.tools import Tool, add_tool, came_back, press
from tests.browser import Browser

MAIL = "momiji@home.example"
SCOPES = ["openid", "verified_profile"]


def holder(app: Flask, browser: Browser, liar: Liar) -> Wallet:
    people.register_by_mail(browser, app, MAIL)
    wallet = Wallet(browser, liar)
    wallet.connect()
    return wallet


def told(tool: Tool, code: str) -> dict[str, object]:
    tokens = tool.redeem(code).get_json()
    return dict(tool.userinfo(tokens["access_token"]).get_json())


def test_a_tool_receives_what_the_card_said_with_time_and_source(
    app: Flask, browser: Browser, liar: Liar
) -> None:
    holder(app, browser, liar)
    tool = add_tool(app, scopes=SCOPES)
    page = tool.send(browser, scope="openid verified_profile")
    assert "マイナンバーカードで確認済み" in page.text
    assert "まど市みなと一丁目2番3号" in page.text
    known = told(tool, came_back(press(browser, "allow"))["code"])["verified_claims"]
    assert isinstance(known, dict)
    assert known["claims"] == {
        "name": "もみじ",
        "birthdate": "1990-03-15",
        "gender": "female",
        "address": {"formatted": "まど市みなと一丁目2番3号"},
    }
    assert known["verification"]["trust_framework"] == "jpki"
    assert known["verification"]["source"] == liar.url
    assert known["verification"]["time"].endswith("Z")


def test_without_a_card_nothing_is_called_verified(
    app: Flask, browser: Browser, liar: Liar
) -> None:
    people.register_by_mail(browser, app, MAIL)
    tool = add_tool(app, scopes=SCOPES)
    tool.send(browser, scope="openid verified_profile")
    assert "verified_claims" not in told(tool, came_back(press(browser, "allow"))["code"])


def test_a_forgotten_record_is_released_no_more(app: Flask, browser: Browser, liar: Liar) -> None:
    holder(app, browser, liar)
    tool = add_tool(app, scopes=SCOPES)
    tool.send(browser, scope="openid verified_profile")
    press(browser, "allow")
    browser.get("/account/card/disconnect")
    browser.submit("つながりを切る")
    answer = came_back(tool.send(browser, scope="openid verified_profile"))
    assert "verified_claims" not in told(tool, answer["code"])


def test_other_scopes_tell_nothing_of_the_card(app: Flask, browser: Browser, liar: Liar) -> None:
    holder(app, browser, liar)
    tool = add_tool(app, scopes=["openid", "profile"])
    tool.send(browser, scope="openid profile verified_profile")
    known = told(tool, came_back(press(browser, "allow"))["code"])
    assert not {"verified_claims", "birthdate", "name"} & known.keys()


def test_a_tool_that_asks_for_the_card_gets_it(app: Flask, browser: Browser, liar: Liar) -> None:
    wallet = holder(app, browser, liar)
    tool = add_tool(app, scopes=["openid"])
    page = tool.send(browser, acr_values="jpki")
    assert page.path == "/sign-in/second-step"
    wallet.hold("マイナンバーカードを使う")
    answer = came_back(press(browser, "allow"))
    claims = tool.claims(tool.redeem(answer["code"]).get_json()["id_token"])
    assert claims["acr"] == "jpki"
    assert {"sc", "pin"} <= set(claims["amr"])


def test_something_weaker_than_the_card_is_said_to_be(
    app: Flask, browser: Browser, liar: Liar
) -> None:
    people.register_by_mail(browser, app, MAIL)
    tool = add_tool(app, scopes=["openid"])
    assert came_back(tool.send(browser, acr_values="jpki", prompt="none"))["error"] == (
        "unmet_authentication_requirements"
    )
