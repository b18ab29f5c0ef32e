"""Letters as they leave: signed so that others can check, in groups, with one click to leave."""

from __future__ import annotations

import re
from typing import Any

import dkim  # type: ignore[import-untyped]
import pytest
from flask import Flask

from notifications.channels import dkim as signing
from notifications.channels.mail import Letter, Postman, RecipientLater
from notifications.channels.writing_mail import written
from notifications.notices import unsubscribing
from portal.core.errors import MadoError, NeverAgain
from portal.core.settings import Settings
from tests.notifications.city import approved, outcomes, resident
from tests.notifications.conftest import Letters
from tests.notifications.delivering.conftest import Relay


def letter(number: int = 1, **more: Any) -> Letter:
    values: dict[str, Any] = {
        "sender": "notice@city.example",
        "to": f"r{number}@mail.example",
        "subject": "健診のお知らせ " + "とても長い題名 " * 8,
        "text": "本文\n\n.\n.点で始まる行\n" + "長い行 " * 60 + "\n",
        "html": "<p>本文</p>\n<p>  空白  </p>\n",
        "language": "ja",
        "message_id": f"id{number}",
        "headers": (("List-Unsubscribe", "<https://my.city.example/n/off/abc>"),),
    }
    return Letter(**(values | more))


def dns(settings: Settings) -> Any:
    """What the DNS would say of our keys."""
    records = dict(each.record("city.example") for each in signing.signers(settings))

    def ask(name: bytes, timeout: int = 5) -> bytes:
        return records[name.decode().rstrip(".")].encode()

    return ask


def signed_by(settings: Settings, keys: str, which: str) -> Settings:
    pems = dict(
        zip(("rsa", "ed"), re.findall(r"-----BEGIN.+?END[^\n]+\n", keys, re.S), strict=True)
    )
    chosen = which.split()
    keys = "".join(pems[each] for each in chosen)
    return settings.model_copy(update={"DKIM_KEYS": keys, "DKIM_SELECTORS": which})


@pytest.mark.parametrize("which", ["rsa", "ed", "rsa ed"])
def test_another_program_finds_every_signature_right(
    settings: Settings, keys: str, which: str
) -> None:
    ours = signed_by(settings, keys, which)
    raw = written(letter(), ours).replace(b"\r\n..", b"\r\n.")
    for number, _ in enumerate(which.split()):
        assert dkim.DKIM(raw).verify(idx=number, dnsfunc=dns(ours))
    changed = raw.replace(b"r1@mail.example", b"r2@mail.example")
    assert not dkim.DKIM(changed).verify(dnsfunc=dns(ours))
    added = b"From: other@city.example\r\n" + raw
    assert not dkim.DKIM(added).verify(dnsfunc=dns(ours))
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998


def test_keys_that_can_not_be_used_are_said(settings: Settings, keys: str) -> None:
    with pytest.raises(signing.FaultyKeys):
        signing.signers(settings.model_copy(update={"DKIM_KEYS": keys, "DKIM_SELECTORS": "one"}))


def test_letters_go_in_groups_over_one_connection(
    settings: Settings, relay: Relay, keys: str
) -> None:
    ours = relay.settings(signed_by(settings, keys, "rsa"))
    told: list[str] = []

    def tell(one: Letter, fault: MadoError | None) -> None:
        assert fault is None
        told.append(one.message_id)

    with Postman(ours) as postman:
        postman.carry_all((letter(number) for number in range(40)), tell)
    found = relay.told()
    assert told == [f"id{number}" for number in range(40)]
    assert found["counts"]["letters"] == found["counts"]["signed"] == found["different"] == 40
    assert (
        found["counts"]["connections"] == 3
    )  # the look whether it is there, ours, the one that asks
    kept = found["kept"][0].encode("latin-1").replace(b"\r\n..", b"\r\n.")
    assert dkim.verify(kept, dnsfunc=dns(ours))


def test_a_refused_one_in_the_middle_does_not_stop_the_others(
    settings: Settings, letters: Letters
) -> None:
    said: dict[str, type | None] = {}
    people = ["a@mail.example", "bounce-1@mail.example", "later-1@mail.example", "b@mail.example"]
    with Postman(settings) as postman:
        postman.carry_all(
            [letter(to=each, message_id=each) for each in people],
            lambda one, fault: said.update({one.to: type(fault) if fault else None}),
        )
    assert said["a@mail.example"] is None and said["b@mail.example"] is None
    assert issubclass(said["bounce-1@mail.example"] or int, NeverAgain)
    assert said["later-1@mail.example"] is RecipientLater
    assert letters.count() == 2


def test_one_click_ends_mails_of_the_topic_and_another_brings_them_back(
    app: Flask, inside: Any, letters: Letters, work: Any
) -> None:
    inside(resident, mail="r@mail.example")
    inside(approved)
    inside(lambda: _start(app))
    work()
    [mail] = letters.to("r@mail.example")
    headers = dict(mail["headers"])
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    client = app.test_client()
    host = {"base_url": "http://localhost:8000"}
    assert client.get(path, **host).status_code == 200
    assert _reached_again(inside, work, app) == {"mail sent": 1}  # looking changed nothing
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"}, **host)
    assert answer.status_code == 200
    assert _reached_again(inside, work, app) == {}
    client.post(path, data={"again": "1"}, **host)
    assert _reached_again(inside, work, app) == {"mail sent": 1}
    assert client.post(path[:-3] + "AAA", **host).status_code == 404


def test_the_address_says_nothing(ctx: Flask) -> None:
    who = resident(mail="r@mail.example")
    notice = approved()
    one, two = (unsubscribing.token(notice, who) for _ in range(2))
    assert one != two and who.hex not in one


def _start(app: Flask) -> None:
    """At night a notice would wait for the morning."""
    from sqlalchemy import text

    from notifications.notices import delivering
    from portal.core.db import transaction

    with transaction() as session:
        session.execute(text("UPDATE notices SET starts_at = NULL"))
    delivering.sweep()


def _reached_again(inside: Any, work: Any, app: Flask) -> dict[str, int]:
    notice = inside(approved)
    inside(lambda: _start(app))
    work()
    found: dict[str, int] = inside(outcomes, notice)
    return found
