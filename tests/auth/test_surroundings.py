"""Attack case 37: what a proxy, a cache, a history or another site could learn or change."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from auth.limits import REFUSALS
from portal.core.db import read
from portal.core.outbox import OutboxMessage
from tests.auth.people import LinePhone, actions, first_by_line, register_by_mail
from tests.auth.provider.tools import ISSUER, Tool, add_resident, add_tool, press, sign_in
from tests.browser import Browser

MOMIJI, EVIL = "momiji@home.example", "evil.example"
FORWARDED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "192.0.2.9",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": f"host={EVIL};proto=https",
    "X-Original-URL": "/staff/",
    "X-HTTP-Method-Override": "DELETE",
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/sign-in", "/account"])
def test_a_foreign_host_name_gets_nothing(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, base_url=f"http://{EVIL}")
    assert answer.status_code == 404 and EVIL not in answer.text


def test_nobody_forwards_us_another_name(app: Flask) -> None:
    client, path = app.test_client(), "/.well-known/openid-configuration"
    plain = client.get(path, base_url=ISSUER)
    forwarded = client.get(path, base_url=ISSUER, headers=FORWARDED)
    assert forwarded.get_json() == plain.get_json() and EVIL not in forwarded.text
    assert forwarded.get_json()["issuer"] == ISSUER
    page = client.get("/account/security", base_url=ISSUER, headers=FORWARDED)
    assert page.status_code == 303 and EVIL not in page.headers["Location"]
    assert page.headers["Location"].startswith("/sign-in")


def test_mails_say_the_citys_own_address(app: Flask) -> None:
    """With every header that could name another host on the way."""
    browser = Browser(app, ISSUER)
    browser.client.environ_base |= {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in FORWARDED.items()
    }
    register_by_mail(browser, app, MOMIJI)
    with app.app_context():
        rows = read().execute(select(OutboxMessage.message, OutboxMessage.params)).all()
    assert rows and EVIL not in str(rows)


def test_an_invented_address_does_not_escape_the_limits(app: Flask) -> None:
    """X-Forwarded-For counts only behind as many proxies as the settings name."""
    client, before = app.test_client(), len(actions(app))
    for number in range(REFUSALS.count + 10):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        client.get("/oauth/authorize?client_id=x", base_url=ISSUER, headers=headers)
    assert len(actions(app)) - before == REFUSALS.count


def test_every_step_with_a_code_is_neither_kept_nor_told_on(app: Flask, browser: Browser) -> None:
    """303 and never 307, no-store, no referrer: through a sign-in for a tool, to its tokens."""
    tool = add_tool(app)
    sign_in(browser, app, MOMIJI, add_resident(app, MOMIJI))
    seen = []
    asked = browser.client.get(f"/oauth/authorize?{urlencode(tool.query())}", base_url=ISSUER)
    seen.append(asked)
    page = browser.get(asked.headers["Location"])
    assert page.response.headers["Cache-Control"] == "no-store, private"
    back = press(browser, "allow").response
    seen.append(back)
    for answer in seen:
        assert answer.status_code == 303
        assert answer.headers["Cache-Control"] == "no-store, private"
    assert "code=" in back.headers["Location"]
    assert back.headers["Referrer-Policy"] == "no-referrer"
    code = back.headers["Location"].split("code=")[1].split("&")[0]
    tokens = tool.redeem(code)
    assert tokens.status_code == 200
    assert "no-store" in tokens.headers["Cache-Control"]
    told = tool.userinfo(tokens.get_json()["access_token"])
    assert "no-store" in told.headers["Cache-Control"]


def test_the_address_of_lines_answer_goes_nowhere(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    """A refused answer shows a page at an address with a code in it: other sites do not learn it,
    and the page has nothing that is loaded from elsewhere."""
    page = browser.get("/sign-in/line/callback?code=stolen&state=other")
    assert page.status == 400 and "stolen" not in page.html
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in page.response.headers["Content-Security-Policy"]
    first_by_line(browser, line)
    assert browser.page is not None and "code=" not in browser.page.url


@pytest.mark.parametrize("form", [{"email": MOMIJI}, {}])
def test_a_form_is_never_sent_on(app: Flask, browser: Browser, form: dict[str, str]) -> None:
    """A 307 or 308 would carry what was typed to the next address (RFC 9700 §4.12)."""
    browser.get("/sign-in/email")
    browser.submit(follow=False, **form)
    assert browser.page is not None and browser.page.status not in {301, 302, 307, 308}


def test_an_address_that_ends_with_a_slash_sends_no_form_on(tool_app: Tool) -> None:
    """Flask would answer /oauth/token/ by 308 if the routes were made carelessly."""
    for path in ("/oauth/token/", "/oauth/par/", "/sign-in/email/", "//oauth/token"):
        answer = tool_app.http("POST", path, data={"code": "x"})
        assert answer.status_code in {400, 404, 405}, path


@pytest.fixture
def tool_app(app: Flask) -> Tool:
    return add_tool(app)
