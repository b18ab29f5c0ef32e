"""Tables: the order of steps, what a sign-in is worth, spellings, roles, apps, networks."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp
import pytest
from flask import Flask

from auth import addresses, authenticators, limits
from auth.assurance import LEVELS, acr_of, amr_of, at_least, proven_again
from auth.device import device_of
from auth.staff.roles import ROLES, permissions_of
from auth.steps import Progress, Step, next_step


@pytest.mark.parametrize(
    ("first", "known", "second", "agreed", "step"),
    [
        (False, False, False, False, Step.FIRST),
        (False, True, True, True, Step.FIRST),
        (True, False, False, False, Step.SET_UP),
        (True, True, False, True, Step.SECOND),
        (True, True, False, False, Step.SECOND),
        (True, False, True, False, Step.TERMS),
        (True, True, True, False, Step.TERMS),
        (True, True, True, True, Step.DONE),
    ],
)
def test_the_order_of_steps(
    first: bool, known: bool, second: bool, agreed: bool, step: Step
) -> None:
    assert next_step(Progress(first, known, second, agreed)) is step


@pytest.mark.parametrize(
    ("first", "second", "acr", "amr"),
    [
        ("line", "email", "aal1", ["line", "email", "mfa"]),
        ("email", "line", "aal1", ["email", "line", "mfa"]),
        ("line", "totp", "aal2", ["line", "otp", "mfa"]),
        ("email", "totp", "aal2", ["email", "otp", "mfa"]),
        ("line", "recovery", "aal1", ["line", "recovery", "mfa"]),
        ("email", "email", "aal1", ["email"]),
        ("line", "passkey", "phr", ["line", "pop", "user", "mfa"]),
        ("email", "passkey", "phr", ["email", "pop", "user", "mfa"]),
        ("passkey", "passkey", "phr", ["pop", "user", "mfa"]),
    ],
)
def test_what_a_sign_in_is_worth(first: str, second: str, acr: str, amr: list[str]) -> None:
    assert (acr_of(first, second), amr_of(first, second)) == (acr, amr)


@pytest.mark.parametrize(
    ("before", "method", "after"),
    [
        (("aal1", ["line", "email", "mfa"]), "email", ("aal1", ["line", "email", "mfa"])),
        (("aal1", ["line", "email", "mfa"]), "totp", ("aal2", ["line", "email", "mfa", "otp"])),
        (("aal2", ["email", "otp", "mfa"]), "email", ("aal2", ["email", "otp", "mfa"])),
        (("aal1", ["email"]), "passkey", ("phr", ["email", "pop", "user", "mfa"])),
        (("phr", ["pop", "user", "mfa"]), "totp", ("phr", ["pop", "user", "mfa", "otp"])),
        (("jpki", []), "passkey", ("jpki", ["pop", "user", "mfa"])),
        ((None, []), "totp", ("aal1", ["otp"])),
    ],
)
def test_a_further_proof_never_makes_a_session_weaker(
    before: tuple[str | None, list[str]], method: str, after: tuple[str, list[str]]
) -> None:
    assert proven_again(*before, method) == after


@pytest.mark.parametrize("wanted", LEVELS)
@pytest.mark.parametrize("acr", [*LEVELS, "aal9", None])
def test_levels_are_ordered(acr: str | None, wanted: str) -> None:
    order = ["aal1", "aal2", "phr", "jpki"]
    reaches = acr in order and order.index(str(acr)) >= order.index(wanted)
    assert at_least(acr, wanted) is reaches


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sakura@Home.Example", "sakura@home.example"),
        (" sakura@home.example ", "sakura@home.example"),
        ("ｓａｋｕｒａ＠ｈｏｍｅ．ｅｘａｍｐｌｅ", "sakura@home.example"),
        ("sakura+tag@home.example", "sakura+tag@home.example"),
        ("sakura@まど.example", "sakura@xn--p9jyb.example"),
    ],
)
def test_one_spelling_of_an_address(typed: str, kept: str) -> None:
    assert addresses.normal(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sakura",
        "sakura@home",
        "@home.example",
        "a@b@home.example",
        "さくら@home.example",
        "s\u0430kura@home.example",
        "a\n@home.example",
        "sakura@home.example\r\nBcc: x@evil.example",
    ],
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(addresses.BadAddress):
        addresses.normal(typed)


def test_a_masked_address_tells_little() -> None:
    assert addresses.masked("sakura@home.example") == "s•••@home.example"


def test_every_role_gives_something_and_unknown_roles_nothing() -> None:
    assert all(permissions_of([role]) for role in ROLES)
    assert permissions_of(["author", "king"]) == {"notices.view", "notices.write"}
    writers = {role for role, may in ROLES.items() if "notices.write" in may}
    assert not {"approver", "auditor"} & writers


def test_an_app_code_is_right_for_three_steps() -> None:
    secret = authenticators.new_secret()
    moment = datetime(2026, 11, 20, 6, 0, 15, tzinfo=UTC)
    present = int(moment.timestamp()) // 30
    for drift, right in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        code = pyotp.TOTP(secret).generate_otp(present + drift)
        assert authenticators.step_of(secret, code, moment) == (present + drift if right else None)


def test_the_app_agrees_with_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" of appendix B
    moment = datetime.fromtimestamp(1111111109, UTC)
    assert authenticators.step_of(secret, "081804", moment) == 0x23523EC


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        (None, None),
        ("unix:", None),
    ],
)
def test_networks(ctx: Flask, remote: str | None, network: str | None) -> None:
    assert limits.network_of(remote) == network


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Line/16.0.0", "LINE"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "iPhone"),
        ("Mozilla/5.0 (Linux; Android 16; Pixel) Chrome/140 Mobile Safari/537.36", "Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Windows"),
        ("curl/8", ""),
        (None, ""),
    ],
)
def test_names_of_devices(agent: str | None, device: str) -> None:
    assert device_of(agent) == device
