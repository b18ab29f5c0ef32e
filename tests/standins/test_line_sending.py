"""Sending on the Messaging API: friends, retry keys, quota, reply tokens, sizes, faults."""

import time
import uuid
from typing import Any

import pytest
import requests

from tests.standins.conftest import (
    BOT_ID,
    KEYAKI,
    LOGIN_ID,
    LOGIN_SECRET,
    SAKURA,
    STRANGER,
    SUMIRE,
    Line,
    text,
)

PUSH, MULTICAST, REPLY = (f"/v2/bot/message/{kind}" for kind in ("push", "multicast", "reply"))


def push(line: Line, to: str = SAKURA, **headers: str) -> requests.Response:
    return line.api("POST", PUSH, {"to": to, "messages": text()}, **headers)


def multicast(line: Line, to: list[str], **headers: str) -> requests.Response:
    return line.api("POST", MULTICAST, {"to": to, "messages": text()}, **headers)


def used(line: Line) -> int:
    return int(line.api("GET", "/v2/bot/message/quota/consumption").json()["totalUsage"])


def test_a_friend_gets_a_push(line: Line) -> None:
    answer = push(line)
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["sentMessages"]]
    assert line.talk(SAKURA) == text()
    assert used(line) == 1


def test_messages_without_a_good_token_are_refused(line: Line) -> None:
    line.token = "nothing"
    answer = push(line)
    assert answer.status_code == 401
    assert "Authentication failed" in answer.json()["message"]
    line.token = line.channel_token(LOGIN_ID, LOGIN_SECRET)
    assert push(line).status_code == 401


def test_a_channel_token_lives_fifteen_minutes(line: Line) -> None:
    assert push(line).status_code == 200
    line.control("clock", {"advance_seconds": 901})
    assert push(line).status_code == 401
    wrong = {"grant_type": "client_credentials", "client_id": BOT_ID, "client_secret": "x"}
    assert line.form("/oauth2/v3/token", wrong).json()["error"] == "invalid_client"


def test_who_blocked_or_never_added_gets_nothing_and_costs_nothing(line: Line) -> None:
    line.control("friend", {"user": KEYAKI, "state": "blocked"})
    assert push(line, KEYAKI).status_code == 200
    assert push(line, SUMIRE).status_code == 200
    assert multicast(line, [SAKURA, KEYAKI, SUMIRE]).status_code == 200
    assert [len(line.talk(one)) for one in (SAKURA, KEYAKI, SUMIRE)] == [1, 0, 0]
    assert used(line) == 1


def test_an_id_of_another_provider_stops_the_whole_multicast(line: Line) -> None:
    answer = multicast(line, [SAKURA, STRANGER])
    assert (answer.status_code, answer.json()["message"]) == (400, "Failed to send messages")
    assert push(line, STRANGER).json() == {"message": "Failed to send messages"}
    assert push(line, "sakura").status_code == 400
    assert line.talk(SAKURA) == []


def test_the_same_person_twice_in_a_multicast_gets_it_once(line: Line) -> None:
    assert multicast(line, [SAKURA, SAKURA]).status_code == 200
    assert len(line.talk(SAKURA)) == 1


def test_a_retry_key_is_accepted_once(line: Line) -> None:
    key = str(uuid.uuid4())
    first = push(line, X_Line_Retry_Key=key)
    again = push(line, X_Line_Retry_Key=key.upper())
    assert again.status_code == 409
    accepted = again.headers["x-line-accepted-request-id"]
    assert accepted == first.headers["x-line-request-id"] != again.headers["x-line-request-id"]
    assert again.json()["sentMessages"] == first.json()["sentMessages"]
    assert len(line.talk(SAKURA)) == 1
    assert line.counts()["conflicts"] == 1


def test_a_multicast_conflict_names_no_messages_and_lasts_a_day(line: Line) -> None:
    key = str(uuid.uuid4())
    multicast(line, [SAKURA], X_Line_Retry_Key=key)
    assert "sentMessages" not in multicast(line, [SAKURA], X_Line_Retry_Key=key).json()
    line.control("clock", {"advance_seconds": 86401})
    line.token = ""
    assert multicast(line, [SAKURA], X_Line_Retry_Key=key).status_code == 200


def test_a_refused_request_does_not_use_its_retry_key(line: Line) -> None:
    key = str(uuid.uuid4())
    assert multicast(line, [SAKURA, STRANGER], X_Line_Retry_Key=key).status_code == 400
    assert multicast(line, [SAKURA], X_Line_Retry_Key=key).status_code == 200


def test_retry_keys_are_uuids_and_only_for_sending(line: Line) -> None:
    assert push(line, X_Line_Retry_Key="again").status_code == 400
    key = str(uuid.uuid4())
    body = {"replyToken": "x", "messages": text()}
    answer = line.api("POST", REPLY, body, X_Line_Retry_Key=key)
    assert answer.status_code == 400
    assert "X-Line-Retry-Key" in answer.json()["message"]
    assert line.api("GET", "/v2/bot/info", X_Line_Retry_Key=key).status_code == 400


def test_the_quota_counts_people_and_ends(line: Line) -> None:
    assert line.api("GET", "/v2/bot/message/quota").json() == {"type": "limited", "value": 50}
    line.control("config", {"quota": {"type": "limited", "value": 3}})
    body = {"to": [SAKURA, KEYAKI], "messages": text() * 5}
    assert line.api("POST", MULTICAST, body).status_code == 200
    assert used(line) == 2
    answer = multicast(line, [SAKURA, KEYAKI])
    assert (answer.status_code, answer.json()["message"]) == (
        429,
        "You have reached your monthly limit.",
    )
    assert push(line).status_code == 200
    assert push(line).status_code == 429
    assert len(line.talk(KEYAKI)) == 5
    line.control("clock", {"advance_seconds": 32 * 86400})
    line.token = ""
    assert used(line) == 0


def reply(line: Line, token: str) -> requests.Response:
    return line.api("POST", REPLY, {"replyToken": token, "messages": text("はい")})


def test_a_reply_token_counts_once_costs_nothing_and_lasts_a_minute(line: Line) -> None:
    token = line.control("say", {"user": SAKURA, "text": "もしもし"})["replyToken"]
    assert reply(line, token).status_code == 200
    again = reply(line, token)
    assert (again.status_code, again.json()) == (400, {"message": "Invalid reply token"})
    assert used(line) == 0
    late = line.control("say", {"user": SAKURA, "text": "もしもし"})["replyToken"]
    line.control("clock", {"advance_seconds": 61})
    assert reply(line, late).status_code == 400
    assert [one["text"] for one in line.talk(SAKURA)] == ["もしもし", "はい", "もしもし"]


LONG = "a" * 21
FLEX_TEXT = {"type": "text", "text": "a"}


def bubble(contents: list[Any], **more: Any) -> dict[str, Any]:
    body = {"type": "box", "layout": "vertical", "contents": contents}
    return {"type": "bubble", "body": body, **more}


def flex(contents: Any) -> list[dict[str, Any]]:
    return [{"type": "flex", "altText": "知らせ", "contents": contents}]


def quick(*labels: str) -> list[dict[str, Any]]:
    items = [
        {"type": "action", "action": {"type": "message", "label": label, "text": "a"}}
        for label in labels
    ]
    return [{"type": "text", "text": "a", "quickReply": {"items": items}}]


@pytest.mark.parametrize(
    ("messages", "place"),
    [
        ([], "messages"),
        (text() * 6, "messages"),
        ([{"type": "letter"}], "messages[0].type"),
        ([{"type": "text"}], "messages[0].text"),
        (text("a" * 5001), "messages[0].text"),
        (text("😀" * 2501), "messages[0].text"),
        ([{"type": "textV2", "text": "{name}"}], "messages[0].text"),
        ([{"type": "textV2", "text": "a } b"}], "messages[0].text"),
        (quick(*["a"] * 14), "messages[0].quickReply.items"),
        (quick("a", LONG), "messages[0].quickReply.items[1].action.label"),
        (flex({"type": "box"}), "messages[0].contents.type"),
        (flex(bubble([{"type": "txt"}])), "messages[0].contents.body.contents[0].type"),
        (flex(bubble([{"type": "text"}])), "messages[0].contents.body.contents[0].text"),
        (flex(bubble([FLEX_TEXT] * 1500)), "messages[0].contents"),
        (
            flex({"type": "carousel", "contents": [bubble([FLEX_TEXT])] * 13}),
            "messages[0].contents.contents",
        ),
        (
            flex({"type": "carousel", "contents": [bubble([]), bubble([], size="kilo")]}),
            "messages[0].contents.contents",
        ),
        ([{"type": "flex", "contents": bubble([])}], "messages[0].altText"),
        (
            flex(bubble([{"type": "button", "action": {"type": "uri", "label": "a", "uri": "a"}}])),
            "messages[0].contents.body.contents[0].action.uri",
        ),
        (
            [
                {
                    "type": "image",
                    "originalContentUrl": "http://mado.example/a.png",
                    "previewImageUrl": "https://mado.example/a.png",
                }
            ],
            "messages[0].originalContentUrl",
        ),
    ],
)
def test_faulty_messages_are_refused_with_their_place(
    line: Line, messages: list[dict[str, Any]], place: str
) -> None:
    for path, body in (
        (PUSH, {"to": SAKURA, "messages": messages}),
        ("/v2/bot/message/validate/push", {"messages": messages}),
    ):
        answer = line.api("POST", path, body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["message"].startswith("The request body has ")
        assert place in [one["property"] for one in answer.json()["details"]]
    assert line.talk(SAKURA) == []


@pytest.mark.parametrize(
    "messages",
    [
        text("a" * 5000),
        text("😀" * 2500),
        [{"type": "textV2", "text": "{{ね}}"}],
        quick(*["a"] * 13),
        flex(bubble([FLEX_TEXT])),
        flex({"type": "carousel", "contents": [bubble([FLEX_TEXT])] * 12}),
    ],
)
def test_messages_at_the_limit_are_taken(line: Line, messages: list[dict[str, Any]]) -> None:
    body = {"to": SAKURA, "messages": messages}
    assert line.api("POST", PUSH, body).status_code == 200
    assert line.api("POST", "/v2/bot/message/validate/push", {"messages": messages}).ok


def test_501_people_are_too_many_and_unknown_properties_are_refused(line: Line) -> None:
    assert multicast(line, [f"U{n:032x}" for n in range(501)]).status_code == 400
    body = {"to": SAKURA, "messages": text(), "title": "a"}
    assert line.api("POST", PUSH, body).status_code == 400


def test_a_crowd_gets_messages_when_the_configuration_says_so(line: Line) -> None:
    line.control("config", {"crowd_prefix": "Ucafe", "quota": {"type": "none"}})
    crowd = [f"Ucafe{n:028x}" for n in range(500)]
    body = {"to": crowd, "messages": text() * 5}
    assert line.api("POST", MULTICAST, body).status_code == 200
    assert len(line.talk(crowd[499])) == 5
    assert used(line) == 500
    line.control("config", {"crowd_prefix": ""})


def test_the_loading_sign_has_its_steps(line: Line) -> None:
    path = "/v2/bot/chat/loading/start"
    assert line.api("POST", path, {"chatId": SAKURA, "loadingSeconds": 10}).status_code == 202
    assert line.api("POST", path, {"chatId": SAKURA, "loadingSeconds": 7}).status_code == 400
    assert line.api("POST", path, {"chatId": "x"}).status_code == 400


def test_the_accounts_own_pages(line: Line) -> None:
    assert line.api("GET", "/v2/bot/info").json()["basicId"] == "@mado"
    assert line.api("GET", f"/v2/bot/profile/{SAKURA}").json()["displayName"] == "さくら"
    assert line.api("GET", f"/v2/bot/profile/{SUMIRE}").status_code == 404
    assert line.api("GET", "/v2/bot/followers/ids").json()["userIds"] == [SAKURA, KEYAKI]


def test_a_lost_answer_is_found_again_by_its_retry_key(line: Line) -> None:
    fault = {"status": 500, "path": MULTICAST, "times": 1, "after_accept": True}
    line.control("fault", {"next": [fault]})
    key = str(uuid.uuid4())
    assert multicast(line, [SAKURA], X_Line_Retry_Key=key).status_code == 500
    assert multicast(line, [SAKURA], X_Line_Retry_Key=key).status_code == 409
    assert len(line.talk(SAKURA)) == 1


def test_ordered_faults_strike_their_path_and_number(line: Line) -> None:
    line.control("fault", {"next": [{"status": 429, "path": PUSH, "times": 2}]})
    assert multicast(line, [SAKURA]).status_code == 200
    assert [push(line).status_code for _ in range(3)] == [429, 429, 200]
    assert len(line.talk(SAKURA)) == 2


def test_a_cut_line_and_a_silence(line: Line) -> None:
    line.control("fault", {"next": [{"status": "reset", "path": PUSH}]})
    with pytest.raises(requests.ConnectionError):
        push(line)
    silence = {"status": "hang", "path": PUSH, "after_accept": True, "seconds": 1.5}
    line.control("fault", {"next": [silence]})
    began = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        push(line)
    assert time.monotonic() - began > 1.4
    assert len(line.talk(SAKURA)) == 1
