"""Webhooks: signed, numbered, in order, once unless redelivery is on."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable

from tests.standins.conftest import BOT_SECRET, BOT_USER, SAKURA, SUMIRE, Line, Webhooks, text


def test_an_event_is_signed_over_its_very_bytes(line: Line, webhooks: Webhooks) -> None:
    line.control("say", {"user": SAKURA, "text": "健診はいつですか"})
    (body,) = webhooks.wait(1)
    headers, raw = webhooks.came[0]
    digest = hmac.new(BOT_SECRET.encode(), raw, hashlib.sha256).digest()
    assert headers["x-line-signature"] == base64.b64encode(digest).decode()
    (event,) = body["events"]
    assert body["destination"] == BOT_USER
    assert event["message"]["text"] == "健診はいつですか"
    assert event["source"] == {"type": "user", "userId": SAKURA}
    assert (event["mode"], event["deliveryContext"]) == ("active", {"isRedelivery": False})
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", event["webhookEventId"])
    assert abs(event["timestamp"] / 1000 - time.time()) < 60
    assert event["replyToken"]


def test_events_come_in_the_order_they_happened(line: Line, webhooks: Webhooks) -> None:
    for number in range(10):
        line.control("say", {"user": SAKURA, "text": str(number)})
    bodies = webhooks.wait(10)
    assert [one["events"][0]["message"]["text"] for one in bodies] == [str(n) for n in range(10)]


def test_adding_and_blocking_say_which_it_was(line: Line, webhooks: Webhooks) -> None:
    line.control("friend", {"user": SUMIRE, "state": "friend"})
    line.control("friend", {"user": SUMIRE, "state": "blocked"})
    line.control("friend", {"user": SUMIRE, "state": "blocked"})
    line.control("friend", {"user": SUMIRE, "state": "friend"})
    first, gone, back = (body["events"][0] for body in webhooks.wait(3))
    assert first["follow"] == {"isUnblocked": False}
    assert gone["type"] == "unfollow"
    assert "replyToken" not in gone
    assert back["follow"] == {"isUnblocked": True}


def test_who_blocked_cannot_write(line: Line, webhooks: Webhooks) -> None:
    line.control("friend", {"user": SAKURA, "state": "blocked"})
    assert line.form("/phone/say", {"user": SAKURA, "text": "a"}).status_code == 409
    webhooks.wait(1)
    assert [body["events"][0]["type"] for body in webhooks.wait(1)] == ["unfollow"]


def states(line: Line) -> list[tuple[str, int]]:
    found = line.process.get("/__standin__/events")["events"]
    return [(one["state"], one["attempts"]) for one in found]


def eventually(check: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_failed_event_is_lost_when_redelivery_is_off(line: Line, webhooks: Webhooks) -> None:
    webhooks.statuses.append(500)
    line.control("say", {"user": SAKURA, "text": "a"})
    webhooks.wait(1)
    eventually(lambda: states(line) == [("failed", 1)])
    assert len(webhooks.came) == 1


def test_redelivery_brings_the_same_event_marked(line: Line, webhooks: Webhooks) -> None:
    line.control("config", {"redelivery": [0.1, 0.1]})
    webhooks.statuses.extend([500, 503])
    line.control("say", {"user": SAKURA, "text": "a"})
    events = [body["events"][0] for body in webhooks.wait(3)]
    assert [one["deliveryContext"]["isRedelivery"] for one in events] == [False, True, True]
    assert len({one["webhookEventId"] for one in events}) == 1
    assert len({one["replyToken"] for one in events}) == 1
    eventually(lambda: states(line) == [("delivered", 3)])
    line.control("config", {"redelivery": []})


def test_a_test_can_order_a_redelivery(line: Line, webhooks: Webhooks) -> None:
    event = line.control("say", {"user": SAKURA, "text": "a"})
    webhooks.wait(1)
    eventually(lambda: states(line) == [("delivered", 1)])
    assert line.control("redeliver", {"event": event["webhookEventId"]}) == {"redelivered": True}
    second = webhooks.wait(2)[1]["events"][0]
    assert second["deliveryContext"] == {"isRedelivery": True}
    assert second["webhookEventId"] == event["webhookEventId"]


def test_a_redelivered_event_can_be_answered_for_twenty_minutes(
    line: Line, webhooks: Webhooks
) -> None:
    event = line.control("say", {"user": SAKURA, "text": "a"})
    webhooks.wait(1)

    def reply_after(seconds: int) -> int:
        before = len(webhooks.came)
        line.control("clock", {"advance_seconds": seconds})
        line.control("redeliver", {"event": event["webhookEventId"]})
        webhooks.wait(before + 1)
        line.token = ""
        body = {"replyToken": event["replyToken"], "messages": text()}
        return line.api("POST", "/v2/bot/message/reply", body).status_code

    assert reply_after(1201) == 400
    line.control("clock", {"advance_seconds": -600})
    assert reply_after(30) == 200
    assert reply_after(30) == 400


def test_the_verify_button_sends_no_events(line: Line, webhooks: Webhooks) -> None:
    answer = line.api("POST", "/v2/bot/channel/webhook/test", {})
    assert (answer.json()["success"], answer.json()["statusCode"]) == (True, 200)
    assert webhooks.wait(1)[0]["events"] == []
    elsewhere = {"endpoint": "http://localhost:9/none"}
    answer = line.api("POST", "/v2/bot/channel/webhook/test", elsewhere)
    assert (answer.json()["success"], answer.json()["reason"]) == (False, "COULD_NOT_CONNECT")


def test_the_address_can_be_set_by_the_api(line: Line, webhooks: Webhooks) -> None:
    line.control("config", {"messaging_channel": {"webhook_url": "http://localhost:9/"}})
    path = "/v2/bot/channel/webhook/endpoint"
    assert line.api("PUT", path, {"endpoint": "ftp://mado.example"}).status_code == 400
    assert line.api("PUT", path, {"endpoint": webhooks.url}).status_code == 200
    assert line.api("GET", path).json() == {"endpoint": webhooks.url, "active": True}
    line.control("say", {"user": SAKURA, "text": "a"})
    webhooks.wait(1)
    moved = "http://localhost:10/webhook"
    line.control("config", {"messaging_channel": {"webhook_url": moved}})
    assert line.api("GET", path).json()["endpoint"] == moved
