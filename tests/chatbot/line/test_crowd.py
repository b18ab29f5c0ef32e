"""Many events at once, and in every disorder the network and strangers can make of them."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from chatbot.line import events, intake
from chatbot.line.heard import GIVE_UP, TOKEN_LIVES
from portal.core.db import read
from standins.processes import StandinProcess
from tests.chatbot.line.test_webhook import (
    BOT,
    RESIDENT_HOST,
    SECRET,
    USER,
    bot_says,
    burst,
    event,
    line,
    sign,
    stored,
    talking,
    until_stored,
)

__all__ = ["line", "talking"]  # fixtures of the neighbour


def ulid(number: int) -> str:
    return f"01H{number:023d}"


def storm(size: int, seed: int) -> list[tuple[bytes, str, bool]]:
    """Requests of a storm: (body, signature, whether it is whole and ours), shuffled."""
    chance = random.Random(seed)
    requests = []
    for number in range(0, size, 10):
        batch = [
            event(n, webhookEventId=ulid(n), replyToken=f"t{n}", message=said(n))
            for n in range(number, number + 10)
        ]
        body = json.dumps({"destination": BOT, "events": batch}).encode()
        requests.append((body, sign(body), True))
        kind = chance.choice(["again", "forged", "cut", "other key", "again"])
        if kind == "again":
            requests.append((body, sign(body), True))
        elif kind == "forged":
            changed = body.replace("児童".encode("unicode_escape"), b"")
            requests.append((changed + b" ", sign(body), False))
        elif kind == "cut":
            requests.append((body[: len(body) // 2], sign(body), False))
        else:
            requests.append((body, sign(body, "x" * len(SECRET)), False))
    chance.shuffle(requests)
    return requests


def said(number: int) -> dict[str, Any]:
    return {"id": f"m{number}", "type": "text", "text": "児童手当について"}


def take(client: FlaskClient, body: bytes, signature: str) -> int:
    return client.post(
        "/webhooks/line",
        data=body,
        headers={"X-Line-Signature": signature},
        base_url=f"http://{RESIDENT_HOST}",
    ).status_code


@pytest.mark.parametrize("size", [200, pytest.param(10_000, marks=pytest.mark.deep)])
def test_a_storm_leaves_each_event_once_and_nothing_forged(
    app: Flask, client: FlaskClient, size: int
) -> None:
    for body, signature, ours in storm(size, seed=size):
        assert take(client, body, signature) == (200 if ours else 401)
    rows = stored(app)
    assert [row.id for row in rows] == [ulid(number) for number in range(size)]
    assert len(app.extensions["mado.redis"].lrange("rq:queue:now", 0, -1)) <= 1 + size // 500


def test_a_cut_body_that_is_signed_is_no_webhook(client: FlaskClient) -> None:
    body = json.dumps({"destination": BOT, "events": [event()]}).encode()[:-20]
    assert take(client, body, sign(body)) == 400


def send(client: FlaskClient, *parts: dict[str, Any]) -> None:
    body = json.dumps({"destination": BOT, "events": list(parts)}).encode()
    assert take(client, body, sign(body)) == 200


def test_a_taking_back_that_came_before_its_message_counts(app: Flask, client: FlaskClient) -> None:
    send(client, event(2, type="unsend", unsend={"messageId": "1"}, message=None))
    with app.app_context():
        events.drain()
    send(client, event(1))
    with app.app_context():
        events.drain()
        errors = read().execute(text("SELECT error FROM line_events ORDER BY id")).scalars()
        assert list(errors) == ["Overtaken", None]
    assert [row.payload for row in stored(app)] == [None, None]


def test_an_older_follow_does_not_undo_a_newer_block(app: Flask, client: FlaskClient) -> None:
    """LINE keeps no order when it delivers again."""
    send(client, event(2, type="unfollow", webhookEventId=ulid(2)))
    with app.app_context():
        events.drain()
    send(client, event(1, type="follow", webhookEventId=ulid(1)))
    with app.app_context():
        events.drain()
        found = read().execute(text("SELECT kind, error FROM line_events ORDER BY id")).all()
    assert [(row.kind, row.error) for row in found] == [
        ("follow", "Overtaken"),
        ("unfollow", None),
    ]


def test_one_ring_serves_many_and_the_next_is_not_lost(app: Flask, client: FlaskClient) -> None:
    queue = app.extensions["mado.redis"]
    for number in range(5):
        send(client, event(number, webhookEventId=ulid(number), type="videoPlayComplete"))
    assert queue.llen("rq:queue:now") == 1
    burst(app)
    assert all(row.done_at for row in stored(app))
    send(client, event(9, webhookEventId=ulid(9), type="videoPlayComplete"))
    assert queue.llen("rq:queue:now") == 1


def test_two_workers_never_take_the_same_event(app: Flask, client: FlaskClient) -> None:
    from concurrent.futures import ThreadPoolExecutor

    parts = [
        event(n, webhookEventId=ulid(n), type="videoPlayComplete")
        for n in range(2 * events.BATCH + 7)
    ]
    send(client, *parts)

    def work(_: int) -> None:
        with app.app_context():
            events.drain()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(work, range(3)))
    assert {row.tries for row in stored(app)} == {1}
    assert all(row.done_at for row in stored(app))


def test_an_event_delivered_again_has_its_token_for_another_minute(
    app: Flask, client: FlaskClient
) -> None:
    send(client, event(1))
    with app.app_context():
        read().execute(text("UPDATE line_events SET received_at = received_at - interval '1 hour'"))
    send(client, event(1, deliveryContext={"isRedelivery": True}))
    assert time.time() - stored(app)[0].received_at.timestamp() < 30


def age(app: Flask, received: float, happened: float) -> None:
    """The one stored event came `received` seconds ago and happened `happened` seconds ago."""
    [row] = stored(app)
    with app.app_context():
        body = {"destination": BOT, "events": []}
        assert intake.take_in(json.dumps(body).encode(), bot_user_id=BOT) == 0
        read().execute(
            text("UPDATE line_events SET received_at = now() - make_interval(secs => :s)"),
            {"s": received},
        )
        payload = events.LineEvent.__table__.c.payload
        kept = read().execute(payload.table.select()).one().payload
        kept["timestamp"] = int((time.time() - happened) * 1000)
        read().execute(payload.table.update().values(payload=kept))
    assert row.done_at is None


def test_whoever_waited_past_the_tokens_life_is_pushed_to_once(
    talking: tuple[Flask, StandinProcess],
) -> None:
    app, platform = talking
    platform.post("/__standin__/say", {"user": USER, "text": "児童手当はいくら"})
    until_stored(app, 1)
    late = TOKEN_LIVES.total_seconds() + 5
    age(app, late, late)
    burst(app)
    assert len(bot_says(platform)) == 1
    how = [one["how"] for one in told(platform) if one["side"] == "account"]
    assert how == ["push"]


def test_nobody_waits_twenty_minutes(talking: tuple[Flask, StandinProcess]) -> None:
    app, platform = talking
    platform.post("/__standin__/say", {"user": USER, "text": "児童手当はいくら"})
    until_stored(app, 1)
    age(app, 5, GIVE_UP.total_seconds() + 1)
    burst(app)
    assert bot_says(platform) == []
    assert stored(app)[0].done_at is not None


def told(platform: StandinProcess) -> list[dict[str, Any]]:
    return list(platform.get(f"/__standin__/talk?user={USER}")["messages"])
