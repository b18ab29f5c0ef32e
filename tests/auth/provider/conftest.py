"""Momiji, her browser, and a tool."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.auth.provider.tools import Tool, add_resident, add_tool, sign_in
from tests.browser import Browser

MOMIJI = "momiji@home.example"


@pytest.fixture
def secret(app: Flask) -> str:
    """The secret in Momiji's authenticator app."""
    return add_resident(app, MOMIJI)


@pytest.fixture
def momiji(app: Flask, browser: Browser, secret: str) -> Browser:
    """Momiji's browser, signed in with two factors."""
    sign_in(browser, app, MOMIJI, secret)
    return browser


@pytest.fixture
def tool(app: Flask) -> Tool:
    """A tool that keeps a secret."""
    return add_tool(app)
