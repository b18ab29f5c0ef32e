"""The web's view: safe HTML, plain notes, absolute links, a context that comes back."""

import json

import pytest

from chatbot.dialogue.reply import Kind, Reply
from chatbot.knowledge.entries import Link
from chatbot.rendering.markdown import to_html, to_plain
from chatbot.rendering.web import render
from tests.chatbot.conversing import ask, pick


def test_the_view_of_an_answer() -> None:
    view = render(pick("entry:juminhyo"), "https://portal.example/")
    assert view.title == "住民票の写しはどこで取れますか"
    assert "<strong>" in view.blocks[0]
    assert "<li>" in view.blocks[0]
    assert view.notes[0] == "窓口: 市民課"
    assert "更新日: 2026年10月1日" in view.notes
    assert view.links == (Link("コンビニ交付を見る", "https://portal.example/certificates"),)
    assert view.source_url.startswith("https://www.city.mado.example/")
    assert json.loads(view.context) == {"entry": "juminhyo"}


def test_english_notes() -> None:
    view = render(ask("city hall hours", "en"), "https://portal.example/")
    assert "Updated: 2026-10-01" in view.notes


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://a.example/x.png)",
        "[x](data:text/html,<script>)",
    ],
)
def test_nothing_of_staffs_text_can_run(text: str) -> None:
    html = to_html(text)
    for word in ("<script", "<img", 'href="javascript', 'href="data'):
        assert word not in html
    view = render(Reply(Kind.ANSWER, "ja", (text,)), "https://portal.example/")
    assert view.blocks[0] == html


def test_plain_words_of_markdown() -> None:
    text = "**はい。**\n- 一つ\n- [二つ](https://a.example)\n\n1. 三\n2. `四`\n\n```\n五\n```"
    assert to_plain(text).splitlines() == [
        "はい。",
        "・一つ",
        "・二つ (https://a.example)",
        "1. 三",
        "2. 四",
        "五",
    ]
