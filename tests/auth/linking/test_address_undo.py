"""Attack 22: a change of the address is taken back by the link to the old one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from auth import address_undos
from auth import addresses as spelling
from auth.addresses import BadAddress
from auth.identities import Addresses, resident_of
from auth.registration import register_resident
from portal.core.db import read, transaction
from tests.auth import people
from tests.auth.conftest import MOMIJI, SAKURA
from tests.auth.linking.stories import (
    MAIL,
    NEW,
    addresses,
    change,
    change_address,
    link_to,
    messages,
    rows,
)
from tests.auth.people import LinePhone
from tests.browser import Browser


@pytest.fixture
def thief(app: Flask, browser: Browser, line: LinePhone) -> Browser:
    """Somebody in Sakura's session has changed her address."""
    people.register_by_line(browser, app, line, MAIL)
    browser.submit("保管しました")
    change(app, "UPDATE residents SET created_at = created_at - interval '1 day'")
    change(app, "UPDATE identities SET verified_at = verified_at - interval '1 day'")
    change(app, "UPDATE recovery_codes SET created_at = created_at - interval '1 day'")
    change_address(browser, app, NEW)
    return browser


def undo_link(app: Flask, address: str = MAIL) -> str:
    return link_to(app, "auth_new_method", address, "undo_url")


def test_the_old_address_comes_back_and_everybody_is_out(
    app: Flask, thief: Browser, other: Browser
) -> None:
    assert all(
        "undo_url" not in params for to, params in messages(app, "auth_new_method") if to == NEW
    )
    other.get(undo_link(app))
    assert other.submit("元に戻す").heading == "元のメールアドレスに戻りました"
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]
    assert thief.get("/account/security").path == "/sign-in"
    told = {(to, p["method"]) for to, p in messages(app, "auth_new_method")}
    assert {(MAIL, "email_back"), (NEW, "email_back")} <= told
    assert "identity.put_back" in people.actions(app)


def test_the_link_works_once_and_for_72_hours(app: Flask, thief: Browser, other: Browser) -> None:
    link = undo_link(app)
    change(app, "UPDATE address_undos SET at = at - interval '73 hours'")
    assert other.get(link).status == 404
    change(app, "UPDATE address_undos SET at = at + interval '73 hours'")
    other.get(link)
    other.submit("元に戻す")
    assert other.get(link).status == 404
    assert other.get("/account/address-undo/guessed").status == 404


def test_the_thief_can_not_undo_the_undo(app: Flask, thief: Browser, other: Browser) -> None:
    """Changed once more, so that a link went to the thief's first address too."""
    change_address(thief, app, "thief@far.example")
    theirs = undo_link(app, NEW)
    other.get(undo_link(app, MAIL))
    other.submit("元に戻す")
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]
    assert other.get(theirs).status == 404


def test_ways_in_added_around_the_change_go(app: Flask, thief: Browser, other: Browser) -> None:
    """Attack 19: an own app and codes of the thief are worth nothing after the undo."""
    secret = people.secret_on(thief.get("/account/authenticator"))
    thief.submit(code=people.app_code(secret))
    thief.get("/account/security")
    thief.submit("新しく10個作る")
    change(
        app,
        "INSERT INTO passkeys (id, resident_id, credential_id, public_key, user_handle, sign_count,"
        " transports, aaguid, synced, backed_up, name, device, created_at)"
        " SELECT gen_random_uuid(), id, 'c', 'k', 'h', 0, '{}', gen_random_uuid(), true, true,"
        " 'n', '', now() FROM residents",
    )
    other.get(undo_link(app))
    other.submit("元に戻す")
    assert rows(app, "SELECT 1 FROM authenticators") == []
    assert rows(app, "SELECT 1 FROM recovery_codes") == []
    assert rows(app, "SELECT 1 FROM passkeys") == []
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]  # hers is older: it stays


def test_a_line_the_thief_put_in_place_of_hers_goes(
    app: Flask, thief: Browser, other: Browser, line_server: Any
) -> None:
    thief.get("/account/security")
    thief.get(people.press_line(thief, LinePhone(line_server.url, MOMIJI), "別のLINE"))
    thief.submit("つなぐ")
    other.get(undo_link(app))
    other.submit("元に戻す")
    assert addresses(app) == [Addresses(email=MAIL)]


def test_half_done_changes_of_the_thief_die(app: Flask, thief: Browser, other: Browser) -> None:
    """Attack 20: a code asked for before the undo changes nothing after it."""
    thief.get("/account/email")
    thief.submit(email="thief@far.example")
    other.get(undo_link(app))
    other.submit("元に戻す")
    assert rows(app, "SELECT 1 FROM sign_in_flows WHERE account_id IS NOT NULL") == []


def test_an_address_that_has_another_account_now_is_not_torn_from_it(
    app: Flask, thief: Browser, other: Browser
) -> None:
    with app.app_context(), transaction() as session:
        register_resident(session, email=MAIL)
    other.get(undo_link(app))
    assert other.submit("元に戻す").status == 409
    assert Addresses(email=MAIL) in addresses(app)


def test_no_old_address_is_kept_longer(app: Flask, thief: Browser) -> None:
    change(app, "UPDATE address_undos SET at = at - interval '73 hours'")
    with app.app_context():
        address_undos.sweep()
    assert rows(app, "SELECT 1 FROM address_undos") == []


@pytest.mark.parametrize(
    "typed",
    [
        "SAKURA@home.example",
        "ｓａｋｕｒａ＠home.example",
        " sakura@HOME.example",
        "Sakura@Ｈome.example",
    ],
)
def test_spellings_of_one_mailbox_are_one_address(app: Flask, typed: str) -> None:
    with app.app_context(), transaction() as session:
        account = register_resident(session, email=spelling.normal("sakura@home.example"))
    with app.app_context():
        assert resident_of(read(), "email", spelling.normal(typed)) == account


@pytest.mark.parametrize(
    "typed", ["sаkura@home.example", "sakurа@home.example", "ѕakura@home.example"]
)
def test_letters_that_look_alike_are_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        spelling.normal(typed)


def test_other_mailboxes_stay_other_mailboxes(app: Flask) -> None:
    """Plus parts and dots belong to the mail server (RFC 5321 §2.3.11): never ours to strip.

    Stripped, whoever owns sakura+x@ of a server that knows no plus parts would be Sakura.
    """
    with app.app_context(), transaction() as session:
        register_resident(session, email="sakura@home.example")
    with app.app_context():
        for near in ("sakura+x@home.example", "sa.kura@home.example", "sakura@hоme.example"):
            assert resident_of(read(), "email", spelling.normal(near)) is None
    assert spelling.normal("sakura@hоme.example").startswith("sakura@xn--")  # seen in every mail


def test_a_change_wants_fresh_proof(app: Flask, thief: Browser) -> None:
    people.later(app, timedelta(minutes=6))
    assert thief.get("/account/email").path == "/sign-in/second-step"
