"""A remembered device opens My Page by one tap, for looking only; a copied one is dropped."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.auth import people
from tests.auth.conftest import HOST, MAIL
from tests.auth.devices.conftest import SECRET
from tests.auth.devices.phone import Phone, csrf_of, messages, past, rows
from tests.auth.provider.tools import Tool, add_tool, press
from tests.browser import Browser


@pytest.fixture
def remembered(phone: Phone) -> Phone:
    """Sakura's phone, remembered and signed out."""
    phone.sign_in(remember=True)
    phone.leave()
    return phone


def test_a_tap_opens_my_page_on_a_remembered_device(app: Flask, remembered: Phone) -> None:
    page = remembered.tap("/inbox")
    assert page.path == "/inbox"
    assert people.session_of(app) == ("aal1", ["line"])  # no second step is claimed
    assert "sign_in.second_skipped" in people.actions(app)


def test_without_the_tick_nothing_is_remembered(phone: Phone) -> None:
    phone.sign_in(remember=False)
    phone.leave()
    assert phone.tap().path == "/sign-in/second-step"


def test_the_first_step_by_mail_is_enough_too(app: Flask, remembered: Phone) -> None:
    remembered.browser.get("/sign-in/email")
    remembered.browser.submit(email=MAIL)
    code = people.sent_codes(app, MAIL)[-1]
    remembered.browser.submit(code=code, follow=False)
    assert people.session_of(app) == ("aal1", ["email"])


CHANGES = [
    "/account/profile/edit",
    "/family/new/child",
    "/account/email",
    "/account/authenticator",
    "/account/services/consents.csv",
]


@pytest.mark.parametrize("path", CHANGES)
def test_changing_and_taking_away_want_the_second_step(remembered: Phone, path: str) -> None:
    remembered.tap()
    page = remembered.browser.get(path)
    assert page.path == "/sign-in/second-step"
    assert remembered.browser.get("/my").path == "/my"  # looking goes on


def test_a_form_sent_without_the_second_step_comes_back_after_it(
    app: Flask, remembered: Phone
) -> None:
    remembered.tap()
    browser = remembered.browser
    typed = {"nickname": ["ひまわり"], "birthdate-year": ["2024"]}
    typed["csrf_token"] = [csrf_of(browser)]
    origin = {"Origin": HOST, "Referer": f"{HOST}/family"}
    page = browser._open("POST", "/family/new/child", typed, True, origin)
    assert page.path == "/sign-in/second-step"
    browser.get("/sign-in/second-step/totp")
    page = browser.submit("次へ", code=people.app_code(SECRET, 1))
    assert page.path == "/family/new/child" and "まだ送られていません" in page.text
    assert 'value="ひまわり"' in page.html and 'value="2024"' in page.html
    assert people.session_of(app) == ("aal2", ["line", "otp"])
    assert not rows(app, "SELECT id FROM persons")


def test_a_tool_is_told_the_truth_and_not_connected_by_one_step(
    app: Flask, remembered: Phone
) -> None:
    tool: Tool = add_tool(app)
    remembered.tap()
    assert tool.send(remembered.browser).path == "/sign-in/second-step"
    remembered.browser.get("/sign-in/second-step/totp")
    remembered.browser.submit("次へ", code=people.app_code(SECRET, 1))
    press(remembered.browser, "allow")
    remembered.leave()
    remembered.tap()
    page = tool.send(remembered.browser, acr_values="aal2")
    assert page.path == "/sign-in/second-step"  # aal1 is not taken for aal2
    remembered.browser.get("/my")
    code = tool.code(remembered.browser)
    assert rows(app, "SELECT acr, amr FROM provider_grants ORDER BY id DESC LIMIT 1") == [
        ("aal1", ["line"])
    ]
    assert code


def test_the_consent_form_itself_wants_the_second_step(app: Flask, remembered: Phone) -> None:
    tool = add_tool(app)
    remembered.tap()
    tool.send(remembered.browser)
    waiting = rows(app, "SELECT id FROM provider_requests ORDER BY id DESC LIMIT 1")[0][0]
    csrf = csrf_of(remembered.browser)
    data = {"decision": ["allow"], "scopes": ["openid"], "csrf_token": [csrf]}
    origin = {"Origin": HOST, "Referer": HOST}
    remembered.browser._open("POST", f"/oauth/authorize/{waiting}", data, True, origin)
    assert not rows(app, "SELECT id FROM provider_consents")


def test_it_ends_after_thirty_days(app: Flask, remembered: Phone) -> None:
    past(app, "devices", timedelta(days=30), "remembered_until")
    assert remembered.tap().path == "/sign-in/second-step"


def test_the_secret_changes_at_every_use(remembered: Phone) -> None:
    seen = {remembered.cookie()}
    for _ in range(2):
        remembered.tap()
        seen.add(remembered.cookie())
        remembered.leave()
    assert len(seen) == 3


def test_a_copied_cookie_ends_the_device_and_the_resident_is_told(
    app: Flask, remembered: Phone, stranger: Phone
) -> None:
    stranger.plant(remembered.cookie() or "")
    assert stranger.tap().path == "/my"  # LINE and the cookie of the phone: the thief is in
    past(app, "devices", timedelta(minutes=1), "used_at")
    assert remembered.tap().path == "/sign-in/second-step"  # the old secret gives it away
    stranger.leave()
    assert stranger.tap().path == "/sign-in/second-step"
    assert "device.copied" in people.actions(app)
    told = messages(app, "auth_copied_device")
    assert [(one.channel, one.to) for one in told] == [("mail", MAIL)]


def test_an_answer_lost_on_the_way_is_no_theft(app: Flask, remembered: Phone) -> None:
    before = remembered.cookie() or ""
    remembered.tap()
    remembered.leave()
    remembered.plant(before)
    assert remembered.tap().path == "/my"
    assert "device.copied" not in people.actions(app)


def test_the_cookie_of_one_resident_is_nothing_for_another(
    app: Flask, remembered: Phone, other: Browser
) -> None:
    """Attack 11: a device cookie planted by somebody else opens nothing and is not taken over."""
    secret, _ = people.register_by_mail(other, app, "momiji@home.example")
    planted = remembered.cookie() or ""
    thief = Browser(app, HOST)
    thief.client.set_cookie("mado_resident_devices", planted, domain="localhost")
    page = people.first_by_mail(thief, app, "momiji@home.example")
    assert page.path == "/sign-in/second-step"
    thief.get("/sign-in/second-step/totp")
    thief.submit("ログイン", code=people.app_code(secret, 1), remember="y", follow=False)
    kept = thief.client.get_cookie("mado_resident_devices")
    assert kept is not None
    mine = kept.value.split("~")[0]
    assert mine not in planted  # her own device, with a secret the planter does not know
    owners = rows(app, "SELECT DISTINCT resident_id FROM devices")
    assert len(owners) == 2


@pytest.mark.parametrize("nonsense", ["x", "~~~.", "." * 2000, str(UUID(int=1)) + ".x", "é"])
def test_nonsense_in_the_cookie_is_nothing(phone: Phone, nonsense: str) -> None:
    phone.plant(nonsense.encode("ascii", "ignore").decode())
    assert phone.tap().path == "/sign-in/second-step"


def test_two_residents_share_a_tablet(app: Flask, remembered: Phone) -> None:
    browser = remembered.browser
    people.register_by_mail(browser, app, "momiji@home.example")
    browser.get("/account/security")
    browser.submit("ログアウト")
    assert remembered.tap().path == "/my"


def test_forgetting_one_and_all(app: Flask, remembered: Phone, stranger: Phone) -> None:
    stranger.sign_in(remember=True)
    page = stranger.browser.get("/account/security")
    assert page.text.count("この端末を忘れる") == 2 and "この端末を30日おぼえる" not in page.text
    stranger.browser.submit("すべての端末を忘れる")
    page = stranger.browser.get("/account/security")
    assert "この端末を忘れる" not in page.text
    assert remembered.tap().path == "/sign-in/second-step"
    remembered.second_step(remember=True, follow=False)
    remembered.browser.get("/account/security")
    remembered.browser.submit("この端末を忘れる")
    remembered.leave()
    assert remembered.tap().path == "/sign-in/second-step"


def test_another_residents_device_can_not_be_forgotten(
    app: Flask, remembered: Phone, other: Browser
) -> None:
    people.register_by_mail(other, app, "momiji@home.example")
    device = rows(app, "SELECT id FROM devices WHERE remembered_until IS NOT NULL")[0][0]
    csrf = csrf_of(other)
    origin = {"Origin": HOST, "Referer": f"{HOST}/account/security"}
    other._open("POST", f"/account/devices/{device}/end", {"csrf_token": [csrf]}, True, origin)
    assert remembered.tap().path == "/my"


def test_remembering_from_the_security_page(phone: Phone) -> None:
    phone.sign_in(remember=False)
    phone.browser.get("/account/security")
    page = phone.browser.submit("この端末を30日おぼえる")
    assert page.path == "/account/security" and "この端末を忘れる" in page.text
    phone.leave()
    assert phone.tap().path == "/my"


def test_signing_out_everywhere_forgets_the_others(remembered: Phone, stranger: Phone) -> None:
    remembered.tap()
    stranger.sign_in(remember=True)
    stranger.browser.get("/account/security")
    stranger.browser.submit("ほかの端末をすべてログアウト")
    assert remembered.tap().path == "/sign-in/second-step"
    stranger.leave()
    assert stranger.tap().path == "/my"


def test_a_new_mail_address_forgets_the_others(
    app: Flask, remembered: Phone, stranger: Phone
) -> None:
    stranger.sign_in(remember=False)
    stranger.browser.get("/account/email")
    stranger.browser.submit(email="sakura@new.example")
    stranger.browser.submit(code=people.sent_codes(app, "sakura@new.example")[-1])
    assert remembered.tap().path == "/sign-in/second-step"
