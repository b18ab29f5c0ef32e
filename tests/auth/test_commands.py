"""The command line makes accounts that can sign in, and ends them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from auth import commands
from portal.core.settings import Settings
from tests.auth import people
from tests.browser import Browser


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))

    def call(*words: str) -> Result:
        group = {"residents": commands.residents, "staff": commands.staff}[words[0]]
        return CliRunner().invoke(group, list(words[1:]))

    return call


def test_a_resident_made_by_hand_can_sign_in(run: Any, app: Flask, browser: Browser) -> None:
    made = json.loads(run("residents", "add", "--email", "Fuji@Home.example", "--json").stdout)
    assert made["email"] == "fuji@home.example"
    assert made["otpauth"].startswith("otpauth://totp/")
    assert len(made["recovery_codes"]) == 10
    people.first_by_mail(browser, app, "fuji@home.example")
    browser.get("/sign-in/second-step/totp")
    page = browser.submit(code=people.app_code(made["totp_secret"]), follow=False)
    assert page.response.headers["Location"] == "/my"


def test_one_address_makes_one_resident(run: Any) -> None:
    assert run("residents", "add", "--email", "fuji@home.example").exit_code == 0
    again = run("residents", "add", "--email", "fuji@home.example")
    assert again.exit_code == 1
    assert "already used" in again.output
    assert run("residents", "add", "--email", "nonsense").exit_code == 2


def test_a_clerk_is_added_listed_and_ended(run: Any, app: Flask, staff_browser: Browser) -> None:
    added = run(
        *("staff", "add", "--email", "koho@city.example", "--name", "広報の書き手"),
        *("--role", "author", "--role", "approver", "--json"),
    )
    made = json.loads(added.stdout)
    assert made["roles"] == ["approver", "author"]
    listed = run("staff", "list", "--json")
    assert [row["email"] for row in json.loads(listed.stdout)] == ["koho@city.example"]
    assert made["totp_secret"] not in listed.stdout
    assert run("staff", "end", "--email", "koho@city.example").exit_code == 0
    assert json.loads(run("staff", "list", "--json").stdout)[0]["until"] is not None
    assert run("staff", "end", "--email", "nobody@city.example").exit_code == 1


def test_an_unknown_role_is_refused(run: Any) -> None:
    result = run("staff", "add", "--email", "a@city.example", "--name", "x", "--role", "king")
    assert result.exit_code == 2
    assert "author" in result.output
