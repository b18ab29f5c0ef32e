"""A tool that asks for a level gets it or more, and a passkey reaches "phr"."""

from __future__ import annotations

from flask import Flask

from tests.auth.passkeys import doing
from tests.auth.passkeys.authenticator import Authenticator
from tests.auth.provider.tools import add_tool, came_back, press
from tests.browser import Browser


def test_a_tool_asks_for_a_phishing_resistant_sign_in(
    app: Flask, sakura: Browser, device: Authenticator
) -> None:
    tool = add_tool(app)
    assert tool.discovery()["acr_values_supported"] == ["aal1", "aal2", "phr", "jpki"]
    silent = came_back(tool.send(sakura, acr_values="phr", prompt="none"))
    assert silent["error"] == "unmet_authentication_requirements"
    assert tool.send(sakura, acr_values="phr").path == "/sign-in/second-step"
    doing.press(sakura, device)
    answer = came_back(press(sakura, "allow"))
    told = tool.claims(tool.redeem(answer["code"]).get_json()["id_token"])
    assert told["acr"] == "phr"
    assert told["amr"] == ["email", "otp", "mfa", "pop", "user"]
    for wanted in ("aal1", "aal2", "phr"):  # at least this: no page in between
        assert "code" in came_back(tool.send(sakura, acr_values=wanted, prompt="none"))
    silent = came_back(tool.send(sakura, acr_values="jpki", prompt="none"))
    assert silent["error"] == "unmet_authentication_requirements"
