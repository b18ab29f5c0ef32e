"""A clerk goes on to kintone: our answers, and the questions we do not answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from auth.saml import keys
from auth.saml.commands import saml
from auth.staff import accounts
from portal.core.db import transaction
from portal.core.settings import Settings
from tests.auth import people
from tests.auth.staff import saml_tool
from tests.auth.staff.saml_issuer import key_pair
from tests.auth.staff.saml_tool import ACS, packed, path, question
from tests.browser import Browser
from tests.conftest import STAFF_HOST

MAIL = "koho@city.example"


@pytest.fixture
def author(app: Flask, staff_browser: Browser, work: Any) -> Browser:
    """A signed-in clerk's browser."""
    secret = people.add_clerk(app, MAIL, "author")
    people.staff_signs_in(staff_browser, app, work, MAIL, secret)
    return staff_browser


def test_a_signed_in_clerk_goes_on(app: Flask, author: Browser) -> None:
    tool = saml_tool.registered(app)
    asked, xml = question()
    page = author.get(path(xml))
    assert page.form().attributes["action"] == ACS
    assert (
        "form-action 'self' https://mado.cybozu.example"
        in page.response.headers["Content-Security-Policy"]
    )
    assert saml_tool.fields_of(page)["RelayState"] == "https://mado.cybozu.example/k/"
    said = tool.said(page, asked)
    assert said.get_nameid() == MAIL
    assert said.get_authn_contexts() == ["https://refeds.org/profile/mfa"]
    assert "saml.signed_on" in people.actions(app)


def test_who_is_not_signed_in_does_so_first(app: Flask, staff_browser: Browser, work: Any) -> None:
    tool = saml_tool.registered(app)
    secret = people.add_clerk(app, MAIL, "author")
    asked, xml = question()
    assert staff_browser.get(path(xml)).path == "/staff/sign-in"
    staff_browser.submit("番号を送る", email=MAIL)
    work()
    staff_browser.submit(code=people.sent_codes(app, MAIL)[-1])
    page = staff_browser.submit(code=people.app_code(secret))
    assert tool.said(page, asked).get_nameid() == MAIL


def test_the_tool_may_know_the_clerk_by_a_login_name(app: Flask, author: Browser) -> None:
    tool = saml_tool.registered(app, name_id="login_name")
    asked, xml = question()
    page = author.get(path(xml))
    assert page.status == 400 and "ログイン名がありません" in page.text
    with app.app_context(), transaction() as session:
        account = accounts.find(session, MAIL)
        assert account is not None
        accounts.change_staff(session, account, {"login_name": "koho<01>&"})
    assert tool.said(author.get(path(xml)), asked).get_nameid() == "koho<01>&"


def test_a_role_that_may_not_go_there_is_refused(app: Flask, author: Browser) -> None:
    saml_tool.registered(app, roles=["auditor"])
    assert author.get(path(question()[1])).status == 403


def test_force_and_passive(app: Flask, author: Browser, other_browser: Browser) -> None:
    saml_tool.registered(app)
    people.later(app, timedelta(minutes=6))
    page = author.get(path(question(ForceAuthn="true")[1]))
    assert page.path == "/staff/prove"
    page = other_browser.get(path(question(IsPassive="true")[1]))
    assert page.form().attributes["action"] == ACS
    import base64

    told = base64.b64decode(saml_tool.fields_of(page)["SAMLResponse"]).decode()
    assert "status:NoPassive" in told and "Assertion " not in told


def laughs() -> str:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{lines}]>' + question(issuer="&e11;")[1]


Make = Callable[[], str]
REFUSED: dict[str, Make] = {
    "ACS not registered": lambda: path(
        question(AssertionConsumerServiceURL="https://evil.example/acs")[1]
    ),
    "ACS that begins alike": lambda: path(question(AssertionConsumerServiceURL=ACS + "/../x")[1]),
    "unknown tool": lambda: path(question(issuer="https://evil.example")[1]),
    "another destination": lambda: path(question(Destination="https://evil.example/sso")[1]),
    "old": lambda: path(question(minutes=-11)[1]),
    "from the future": lambda: path(question(minutes=30)[1]),
    "no time": lambda: path(question(IssueInstant="yesterday")[1]),
    "by another binding": lambda: path(
        question(ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact")[1]
    ),
    "about somebody": lambda: path(
        question(inside="<a:Subject><a:NameID>boss@city.example</a:NameID></a:Subject>")[1]
    ),
    "an address by number": lambda: path(
        question(
            AssertionConsumerServiceURL=None,
            ProtocolBinding=None,
            AssertionConsumerServiceIndex="1",
        )[1]
    ),
    "not a request": lambda: path(question()[1].replace("AuthnRequest", "LogoutRequest")),
    "not of the schema": lambda: path(question(Evil="1")[1]),
    "external entity": lambda: path(
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + question(issuer="&e;")[1]
    ),
    "billion laughs": lambda: path(laughs()),
    "a bomb": lambda: path(question()[1] + " " * 5_000_000),
    "twice": lambda: path(question()[1]) + f"&SAMLRequest={packed(question()[1])}",
    "not base64": lambda: "/staff/tools/saml/sso?SAMLRequest=%21%21",
    "not packed": lambda: "/staff/tools/saml/sso?SAMLRequest=aGVsbG8%3D",
    "nothing": lambda: "/staff/tools/saml/sso",
    "relay state too long": lambda: path(question()[1], relay_state="x" * 600),
    "relay state with a line": lambda: path(question()[1], relay_state="x\ny"),
}


def test_what_is_not_answered(app: Flask, author: Browser) -> None:
    """A page of ours, an entry in the audit log, and nothing for anybody's address."""
    saml_tool.registered(app)
    answered = []
    for case, make in REFUSED.items():
        page = author.get(make())
        noted = people.actions(app)[-1] == "saml.request_refused"
        if page.status != 400 or not noted or "SAMLResponse" in page.html:
            answered.append((case, page.status))
    assert not answered
    assert author.get(path(question()[1])).status == 200  # they would pass but for the one thing


def test_relay_state_is_words_and_nothing_more(app: Flask, author: Browser) -> None:
    saml_tool.registered(app)
    evil = '"><script>alert(1)</script><form action="//evil.example">'
    page = author.get(path(question()[1], relay_state=evil))
    assert saml_tool.fields_of(page)["RelayState"] == evil
    assert "<script>alert" not in page.html
    assert len([form for form in page.root.all("form") if "evil" in str(form.attributes)]) == 0


def test_a_tool_that_signs_is_not_answered_unsigned(app: Flask, author: Browser) -> None:
    tool = saml_tool.registered(app, certificate=key_pair("kintone")[1])
    asked, xml = question()
    assert author.get(path(xml)).status == 400
    assert author.get(path(xml, signed="attacker")).status == 400
    good = path(xml, signed="kintone")
    assert author.get(good.replace("RelayState=https", "RelayState=httpx")).status == 400
    other = packed(question(ID="_other")[1])
    assert author.get(good.replace(packed(xml), other)).status == 400
    assert tool.said(author.get(good), asked).get_nameid() == MAIL


def test_a_sealed_question_can_not_be_made_up(app: Flask, author: Browser) -> None:
    saml_tool.registered(app)
    page = author.get(path(question()[1]))
    assert author.get(page.url[:-2]).status == 400
    assert author.get("/staff/tools/saml/answer?asked=x").status == 400
    assert author.get("/staff/tools/saml/answer").status == 400


def test_nobody_but_clerks_can_use_it(app: Flask, browser: Browser, staff_browser: Browser) -> None:
    """A resident's session, on either host, opens no tool."""
    saml_tool.registered(app)
    people.register_by_mail(browser, app, "momiji@home.example")
    asked = path(question()[1])
    assert browser.get(asked).status == 404
    token = browser.client.get_cookie("mado_resident", "localhost")
    assert token is not None
    staff_browser.client.set_cookie("mado_staff", token.value, domain="staff.localhost")
    page = staff_browser.get(asked)
    assert page.path == "/staff/sign-in" and "SAMLResponse" not in page.html


def test_an_ended_clerk_goes_nowhere(app: Flask, author: Browser) -> None:
    saml_tool.registered(app)
    with app.app_context(), transaction() as session:
        account = accounts.find(session, MAIL)
        assert account is not None
        accounts.end_staff(session, account)
    assert author.get(path(question()[1])).path == "/staff/sign-in"


def test_administrators_look_after_tools(app: Flask, administrator: Browser) -> None:
    administrator.get("/staff/tools/new")
    page = administrator.submit(
        "保存する",
        name="kintone",
        entity_id=saml_tool.ENTITY,
        acs_url="http://evil.example/x",
        roles=["administrator"],
    )
    assert "https" in page.errors[0]
    page = administrator.submit("保存する", acs_url=ACS)
    assert page.path == "/staff/tools" and "kintone" in page.text
    assert administrator.get(path(question()[1])).status == 200
    pem = administrator.get("/staff/tools").link("ダウンロード")
    assert administrator.get(pem).html.startswith("-----BEGIN CERTIFICATE")
    sealed = administrator.get(path(question()[1])).url
    administrator.get(administrator.get("/staff/tools").link("kintone"))
    administrator.submit("サービスを止める")
    assert administrator.get(sealed).status == 400  # what was asked before is not answered either
    assert administrator.get(path(question()[1])).status == 400
    wanted = {"saml.service_added", "saml.service_stopped"}
    assert wanted <= set(people.actions(app))


def test_authors_do_not_see_the_tools(author: Browser) -> None:
    assert author.get("/staff/tools").status == 403


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))
    return lambda *words: CliRunner().invoke(saml, list(words))


def test_the_command_line_adds_a_tool_and_changes_keys(
    run: Any, app: Flask, author: Browser
) -> None:
    words = ("add-service", "--name", "kintone", "--entity-id", saml_tool.ENTITY)
    made = json.loads(run(*words, "--acs", ACS, "--json").stdout)
    assert made["sso_url"] == saml_tool.SSO
    assert run(*words, "--acs", ACS).exit_code == 1  # there is one of this name
    assert run("add-service", "--name", "x", "--entity-id", "y", "--acs", "z").exit_code == 1
    tool = saml_tool.Tool(made["certificate"])
    asked, xml = question()
    assert tool.said(author.get(path(xml)), asked)
    coming = json.loads(run("rotate-keys", "--prepare", "--json").stdout)
    assert not coming["signs"]
    metadata = (
        app.test_client()
        .get(saml_tool.ISSUER.removeprefix(f"http://{STAFF_HOST}"), base_url=f"http://{STAFF_HOST}")
        .text
    )
    assert metadata.count("<ds:X509Certificate>") == 2
    assert tool.said(author.get(path(xml)), asked)  # still by the first one
    told = json.loads(run("rotate-keys", "--json").stdout)
    assert told["certificate"] == coming["certificate"]
    assert saml_tool.Tool(told["certificate"]).said(author.get(path(xml)), asked)
    assert run("stop-service", saml_tool.ENTITY).exit_code == 0
    assert author.get(path(xml)).status == 400
    assert json.loads(run("list", "--json").stdout)[0]["stopped"]


def test_private_keys_are_encrypted_at_rest(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        keys.active(session, keys.IDP)
    with app.app_context(), transaction() as session:
        raw = session.connection().exec_driver_sql("SELECT private FROM saml_keys").scalar_one()
    assert b"PRIVATE" not in bytes(raw)


def test_a_city_without_saml_loads_none_of_it() -> None:
    """xmlsec and lxml's schemas cost memory in every process (design: imported where used)."""
    program = (
        "import sys, wsgi, auth.pages; from launcher import commands;"
        "commands.COMMANDS['saml'].load();"
        "print([n for n in ('onelogin', 'xmlsec', 'auth.saml.sp') if n in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
