"""LINE messages stay within the Messaging API's limits, whatever staff write."""

import json
from datetime import date
from typing import Any

import pytest

from chatbot.dialogue.reply import Kind, Option, Reply, Source
from chatbot.knowledge.entries import Desk, Link
from chatbot.knowledge.loading import load_entries
from chatbot.rendering.line import cut, render, system_browser, units
from standins.line_platform.spec import Specification
from tests.chatbot.conversing import SHARED, ask, pick

BASE = "https://portal.example"
OPENAPI = SHARED.parent / "line-openapi" / "messaging-api.yml"
TEXTS = ["図書館", "乾電池の捨て方", "引っ越しの手続き", "時計", "xyzzy", "住民票がほしい"]
DESK = Desk("general", "総合案内", "0000-00-1000", "平日")


def reply(**more: Any) -> Reply:
    return Reply(**{"kind": Kind.ANSWER, "language": "ja", "blocks": ("はい。",), **more})


def check(message: dict[str, Any]) -> None:
    assert message["type"] in {"text", "flex"}
    if message["type"] == "text":
        assert 0 < units(message["text"]) <= 5000
    else:
        assert 0 < units(message["altText"]) <= 1500
        assert len(json.dumps(message["contents"], ensure_ascii=False).encode()) <= 30_000
        for part in walk(message["contents"]):
            assert part.get("text", "x") != ""
            if "action" in part:
                check_action(part["action"])
    quick = message.get("quickReply", {"items": []})["items"]
    assert len(quick) <= 13
    for item in quick:
        check_action(item["action"])


def check_action(action: dict[str, Any]) -> None:
    assert 0 < units(action["label"]) <= 20
    if action["type"] == "postback":
        assert units(action["data"]) <= 300
        assert units(action["displayText"]) <= 300
    else:
        assert action["uri"].startswith("https://")
        assert len(action["uri"]) <= 1000


def walk(part: Any) -> Any:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from walk(value)
    elif isinstance(part, list):
        for value in part:
            yield from walk(value)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_answer_fits(language: str) -> None:
    for entry in load_entries():
        for message in render(pick(f"entry:{entry.key}", language), BASE):
            check(message)


@pytest.mark.parametrize("text", TEXTS)
def test_every_kind_of_reply_fits(text: str) -> None:
    for message in render(ask(text), BASE):
        check(message)


def test_a_very_long_answer_becomes_text_and_keeps_desk_and_links() -> None:
    long = reply(
        title="題",
        blocks=("𠮷" * 6000,),
        desk=DESK,
        source=Source("市", "https://a.example", date(2026, 1, 1)),
        links=(Link("開く", "/my"),),
    )
    (message,) = render(long, BASE)
    check(message)
    assert message["type"] == "text"
    assert "0000-00-1000" in message["text"]
    assert message["text"].endswith("開く: https://portal.example/my")


def test_many_long_paragraphs_become_text() -> None:
    (message,) = render(reply(blocks=tuple("あ" * 900 for _ in range(20))), BASE)
    check(message)
    assert message["type"] == "text"


def test_short_options_are_quick_replies_and_others_boxes() -> None:
    short = tuple(Option(f"地区{n}", f"district:{n}") for n in range(6))
    (message,) = render(reply(options=short), BASE)
    assert [item["action"]["data"] for item in message["quickReply"]["items"]] == [
        f"district:{n}" for n in range(6)
    ]
    noted = (Option("質問", "entry:a", "その文"), Option("長い" * 20, "entry:b"))
    (message,) = render(reply(options=noted), BASE)
    assert "quickReply" not in message
    check(message)
    many = tuple(Option(str(n), f"item:{n}") for n in range(14))
    assert "quickReply" not in render(reply(options=many), BASE)[0]


def test_long_texts_are_cut_between_characters() -> None:
    assert cut("𠮷𠮷𠮷", 5) == "𠮷𠮷…"
    assert cut("abc", 3) == "abc"
    assert units("𠮷a") == 3


def test_some_sites_open_in_the_phones_browser() -> None:
    assert system_browser("https://a.example/x?y=1#z") == (
        "https://a.example/x?y=1&openExternalBrowser=1#z"
    )
    outside = reply(links=(Link("申請", "https://a.example/", opens_system_browser=True),))
    assert "openExternalBrowser=1" in json.dumps(render(outside, BASE))


@pytest.mark.skipif(not OPENAPI.exists(), reason="LINE's files lie in ../shared only")
def test_lines_own_specification_takes_every_kind_of_message() -> None:
    specification = Specification(OPENAPI)
    for text in TEXTS:
        body = {"replyToken": "0" * 32, "messages": render(ask(text), BASE)}
        assert list(specification.problems("POST", "/v2/bot/message/reply", body)) == []
