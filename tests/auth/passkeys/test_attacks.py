"""Attack cases 13 and 35: what is refused, noted, told; and what locks can not lock."""

from __future__ import annotations

import json
import secrets

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.db import read
from portal.core.outbox import OutboxMessage
from tests.auth import people
from tests.auth.passkeys import doing
from tests.auth.passkeys.authenticator import Authenticator, Faults, data, written
from tests.auth.passkeys.doing import MAIL
from tests.browser import Browser
from tests.conftest import STAFF_HOST

EVIL = "http://localhost.evil.example:8000"


@pytest.fixture
def out(sakura: Browser) -> Browser:
    """Sakura has a passkey and is signed out."""
    doing.sign_out(sakura)
    return sakura


Case = tuple[Faults, str]

EVERYWHERE: tuple[Case, ...] = (
    (Faults(origin=EVIL), "origin"),
    (Faults(origin="https://localhost:8000"), "origin"),
    (Faults(origin="http://localhost"), "origin"),
    (Faults(origin=f"http://{STAFF_HOST}"), "origin"),
    (Faults(rp_id="evil.example"), "rp_id"),
    (Faults(rp_id=STAFF_HOST.split(":")[0]), "rp_id"),
    (Faults(verified=False), "user_verification"),
    (Faults(there=False), "user_presence"),
    (Faults(challenge=secrets.token_bytes(64)), "challenge"),
    (Faults(cross_origin=True), "framed"),
)


USING: tuple[Case, ...] = (
    (Faults(kind="webauthn.create"), "type"),
    (Faults(wrong_key=True), "signature"),
    (Faults(other_bytes=True), "signature"),
    (Faults(handle=b"somebody else" * 4), "user_handle"),
    (Faults(no_handle=True), "user_handle"),
    (Faults(synced=False), "synced"),
)


def test_a_faulty_answer_signs_nobody_in(app: Flask, out: Browser, device: Authenticator) -> None:
    for faults, reason in (*EVERYWHERE, *USING):
        page = doing.sign_in(out, device, faults)
        assert page.path == "/sign-in", faults
        assert "パスキーを使えませんでした" in page.root.text
        assert doing.refusals(app)[-1] == reason, faults
    assert people.signed_in(app) == 0
    assert len(doing.refusals(app)) == len(EVERYWHERE) + len(USING)
    assert "sign_in.passkey_proven" not in people.actions(app)


def test_a_faulty_answer_is_no_second_step(app: Flask, out: Browser, device: Authenticator) -> None:
    people.first_by_mail(out, app, MAIL)
    for faults, reason in (*EVERYWHERE, *USING):
        if not faults.no_handle:  # here the account is known; the handle may be left out
            page = doing.press(out, device, faults)
            assert page.path == "/sign-in/second-step", faults
            assert doing.refusals(app)[-1] == reason, faults
    assert people.signed_in(app) == 0
    doing.press(out, device, Faults(no_handle=True))
    assert people.signed_in(app) == 1


def test_a_faulty_new_passkey_is_not_kept(app: Flask, sakura: Browser) -> None:
    sakura.get("/account/passkeys/new")
    for faults, reason in (*EVERYWHERE, (Faults(kind="webauthn.get"), "type")):
        page = doing.press(sakura, Authenticator(doing.RESIDENT), faults)
        assert page.path == "/account/passkeys/new", faults
        assert doing.refusals(app)[-1] == reason, faults
    assert doing.passkeys(app) == 1


NONSENSE = (
    "",
    "null",
    "[]",
    "{}",
    '{"response": {}}',
    '{"response": 7}',
    "x" * 60_000,
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "authenticatorData": "AA", "signature": "AA", "userHandle": "\\u3042"}}',
    '{"id": "A", "rawId": "A", "type": "x", "response": {"clientDataJSON": 1}}',
)


@pytest.mark.parametrize("path", ["/sign-in", "/account/passkeys/new"])
def test_nonsense_is_refused_without_a_fault_of_ours(
    app: Flask, sakura: Browser, path: str
) -> None:
    if path == "/sign-in":
        doing.sign_out(sakura)
    sakura.get(path)
    for answer in NONSENSE:
        doing.options(sakura)
        assert doing.send(sakura, answer).path == path
    assert set(doing.refusals(app)) <= {"malformed", "unknown"}
    assert len(doing.refusals(app)) == len(NONSENSE)


BROKEN = ("", "AA", "oA", "gICA", "e30", "Ww", "fw" * 40)


@pytest.mark.parametrize("path", ["/sign-in", "/account/passkeys/new"])
def test_broken_parts_are_refused_without_a_fault_of_ours(
    app: Flask, sakura: Browser, device: Authenticator, path: str
) -> None:
    new = path == "/account/passkeys/new"
    if not new:
        doing.sign_out(sakura)
    sakura.get(path)
    parts = ("clientDataJSON", "attestationObject" if new else "authenticatorData")
    for part, broken in ((part, broken) for part in parts for broken in BROKEN):
        told = doing.options(sakura)
        answer = json.loads(Authenticator(doing.RESIDENT).create(told) if new else device.get(told))
        answer["response"][part] = broken
        assert doing.send(sakura, json.dumps(answer)).path == path, (part, broken)
    assert set(doing.refusals(app)) == {"malformed"}
    assert doing.passkeys(app) == 1


def test_an_answer_counts_once(app: Flask, out: Browser, device: Authenticator) -> None:
    out.get("/sign-in")
    answer = device.get(doing.options(out))
    doing.send(out, answer)
    assert doing.inside(out)
    doing.sign_out(out)
    out.get("/sign-in")
    assert doing.send(out, answer).path == "/sign-in"  # no ceremony waits
    out.get("/sign-in")
    doing.options(out)
    assert doing.send(out, answer).path == "/sign-in"  # another challenge waits
    assert doing.refusals(app) == ["challenge", "challenge"]


def test_a_refused_answer_spends_the_challenge(
    app: Flask, out: Browser, device: Authenticator
) -> None:
    out.get("/sign-in")
    told = doing.options(out)
    doing.send(out, device.get(told, Faults(verified=False)))
    assert doing.send(out, device.get(told)).path == "/sign-in"
    assert doing.refusals(app) == ["user_verification", "challenge"]


def test_of_two_answers_at_once_one_counts(app: Flask, out: Browser, device: Authenticator) -> None:
    out.get("/sign-in")
    answer = device.get(doing.options(out))
    token = doing.form_of(out).all("input")[0].attributes["value"]
    cookie = out.client.get_cookie("mado_resident")
    assert cookie is not None
    places: list[str] = []

    def post() -> None:
        client = app.test_client()
        client.set_cookie("mado_resident", cookie.value, domain="localhost")
        sent = client.post(
            "/sign-in/passkey",
            base_url=doing.RESIDENT,
            data={"csrf_token": token, "credential": answer},
            headers={"Origin": doing.RESIDENT},
        )
        places.append(sent.headers["Location"].split("?")[0])

    people.at_once(app, 4, post)
    assert people.actions(app).count("sign_in.passkey_proven") == 1
    assert places.count("/sign-in") == 3


def test_a_challenge_lives_five_minutes(app: Flask, out: Browser, device: Authenticator) -> None:
    out.get("/sign-in")
    told = doing.options(out)
    doing.change(app, "UPDATE passkey_ceremonies SET expires_at = expires_at - interval '5 min'")
    assert doing.send(out, device.get(told)).path == "/sign-in"
    assert doing.refusals(app) == ["challenge"]


def test_a_challenge_belongs_to_its_browser(
    app: Flask, out: Browser, other: Browser, device: Authenticator
) -> None:
    """Login CSRF: a stranger's answer sent from this browser opens nothing."""
    other.get("/sign-in")
    answer = device.get(doing.options(other))
    out.get("/sign-in")
    assert doing.send(out, answer).path == "/sign-in"
    doing.options(out)
    assert doing.send(out, answer).path == "/sign-in"
    assert doing.refusals(app) == ["challenge", "challenge"]


def test_a_challenge_belongs_to_its_purpose(
    app: Flask, out: Browser, device: Authenticator
) -> None:
    """The challenge of a second step is no sign-in alone, nor the other way round."""
    people.first_by_mail(out, app, MAIL)
    told = doing.options(out)
    out.get("/sign-in")
    assert doing.send(out, device.get(told)).path == "/sign-in"
    told = doing.options(out)
    out.get("/sign-in/second-step")
    assert doing.send(out, device.get(told)).path == "/sign-in/second-step"
    assert doing.refusals(app) == ["challenge", "challenge"]
    assert not doing.inside(out)


def test_a_passkey_of_another_resident_is_no_second_step(
    app: Flask, out: Browser, other: Browser, device: Authenticator
) -> None:
    theirs = Authenticator(doing.RESIDENT)
    doing.registered(other, app, theirs, "momiji@home.example")
    people.first_by_mail(out, app, MAIL)
    page = doing.press(out, theirs, using=theirs.credentials[0])
    assert page.path == "/sign-in/second-step"
    assert not doing.inside(out)
    assert doing.refusals(app) == ["other_account"]


def test_the_handle_of_another_resident_opens_neither_account(
    app: Flask, out: Browser, other: Browser, device: Authenticator
) -> None:
    """The signature is mine, the handle is the victim's."""
    theirs = Authenticator(doing.RESIDENT)
    doing.registered(other, app, theirs, "momiji@home.example")
    doing.sign_out(other)
    doing.sign_in(other, theirs, Faults(handle=device.credentials[0].user_handle))
    assert not doing.inside(other)
    people.first_by_mail(other, app, "momiji@home.example")
    doing.press(other, theirs, Faults(handle=device.credentials[0].user_handle))
    assert not doing.inside(other)
    assert doing.refusals(app) == ["user_handle", "user_handle"]


def test_a_credential_can_not_be_registered_twice(
    app: Flask, sakura: Browser, other: Browser, device: Authenticator
) -> None:
    """Who knows my credential's number can not take it, nor put theirs under my account."""
    people.register_by_mail(other, app, "momiji@home.example")
    other.submit("保管しました")
    other.get("/account/passkeys/new")
    stranger = Authenticator(doing.RESIDENT)
    told = doing.options(other)
    answer = stranger.create(told)
    mine = device.credentials[0].id
    made = json.loads(answer)
    raw = data(made["response"]["attestationObject"])
    made["response"]["attestationObject"] = written(raw.replace(stranger.credentials[0].id, mine))
    made["id"] = made["rawId"] = written(mine)
    assert doing.send(other, json.dumps(made)).path == "/account/passkeys/new"
    assert doing.refusals(app) == ["known"]
    doing.sign_out(sakura)
    doing.sign_in(sakura, device)
    assert doing.inside(sakura)


def test_a_counter_that_goes_back_is_refused_and_told(
    app: Flask, sakura: Browser, other: Browser, key: Authenticator
) -> None:
    doing.add(sakura, key, "かぎ")
    thief = key.copy()
    doing.sign_out(sakura)
    doing.sign_in(sakura, key)
    assert doing.inside(sakura)
    doing.sign_in(other, thief)
    assert not doing.inside(other)
    doing.sign_in(other, thief, Faults(counter=0))
    assert not doing.inside(other)
    assert doing.refusals(app) == ["counter", "counter"]
    with app.app_context():
        rows = read().execute(
            text("SELECT count(*) FROM outbox_messages WHERE message = 'auth_passkey_odd'")
        )
        assert rows.scalar_one() == 1  # once a day
    assert "写しと思われるログイン" in sakura.get("/account/security").text
    doing.sign_out(sakura)
    doing.sign_in(sakura, key)  # the true key still counts on
    assert doing.inside(sakura)


def test_nobody_without_the_key_can_accuse_the_owner(
    app: Flask, sakura: Browser, other: Browser, key: Authenticator
) -> None:
    """A low counter under a wrong signature says nothing about a copy: no mail, no mark."""
    doing.add(sakura, key, "かぎ")
    doing.sign_in(other, key, Faults(counter=0, wrong_key=True))
    assert doing.refusals(app) == ["signature"]
    with app.app_context():
        messages = read().execute(
            OutboxMessage.__table__.select().where(OutboxMessage.message == "auth_passkey_odd")
        )
        assert not messages.all()


def test_a_synced_passkey_never_counts(app: Flask, out: Browser, device: Authenticator) -> None:
    for _ in range(3):
        doing.sign_in(out, device)
        assert doing.inside(out)
        doing.sign_out(out)
    assert not doing.refusals(app)


def test_who_is_locked_out_of_codes_comes_in_with_a_passkey(
    app: Flask, out: Browser, other: Browser, device: Authenticator
) -> None:
    """Attack 13: a stranger who has the mailbox spends all tries; the owner walks past."""
    people.first_by_mail(other, app, MAIL)
    other.get("/sign-in/second-step/totp")
    while other.page is not None and other.page.status != 429:
        other.submit(code="000000")
    assert "パスキーなら、今すぐ入れます" in other.page.text
    assert other.get("/sign-in/second-step").status == 200
    doing.press(other, device)  # as the second step
    assert doing.inside(other)
    doing.sign_in(out, device)  # alone
    assert doing.inside(out)


def test_who_can_get_no_more_codes_comes_in_with_a_passkey(
    app: Flask, out: Browser, other: Browser, device: Authenticator
) -> None:
    """Attack 13: the address is flooded until no more code is sent to it."""
    status = 200
    for _ in range(10):
        other.get("/sign-in/email")
        status = other.submit(email=MAIL).status
    assert status == 429
    doing.sign_in(out, device)
    assert doing.inside(out)


def test_the_forms_want_their_token(app: Flask, out: Browser, device: Authenticator) -> None:
    out.get("/sign-in")
    answer = device.get(doing.options(out))
    for path in ("/sign-in/passkey", "/sign-in/passkey/options"):
        sent = out.client.post(path, base_url=doing.RESIDENT, data={"credential": answer})
        assert sent.status_code == 400
    assert not doing.inside(out)


def test_a_session_begins_under_a_new_token(out: Browser, device: Authenticator) -> None:
    out.get("/sign-in")
    before = out.client.get_cookie("mado_resident")
    doing.press(out, device)
    after = out.client.get_cookie("mado_resident")
    assert before is not None and after is not None and before.value != after.value


def test_a_resident_who_has_left_comes_in_no_more(
    app: Flask, out: Browser, device: Authenticator
) -> None:
    doing.change(app, "UPDATE residents SET left_at = now()")
    doing.sign_in(out, device)
    assert not doing.inside(out)
    assert doing.refusals(app) == ["unknown"]
