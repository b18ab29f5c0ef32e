"""Golden conversations: the right reply, and both faces saying the same words."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from chatbot.dialogue.reply import Reply
from chatbot.rendering import line, web
from chatbot.rendering.spoken import plain_words
from tests.chatbot.conversing import Talk, golden_talks, named

BASE = "https://portal.example/"
TALKS = golden_talks()


def test_there_are_enough_of_them() -> None:
    assert len(TALKS) >= 90


@pytest.mark.parametrize("talk", TALKS, ids=named)
def test_the_reply_is_the_agreed_one(talk: list[dict[str, Any]]) -> None:
    conversation = Talk()
    for step in talk:
        reply = conversation.turn(step)
        assert reply.kind == step["kind"]
        assert reply.key == step.get("key", "")
        if "offers" in step:
            assert reply.options[0].payload == f"entry:{step['offers']}"
        shown = " ".join(plain_words(reply))
        for words in step.get("says", []):
            assert words in shown


@pytest.mark.parametrize("talk", TALKS, ids=named)
def test_both_faces_say_the_same(talk: list[dict[str, Any]]) -> None:
    conversation = Talk()
    for step in talk:
        reply = conversation.turn(step)
        on_line, on_web = line.render(reply, BASE), web.render(reply, BASE)
        assert words_of_line(on_line) == words_of_web(on_web) == list(plain_words(reply))
        assert options_of_line(on_line) == [one.payload for one in on_web.options]
        assert links_of_line(on_line) == links_of_web(reply, on_web)


def words_of_web(view: web.ReplyView) -> list[str]:
    texts = [view.title, *(text_of(block) for block in view.blocks), *view.notes]
    texts += [link.label for link in view.links]
    texts += [text for option in view.options for text in (option.label, option.note)]
    return lines(texts)


def words_of_line(messages: list[dict[str, Any]]) -> list[str]:
    texts = [part["text"] for message in messages for part in parts(message) if "text" in part]
    quick = messages[-1].get("quickReply", {"items": []})["items"]
    return lines([*texts, *(item["action"]["displayText"] for item in quick)])


def options_of_line(messages: list[dict[str, Any]]) -> list[str]:
    return [one["data"] for one in actions(messages) if one["type"] == "postback"]


def links_of_line(messages: list[dict[str, Any]]) -> list[str]:
    return [one["uri"] for one in actions(messages) if one["type"] == "uri"]


def links_of_web(reply: Reply, view: web.ReplyView) -> list[str]:
    """The web's addresses as LINE writes them: with the mark for the system browser."""
    return [line.system_browser(x.url) if x.opens_system_browser else x.url for x in view.links]


def actions(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tapped = [part["action"] for message in messages for part in parts(message) if "action" in part]
    quick = messages[-1].get("quickReply", {"items": []})["items"]
    return tapped + [item["action"] for item in quick]


def parts(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if message["type"] == "text":
        yield message
        return
    waiting = [message["contents"]["body"]]
    while waiting:
        part = waiting.pop(0)
        yield part
        waiting = [*part.get("contents", []), *waiting]


def lines(texts: list[str]) -> list[str]:
    return [one.strip() for text in texts for one in text.splitlines() if one.strip()]


class _Text(HTMLParser):
    """Reads HTML aloud: list items with a bullet, breaks and blocks as line ends."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += {"li": "\n・", "br": "\n", "p": "\n"}.get(tag, "")

    def handle_data(self, data: str) -> None:
        self.text += data


def text_of(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    return reader.text
