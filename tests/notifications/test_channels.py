"""The channels by themselves: letters as they leave, errors by their meaning, stand-ins refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from notifications.channels import following, rendering, senders
from notifications.channels.line import LineApi
from notifications.channels.mail import Letter, Postman
from notifications.channels.models import ChannelStop
from portal.core import outbox
from portal.core.db import read, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.outbox import OutboxMessage
from portal.core.settings import Settings
from tests.notifications.city import approved, line_id, outcomes, resident, values
from tests.notifications.conftest import Letters, Phone

HELLO = [{"type": "text", "text": "こんにちは"}]


def letter(to: str = "a@mail.example", **more: Any) -> Letter:
    values: dict[str, Any] = {
        "sender": "notice@city.example",
        "to": to,
        "subject": "健診\nBcc: other@mail.example",
        "text": "本文\n",
        "html": "<p>本文</p>",
        "language": "ja",
        "message_id": "abc",
    }
    return Letter(**(values | more))


def public(settings: Settings) -> Settings:
    """As if this portal were reachable from outside, with the stand-ins still behind it."""
    return settings.model_copy(update={"PUBLIC_URL": "https://my.city.example"})


def test_a_letter_has_both_forms_and_honest_headers(settings: Settings, letters: Letters) -> None:
    with Postman(settings) as postman:
        postman.carry(letter())
    [mail] = letters.to("a@mail.example")
    headers = dict(mail["headers"])
    assert headers["Message-ID"] == "<abc@city.example>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Content-Language"] == "ja"
    assert "Bcc" not in headers
    assert mail["subject"] == "健診 Bcc: other@mail.example"
    assert mail["header_from"] == "まど市 <notice@city.example>"
    assert "本文" in mail["text"]
    assert "<p>本文</p>" in mail["html"]


def test_one_connection_carries_many_and_survives_a_refusal(
    settings: Settings, letters: Letters
) -> None:
    with Postman(settings) as postman:
        postman.carry(letter("a@mail.example"))
        with pytest.raises(NeverAgain):
            postman.carry(letter("bounce-1@mail.example"))
        with pytest.raises(TryLater):
            postman.carry(letter("later-1@mail.example"))
        connection = postman._wire
        postman.carry(letter("b@mail.example"))
        assert postman._wire is connection
    assert letters.count() == 2


def test_an_address_can_not_smuggle_headers(settings: Settings, letters: Letters) -> None:
    for bad in ("a@mail.example\r\nBcc: b@mail.example", "a b@mail.example", "あ@mail.example"):
        with Postman(settings) as postman, pytest.raises(NeverAgain):
            postman.carry(letter(bad))
    assert letters.count() == 0


def test_a_relay_that_is_away_is_tried_later(settings: Settings) -> None:
    away = settings.model_copy(update={"MAIL_URL": "smtp://127.0.0.1:9"})
    with Postman(away) as postman, pytest.raises(TryLater):
        postman.carry(letter())


def test_a_public_portal_hands_no_letter_to_a_stand_in(
    settings: Settings, letters: Letters
) -> None:
    with Postman(public(settings)) as postman, pytest.raises(TryLater):
        postman.carry(letter())
    assert letters.count() == 0


def test_a_public_portal_sends_nothing_through_a_line_stand_in(
    settings: Settings, phone: Phone
) -> None:
    with pytest.raises(TryLater):
        LineApi(public(settings)).push(line_id(1), HELLO, uuid.uuid4())
    assert phone.texts(line_id(1)) == []


def test_the_same_key_is_accepted_once(settings: Settings, phone: Phone) -> None:
    api, key = LineApi(settings), uuid.uuid4()
    first = api.push(line_id(1), HELLO, key)
    again = api.push(line_id(1), HELLO, key)
    assert (first.again, again.again) == (False, True)
    assert again.request_id == first.request_id
    assert phone.texts(line_id(1)) == ["こんにちは"]


def test_what_line_says_is_later_or_never(settings: Settings, phone: Phone) -> None:
    api = LineApi(settings)
    push = "/v2/bot/message/push"
    for status, kind in ((500, TryLater), (429, TryLater), ("reset", TryLater), (400, NeverAgain)):
        phone.fail({"status": status, "path": push})
        with pytest.raises(kind):
            api.push(line_id(1), HELLO, uuid.uuid4())
    phone.fail({"status": 500, "path": "/oauth2/v3/token"})
    with pytest.raises(TryLater):
        LineApi(settings).push(line_id(1), HELLO, uuid.uuid4())
    with pytest.raises(NeverAgain):
        api.reply("no such token", HELLO)


def test_a_token_that_is_over_is_replaced_at_once(settings: Settings, phone: Phone) -> None:
    api = LineApi(settings)
    api.push(line_id(1), HELLO, uuid.uuid4())
    phone.process.post("/__standin__/clock", {"advance_seconds": 16 * 60})
    api.push(line_id(1), HELLO, uuid.uuid4())
    assert len(phone.texts(line_id(1))) == 2


def test_the_monthly_quota_is_waited_for(settings: Settings, phone: Phone) -> None:
    phone.process.post("/__standin__/config", {"quota": {"type": "limited", "value": 0}})
    try:
        with pytest.raises(TryLater) as caught:
            LineApi(settings).push(line_id(1), HELLO, uuid.uuid4())
        assert caught.value.after == 3600
    finally:
        phone.process.post("/__standin__/config", {"quota": {"type": "none"}})


def test_outbox_messages_leave_by_both_channels(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    words = {"code": "123456", "minutes": 10}
    with transaction() as session:
        for language in ("ja", "en"):
            outbox.post(session, "mail", "a@mail.example", "auth_code", words, language=language)
            outbox.post(session, "line", line_id(1), "auth_code", words, language=language)
    work()
    assert all("123456" in text for text in phone.texts(line_id(1)))
    assert len(phone.texts(line_id(1))) == 2
    english, japanese = letters.to("a@mail.example")
    assert "Your number" in english["subject"] + japanese["subject"]
    assert all(
        dict(mail["headers"])["From"].endswith("<code@city.example>")
        for mail in (english, japanese)
    )
    assert read().execute(select(OutboxMessage.error)).scalars().all() == [None] * 4


def test_a_repeated_try_of_one_message_is_known(ctx: Flask, phone: Phone, letters: Letters) -> None:
    key, words = uuid.uuid4(), {"code": "123456", "minutes": 10}
    for _ in range(2):
        senders.send_line(line_id(1), "auth_code", words, "ja", key=key)
        senders.send_mail("a@mail.example", "auth_code", words, "ja", key=key)
    assert len(phone.texts(line_id(1))) == 1
    first, second = (dict(mail["headers"])["Message-ID"] for mail in letters.to("a@mail.example"))
    assert first == second
    senders.send_line(line_id(1), "auth_code", words, "ja")  # the same words, another message
    assert len(phone.texts(line_id(1))) == 2


def test_a_block_turns_line_off_until_they_follow_again(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    who = resident(line=1, mail="a@mail.example")
    event = {"source": {"type": "user", "userId": line_id(1)}}
    following.unfollowed(event)
    following.unfollowed(event)
    notice = approved()
    work()
    assert outcomes(notice) == {"mail sent": 1}
    following.followed(event)
    assert read().execute(select(ChannelStop.resident_id)).scalars().all() == []
    notice = approved()
    work()
    assert outcomes(notice) == {"line sent": 1}
    following.unfollowed({"source": {"userId": line_id(99)}})  # nobody we know
    assert who is not None


def test_who_is_no_friend_at_the_sign_in_gets_mail_until_they_follow(
    ctx: Flask, phone: Phone, letters: Letters, work: Any
) -> None:
    who = resident(line=1, mail="sakura@mail.example")
    with transaction() as session:
        following.noted(session, who, False)
        following.noted(session, who, False)
    assert values(select(ChannelStop.reason)) == ["not_friend"]
    notice = approved()
    work()
    assert outcomes(notice) == {"mail sent": 1}
    following.followed({"source": {"userId": line_id(1)}})
    assert not values(select(ChannelStop.reason))


def test_length_is_counted_as_line_counts_it() -> None:
    assert rendering.line_length("あ😀") == 3
