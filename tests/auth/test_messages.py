"""Codes and receipts as people read them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, render_template

from portal.core.i18n import force_locale

METHODS = ("line", "email", "totp", "recovery", "passkey", "passkey_removed")


@pytest.fixture(params=["ja", "en"])
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    with app.test_request_context(), force_locale(request.param):
        yield request.param


@pytest.mark.parametrize(
    "name", ["mail/auth_code.txt", "mail/auth_code.html", "line/auth_code.txt"]
)
def test_a_code_stands_first(language: str, name: str) -> None:
    words = render_template(name, code="012345", minutes=10)
    assert "012345" in words
    assert "10" in words
    if name == "mail/auth_code.txt":
        first = words.strip().splitlines()[0]
        assert first == {"ja": "番号: 012345", "en": "Your number: 012345"}[language]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "name", ["mail/auth_new_method.txt", "mail/auth_new_method.html", "line/auth_new_method.txt"]
)
def test_a_receipt_says_what_was_changed(language: str, name: str, method: str) -> None:
    words = [render_template(name, method=one) for one in METHODS]
    assert len(set(words)) == len(METHODS)
    japanese = any("ぁ" <= sign <= "ん" for sign in words[0])
    assert japanese is (language == "ja")
