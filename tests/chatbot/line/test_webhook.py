"""The webhook: raw bytes verified, each event once, odd ones apart, real answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from chatbot.line import events
from chatbot.line.models import LineEvent
from portal.core.db import read, transaction
from standins.processes import StandinProcess
from tests.conftest import RESIDENT_HOST

SECRET = "messaging-channel-secret-tests-1"
BOT = "U" + "b" * 32
USER = "U" + "1" * 32


def event(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "webhookEventId": f"01HZZZZZZZZZZZZZZZZZZZZ{number:03d}",
        "timestamp": int(time.time() * 1000),
        "mode": "active",
        "replyToken": f"token{number}",
        "source": {"type": "user", "userId": USER},
        "deliveryContext": {"isRedelivery": False},
        "message": {"id": str(number), "type": "text", "text": "児童手当について"},
    } | more


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def send(
    client: FlaskClient, events: list[Any], *, signature: str | None = None, **more: Any
) -> TestResponse:
    body = json.dumps({"destination": BOT, "events": events} | more).encode()
    return client.post(
        "/webhooks/line",
        data=body,
        headers={"X-Line-Signature": signature or sign(body)},
        base_url=f"http://{RESIDENT_HOST}",
    )


def stored(app: Flask) -> list[Any]:
    with app.app_context():
        return list(read().execute(text("SELECT * FROM line_events ORDER BY id")))


@pytest.mark.parametrize("signature", ["", "wrong", "é", sign(b"other"), sign(b"", "other")])
def test_a_forged_signature_is_refused(app: Flask, client: FlaskClient, signature: str) -> None:
    body = json.dumps({"destination": BOT, "events": [event()]}).encode()
    headers = {"X-Line-Signature": signature} if signature else {}
    response = client.post(
        "/webhooks/line", data=body, headers=headers, base_url=f"http://{RESIDENT_HOST}"
    )
    assert response.status_code == 401
    assert stored(app) == []


def test_the_signature_is_over_the_bytes_not_over_the_meaning(
    app: Flask, client: FlaskClient
) -> None:
    sent = json.dumps({"destination": BOT, "events": [event()]}).encode()
    same_meaning = json.dumps({"events": [event()], "destination": BOT}, indent=1).encode()
    response = client.post(
        "/webhooks/line",
        data=same_meaning,
        headers={"X-Line-Signature": sign(sent)},
        base_url=f"http://{RESIDENT_HOST}",
    )
    assert response.status_code == 401


def test_the_consoles_verify_button_gets_200(client: FlaskClient) -> None:
    assert send(client, []).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"destination":"U"}', b"\xff\xfe"])
def test_signed_nonsense_is_400(client: FlaskClient, body: bytes) -> None:
    response = client.post(
        "/webhooks/line",
        data=body,
        headers={"X-Line-Signature": sign(body)},
        base_url=f"http://{RESIDENT_HOST}",
    )
    assert response.status_code == 400


def test_one_odd_event_does_not_spoil_the_others(app: Flask, client: FlaskClient) -> None:
    odd = [{}, "text", None, {"type": "message"}, {"webhookEventId": 7, "type": "x"}]
    assert send(client, [*odd, event(1), event(2, type="somethingNew")]).status_code == 200
    assert [row.kind for row in stored(app)] == ["message", "somethingNew"]


def test_a_thousand_events_of_one_request_are_kept_once_each(
    app: Flask, client: FlaskClient, count_queries: Any
) -> None:
    """And cost no more trips to the database than one does."""
    with count_queries() as alone:
        assert send(client, [event(1)]).status_code == 200
    many = [event(number, webhookEventId=f"01H{number:023d}") for number in range(1000)]
    with count_queries() as together:
        assert send(client, [*many, *many[:10]]).status_code == 200
    assert len(stored(app)) == 1 + 1000
    assert len(together) <= len(alone) + 10


def test_ids_no_row_can_keep_do_not_spoil_the_others(app: Flask, client: FlaskClient) -> None:
    odd = [
        event(webhookEventId="01H\x00"),
        event(webhookEventId="\ud800"),
        event(webhookEventId="9" * 65),
        event(7, type="message\x00"),
        event(8, message={"id": "\x00", "type": "text", "text": "half a pair \ud83d and \x00"}),
    ]
    assert send(client, [*odd, event(9)]).status_code == 200
    assert [row.id[-1] for row in stored(app)] == ["8", "9"]
    with app.app_context(), transaction() as session:
        kept = session.get_one(LineEvent, stored(app)[0].id).payload
    assert kept is not None
    assert kept["message"]["text"] == "half a pair \ud83d and \x00"


def test_a_body_captured_long_ago_does_nothing(app: Flask, client: FlaskClient) -> None:
    """The signature carries no time, and ids are forgotten after a week."""
    week_ago = int((time.time() - 7 * 86_400) * 1000)
    assert send(client, [event(1, type="unfollow", timestamp=week_ago)]).status_code == 200
    assert stored(app) == []


def test_an_event_that_always_breaks_is_given_up(app: Flask, client: FlaskClient) -> None:
    send(client, [event(1, message=["odd"])])
    with app.app_context():
        for tries in range(events.MOST_TRIES):
            assert events.sweep() == 1
            events.drain()
            assert stored(app)[0].tries == tries + 1
            read().execute(text("UPDATE line_events SET next_try_at = received_at"))
        assert events.sweep() == 0
        assert stored(app)[0].payload is None


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000])
def test_deep_nonsense_is_400_too(client: FlaskClient, body: bytes) -> None:
    response = client.post(
        "/webhooks/line",
        data=body,
        headers={"X-Line-Signature": sign(body)},
        base_url=f"http://{RESIDENT_HOST}",
    )
    assert response.status_code == 400


def test_a_body_larger_than_lines_own_limit_is_refused(client: FlaskClient) -> None:
    body = b" " * (2 * 1024 * 1024 + 1)
    response = client.post(
        "/webhooks/line",
        data=body,
        headers={"X-Line-Signature": sign(body)},
        base_url=f"http://{RESIDENT_HOST}",
    )
    assert response.status_code == 413


def test_a_redelivered_event_stays_one(app: Flask, client: FlaskClient) -> None:
    send(client, [event(1)])
    send(client, [event(1, deliveryContext={"isRedelivery": True}), event(1)])
    assert len(stored(app)) == 1


def test_standby_and_another_destination_are_left_alone(app: Flask, client: FlaskClient) -> None:
    send(client, [event(1, mode="standby")])
    send(client, [event(2)], destination="U" + "c" * 32)
    assert stored(app) == []


def test_what_was_said_is_encrypted(app: Flask, client: FlaskClient) -> None:
    send(client, [event(1)])
    assert "児童手当".encode() not in bytes(stored(app)[0].payload)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[StandinProcess]:
    config = {
        "portal_url": "http://localhost:9",
        "login_channel": {"id": "1000000001", "secret": "x" * 32, "redirect_uris": []},
        "messaging_channel": {
            "id": "1000000002",
            "secret": SECRET,
            "webhook_url": "http://localhost:9/webhooks/line",
            "bot_user_id": BOT,
            "basic_id": "@mado",
            "display_name": "まど市",
        },
        "quota": {"type": "none"},
        "residents": [{"user_id": USER, "display_name": "さくら", "friend": True}],
    }
    with StandinProcess.line_platform(tmp_path / "line", config) as platform:
        yield platform


@pytest.fixture
def talking(
    settings: Any, line: StandinProcess, answering_process: str, tmp_path: Path
) -> Iterator[tuple[Flask, StandinProcess]]:
    """The product on a real socket, with the LINE platform on one side and the engine behind."""
    from werkzeug.serving import make_server

    from wsgi import create_app

    app = create_app(
        settings.model_copy(update={"LINE_API_URL": line.url, "ANSWERS_SOCKET": answering_process})
    )
    app.extensions["mado.redis"].flushdb()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    line.post(
        "/__standin__/config",
        {"messaging_channel": {"webhook_url": f"http://localhost:{server.port}/webhooks/line"}},
    )
    yield app, line
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["mado.database"].engine.dispose()
    app.extensions["mado.redis"].close()


def burst(app: Flask) -> None:
    """A real worker empties the queue."""
    from rq import Queue, SimpleWorker

    with app.app_context():
        queues = [Queue("now", connection=app.extensions["mado.redis"])]
        SimpleWorker(queues, connection=app.extensions["mado.redis"]).work(
            burst=True, logging_level="ERROR"
        )


def until_stored(app: Flask, number: int) -> None:
    deadline = time.monotonic() + 10
    while len(stored(app)) < number:
        assert time.monotonic() < deadline, "the webhook did not arrive"
        time.sleep(0.05)


def bot_says(line: StandinProcess) -> list[dict[str, Any]]:
    talk = line.get(f"/__standin__/talk?user={USER}")["messages"]
    return [m["message"] for m in talk if m["side"] == "account"]


def test_a_question_in_the_talk_is_answered_by_the_reply_token(
    talking: tuple[Flask, StandinProcess],
) -> None:
    app, line = talking
    line.post("/__standin__/say", {"user": USER, "text": "住民票はコンビニで取れますか"})
    until_stored(app, 1)
    burst(app)
    said = bot_says(line)
    assert len(said) == 1
    assert "コンビニ" in json.dumps(said, ensure_ascii=False)
    row = stored(app)[0]
    assert row.done_at is not None
    assert row.payload is None


def test_a_picked_candidate_gives_exactly_that(talking: tuple[Flask, StandinProcess]) -> None:
    app, line = talking
    line.post("/__standin__/say", {"user": USER, "postback": "entry:garbage_days"})
    until_stored(app, 1)
    burst(app)
    assert "地区" in json.dumps(bot_says(line), ensure_ascii=False)


def test_a_picture_gets_a_friendly_word(talking: tuple[Flask, StandinProcess]) -> None:
    app, line = talking
    sticker = {"type": "sticker", "packageId": "1", "stickerId": "2"}
    line.post("/__standin__/say", {"user": USER, "message": sticker})
    until_stored(app, 1)
    burst(app)
    assert "文字" in json.dumps(bot_says(line), ensure_ascii=False)


def test_an_event_is_answered_once_though_it_is_rung_often(
    talking: tuple[Flask, StandinProcess],
) -> None:
    from chatbot.line import events

    app, line = talking
    line.post("/__standin__/say", {"user": USER, "text": "児童手当"})
    until_stored(app, 1)
    with app.app_context():
        for _ in range(3):
            events.drain()
    burst(app)
    assert len(bot_says(line)) == 1


def test_a_lost_ring_is_found_by_the_tick(talking: tuple[Flask, StandinProcess]) -> None:
    from chatbot.line import events

    app, line = talking
    line.post("/__standin__/say", {"user": USER, "text": "児童手当"})
    until_stored(app, 1)
    app.extensions["mado.redis"].flushdb()
    with app.app_context():
        assert events.sweep() == 1
    burst(app)
    assert len(bot_says(line)) == 1


def test_line_being_away_is_tried_again(talking: tuple[Flask, StandinProcess]) -> None:
    from chatbot.line import events

    app, line = talking
    line.post(
        "/__standin__/fault",
        {"next": [{"status": 500, "path": "/v2/bot/message/reply", "times": 1}]},
    )
    line.post("/__standin__/say", {"user": USER, "text": "児童手当"})
    until_stored(app, 1)
    burst(app)
    assert bot_says(line) == []
    time.sleep(2.1)  # the row waits two seconds before it is due again
    with app.app_context():
        events.sweep()
    burst(app)
    assert len(bot_says(line)) == 1


def test_a_message_taken_back_is_forgotten(app: Flask, client: FlaskClient) -> None:
    from chatbot.line import events

    send(client, [event(1)])
    send(client, [event(2, type="unsend", unsend={"messageId": "1"}, message=None)])
    with app.app_context():
        events.drain()
    assert [row.payload for row in stored(app)] == [None, None]
