"""Attack case 40: whole flows with every logger open, and not one secret in what they say."""

from __future__ import annotations

import gc
import io
import logging
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from portal.core import logs
from portal.core.db import read
from portal.core.settings import Settings
from tests.auth.people import LinePhone, path_of, press_line, register_by_line, sent_codes
from tests.auth.provider.test_client_proofs import proof, push, show
from tests.auth.provider.tools import (
    Tool,
    add_resident,
    add_tool,
    came_back,
    new_key,
    press,
    sign_in,
)
from tests.browser import Browser

MAIL, MOMIJI = "sakura@home.example", "momiji@home.example"


def forget_loggers() -> None:
    """Loggers keep the stream they first wrote to."""
    for found in gc.get_objects():
        if isinstance(found, structlog._config.BoundLoggerLazyProxy):
            found.__dict__.pop("bind", None)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that a process of the product would print with LOG_LEVEL=DEBUG."""
    printed, root = io.StringIO(), logging.getLogger()
    level, handlers = root.level, root.handlers
    levels = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    root.handlers = []
    monkeypatch.setattr(sys, "stderr", printed)
    forget_loggers()
    logs.configure("DEBUG")
    yield printed
    root.handlers = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    forget_loggers()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An operator looks for a fault."""
    return settings.model_copy(update={"LOG_LEVEL": "DEBUG"})


@pytest.fixture
def momiji(said: io.StringIO, app: Flask, browser: Browser) -> Browser:
    """Momiji's browser, signed in with two factors."""
    sign_in(browser, app, MOMIJI, add_resident(app, MOMIJI))
    return browser


class Secrets:
    """What must not be found."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def add(self, **values: str) -> None:
        """By name, for the message of a failure."""
        self.known |= {name: value for name, value in values.items() if value}

    def add_query(self, what: str, url: str) -> None:
        """Every parameter of an address that is not public."""
        public = {"iss", "response_type", "scope", "client_id", "redirect_uri", "bot_prompt"}
        public |= {
            "code_challenge_method",
            "ui_locales",
            "max_age",
            "prompt",
            "at",
            "liffRedirectUri",
        }
        for name, values in parse_qs(urlsplit(url).query).items():
            if name not in public and len(values[0]) > 5 and not values[0].startswith("friendship"):
                self.known[f"{what} {name}"] = values[0]

    def found_in(self, words: str) -> list[str]:
        """Names of those that were said."""
        return [name for name, value in self.known.items() if value in words]


def cookies_of(browser: Browser) -> dict[str, str]:
    """Session cookies as the browser holds them."""
    jar = browser.client._cookies or {}
    return {f"cookie {one.key}": one.value for one in jar.values() if "mado" in one.key}


def all_that_is_kept(app: Flask) -> str:
    """Audit entries and mails' parameters apart from codes, as text."""
    with app.app_context():
        rows = read().execute(text("SELECT row_to_json(a)::text FROM audit_entries a")).scalars()
        return " ".join(rows)


def test_no_secret_of_a_sign_in_is_said(
    said: io.StringIO, app: Flask, browser: Browser, line: LinePhone, work: Any
) -> None:
    secrets = Secrets()
    secrets.add(mail=MAIL, line_id=line.user_id, channel=app.extensions["mado.settings"].SECRET_KEY)
    secrets.add(login_secret=app.extensions["mado.settings"].LINE_LOGIN_CHANNEL_SECRET)
    codes = register_by_line(browser, app, line, MAIL)
    work()
    secrets.add(**{f"recovery {n}": code for n, code in enumerate(codes)}, **cookies_of(browser))
    secrets.add(**{f"code {n}": code for n, code in enumerate(sent_codes(app, MAIL))})
    again = Browser(app, "http://localhost:8000")
    again.get("/sign-in")
    answer = press_line(again, line)
    secrets.add_query("line", answer)
    again.get(path_of(answer))
    wrong = Browser(app, "http://localhost:8000")
    wrong.get(path_of(answer))  # another browser: refused, and said so
    secrets.add(**cookies_of(again))
    assert "sign_in" in said.getvalue() or "request" in said.getvalue()
    assert len(secrets.known) > 12
    assert secrets.found_in(said.getvalue()) == []
    assert secrets.found_in(all_that_is_kept(app)) == []


def test_no_secret_of_a_tool_is_said(
    said: io.StringIO, app: Flask, momiji: Browser, work: Any
) -> None:
    secrets, key = Secrets(), new_key()
    for tool in (
        add_tool(app),
        add_tool(app, auth_method="client_secret_post", dpop=True),
        add_tool(app, auth_method="private_key_jwt", par=True, dpop=True),
    ):
        secrets.add(**_way_of(tool, momiji, key))
    secrets.add(**cookies_of(momiji))
    momiji.get("/account/security")
    momiji.submit("ログアウト", follow=False)
    work()
    assert "request" in said.getvalue()
    assert len(secrets.known) > 20
    assert secrets.found_in(said.getvalue()) == []
    assert secrets.found_in(all_that_is_kept(app)) == []


def _way_of(tool: Tool, browser: Browser, key: Any) -> dict[str, str]:
    """From asking to refreshing, with mistakes; every secret of it."""
    pushed = push(tool, scope="openid email offline_access").get_json()
    page = show(tool, browser, pushed["request_uri"])
    back = came_back(press(browser, "allow") if page.status == 200 else page)
    bound = {} if tool.way == "client_secret_basic" else proof(key, "/oauth/token")
    assertion = tool.proof_of_client() if tool.key else {}
    tokens = tool.redeem(back["code"], bound, **assertion).get_json()
    tool.redeem(back["code"][::-1])
    tool.userinfo(tokens["access_token"])
    found = {
        "secret": tool.secret or "",
        "handle": pushed["request_uri"],
        "code": back["code"],
        "state": tool.asked["state"],
        "nonce": tool.asked["nonce"],
        "verifier": tool.verifier,
        "assertion": assertion.get("client_assertion", ""),
        "proof": bound.get("DPoP", ""),
        "access": tokens["access_token"],
        "id": tokens["id_token"],
        "refresh": tokens["refresh_token"],
        "subject": tool.claims(tokens["id_token"])["sub"],
    }
    tool.redeem(back["code"], **assertion)  # a replay is noted, not repeated
    return {f"{tool.way} {name}": value for name, value in found.items()}
