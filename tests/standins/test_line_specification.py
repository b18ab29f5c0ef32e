"""LINE's own OpenAPI files as the judge of what the platform takes, answers and sends."""

import json
from typing import Any

import pytest

from standins.line_platform.spec import Specification
from tests.standins.conftest import KEYAKI, OPENAPI, SAKURA, Line, Webhooks, text
from tests.standins.test_line_richmenus import MENU, with_picture

# LINE's files may not be committed.
pytestmark = pytest.mark.skipif(not OPENAPI.is_dir(), reason="../shared is absent")


@pytest.fixture(scope="module")
def spec() -> Specification:
    return Specification(OPENAPI / "messaging-api.yml")


def problems(spec: Specification, messages: list[dict[str, Any]]) -> list[str]:
    body = {"to": SAKURA, "messages": messages}
    return [one.property for one in spec.problems("POST", "/v2/bot/message/push", body)]


def test_the_strict_form_refuses_what_the_published_one_lets_pass(spec: Specification) -> None:
    assert problems(spec, text()) == []
    assert problems(spec, [{"type": "letter"}]) == ["messages[0].type"]
    assert problems(spec, [{"type": "text"}]) == ["messages[0]"]
    quick = {"items": [{"type": "action", "action": {"type": "fly"}}]}
    found = problems(spec, [{"type": "text", "text": "a", "quickReply": quick}])
    assert found == ["messages[0].quickReply.items[0].action.type"]


def test_fixed_paths_win_over_paths_with_parameters(spec: Specification) -> None:
    found = spec.operation("GET", "/v2/bot/richmenu/list")
    assert found is not None
    assert found["operationId"] == "getRichMenuList"
    assert spec.operation("PATCH", "/v2/bot/richmenu/list") is None


def test_a_request_that_only_the_specification_knows_to_be_wrong_is_refused(line: Line) -> None:
    """Our own checks say nothing about a box's offset; the running platform asks the files."""
    box = {"type": "box", "layout": "vertical", "contents": [], "flex": "wide"}
    contents = {"type": "bubble", "body": box}
    body = {"messages": [{"type": "flex", "altText": "a", "contents": contents}]}
    answer = line.api("POST", "/v2/bot/message/validate/push", body)
    assert answer.status_code == 400
    assert answer.json()["details"][0]["property"] == "messages[0].contents.body.flex"


def test_every_answer_is_one_the_specification_documents(line: Line, spec: Specification) -> None:
    menu = with_picture(line)
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/v2/bot/message/push", {"to": SAKURA, "messages": text()}),
        ("POST", "/v2/bot/message/push", {"to": SAKURA, "messages": []}),
        ("POST", "/v2/bot/message/multicast", {"to": [SAKURA], "messages": text()}),
        ("POST", "/v2/bot/message/broadcast", {"messages": text()}),
        ("POST", "/v2/bot/message/validate/reply", {"messages": text()}),
        ("GET", "/v2/bot/message/quota", None),
        ("GET", "/v2/bot/message/quota/consumption", None),
        ("GET", "/v2/bot/info", None),
        ("GET", f"/v2/bot/profile/{SAKURA}", None),
        ("GET", "/v2/bot/followers/ids", None),
        ("POST", "/v2/bot/chat/loading/start", {"chatId": SAKURA, "loadingSeconds": 5}),
        ("POST", "/v2/bot/richmenu", MENU),
        ("POST", "/v2/bot/richmenu/validate", MENU),
        ("GET", "/v2/bot/richmenu/list", None),
        ("GET", f"/v2/bot/richmenu/{menu}", None),
        ("POST", "/v2/bot/richmenu/alias", {"richMenuAliasId": "a", "richMenuId": menu}),
        ("POST", "/v2/bot/richmenu/alias", {"richMenuAliasId": "a", "richMenuId": menu}),
        ("POST", "/v2/bot/richmenu/alias/a", {"richMenuId": menu}),
        ("GET", "/v2/bot/richmenu/alias/a", None),
        ("GET", "/v2/bot/richmenu/alias/list", None),
        ("DELETE", "/v2/bot/richmenu/alias/a", None),
        ("POST", f"/v2/bot/user/all/richmenu/{menu}", None),
        ("GET", "/v2/bot/user/all/richmenu", None),
        ("DELETE", "/v2/bot/user/all/richmenu", None),
        ("POST", f"/v2/bot/user/{SAKURA}/richmenu/{menu}", None),
        ("GET", f"/v2/bot/user/{SAKURA}/richmenu", None),
        ("DELETE", f"/v2/bot/user/{SAKURA}/richmenu", None),
        ("POST", "/v2/bot/richmenu/bulk/link", {"richMenuId": menu, "userIds": [KEYAKI]}),
        ("POST", "/v2/bot/richmenu/bulk/unlink", {"userIds": [KEYAKI]}),
        ("PUT", "/v2/bot/channel/webhook/endpoint", {"endpoint": "https://mado.example/line"}),
        ("GET", "/v2/bot/channel/webhook/endpoint", None),
        ("DELETE", f"/v2/bot/richmenu/{menu}", None),
    ]
    for method, path, body in calls:
        answer = line.api(method, path, body)
        found = spec.answer_problems(method, path, answer.status_code, answer.json())
        assert found == [], (method, path, answer.status_code, answer.text)


def test_every_event_is_one_the_specification_describes(line: Line, webhooks: Webhooks) -> None:
    judge = Specification(OPENAPI / "webhook.yml")
    place = {"type": "location", "title": "a", "address": "b", "latitude": 1.5, "longitude": 2.5}
    sticker = {"type": "sticker", "packageId": "1", "stickerId": "1"}
    picture = {"type": "image", "contentProvider": {"type": "line"}}
    line.control("say", {"user": SAKURA, "text": "あ"})
    line.control("say", {"user": SAKURA, "message": place})
    line.form("/phone/say", {"user": SAKURA, "kind": "sticker", "sticker": "2"})
    line.control("say", {"user": SAKURA, "message": picture})
    line.control("say", {"user": SAKURA, "postback": "a=1"})
    first = line.talk(SAKURA)[0]["id"]
    line.form("/phone/unsend", {"user": SAKURA, "message": first})
    line.control("friend", {"user": SAKURA, "state": "blocked"})
    line.control("friend", {"user": SAKURA, "state": "friend"})
    bodies = webhooks.wait(8)
    kinds = [body["events"][0]["type"] for body in bodies]
    assert kinds == ["message"] * 4 + ["postback", "unsend", "unfollow", "follow"]
    assert sticker["type"] == bodies[2]["events"][0]["message"]["type"]
    for body in bodies:
        assert judge.schema_problems("CallbackRequest", body) == [], json.dumps(body)
