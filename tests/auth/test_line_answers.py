"""Answers of LINE belong to one browser, one sign-in, once."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.auth import people
from tests.auth.conftest import HOST, MOMIJI
from tests.auth.people import LinePhone
from tests.browser import Browser


def test_login_csrf_an_attackers_answer_is_nothing_in_the_victims_browser(
    browser: Browser, other: Browser, line: LinePhone
) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    other.get("/sign-in")
    page = other.get(callback)
    assert page.status == 400
    assert "もう一度押してください" in page.heading
    assert other.get("/sign-in/second-step").status == 409


def test_the_victims_own_waiting_sign_in_does_not_take_an_attackers_answer(
    browser: Browser, other: Browser, line: LinePhone
) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    other.get("/sign-in")
    other.submit("LINE", follow=False)
    assert other.get(callback).status == 400


def test_an_answer_is_used_once(browser: Browser, line: LinePhone) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    assert browser.get(callback).path == "/sign-in/set-up"
    page = browser.get(callback)
    assert page.status == 400
    assert "もう一度押してください" in page.heading


@pytest.mark.parametrize("change", ["state=", "state=other", "nothing"])
def test_an_answer_without_its_state_is_refused(
    browser: Browser, line: LinePhone, change: str
) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    bad = re.sub(r"&?state=[^&]*", "" if change == "nothing" else f"&{change}", callback)
    assert browser.get(bad).status == 400


def test_a_code_pasted_into_another_sign_in_is_stopped_by_pkce(
    app: Flask, browser: Browser, other: Browser, line: LinePhone, line_server: Any
) -> None:
    other.get("/sign-in")
    stolen = parse_qs(urlsplit(people.press_line(other, line)).query)["code"][0]
    browser.get("/sign-in")
    own = people.press_line(browser, LinePhone(line_server.url, MOMIJI))
    page = browser.get(re.sub(r"code=[^&]*", f"code={stolen}", own))
    assert page.status == 400
    assert "LINEでログインできませんでした" in page.heading
    assert "sign_in.first_proven" not in people.actions(app)


def test_the_answer_of_another_issuer_is_refused(browser: Browser, line: LinePhone) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    assert browser.get(f"{callback}&iss=https://idp.example").status == 400


def test_saying_no_to_line_is_a_clear_page(app: Flask, browser: Browser, line: LinePhone) -> None:
    browser.get("/sign-in")
    page = browser.get(people.press_line(browser, line, allow=False))
    assert page.status == 400
    assert "LINEでのログインをやめました" in page.heading
    assert "メールでログイン" in page.text
    assert "sign_in.line_refused" in people.actions(app)


def test_starting_again_in_this_browser_turns_auto_login_off(
    browser: Browser, other: Browser, line: LinePhone
) -> None:
    other.get("/sign-in")
    browser.get(people.press_line(other, line))
    page = browser.submit("もう一度LINEでログイン", follow=False)
    asked = parse_qs(urlsplit(page.response.headers["Location"]).query)
    assert asked["disable_auto_login"] == ["true"]
    assert browser.get(line.answer(page.response.headers["Location"])).path == "/sign-in/set-up"


def test_what_line_is_asked(browser: Browser) -> None:
    browser.get("/sign-in")
    page = browser.submit("LINE", follow=False)
    asked = parse_qs(urlsplit(page.response.headers["Location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["scope"] == ["openid profile"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{HOST}/sign-in/line/callback"]
    assert asked["bot_prompt"] == ["normal"]
    assert asked["ui_locales"] == ["ja"]
    assert re.fullmatch(r"[0-9A-Za-z]{20,}", asked["state"][0])
    assert len(asked["nonce"][0]) >= 20
    assert "max_age" in asked
    assert "disable_auto_login" not in asked


def test_no_link_of_another_site_begins_a_sign_in(browser: Browser) -> None:
    assert browser.get("/sign-in/line").status == 405
