"""Questions and replies survive the journey over the socket; anything else is refused."""

import pytest

from chatbot.answering.wire import (
    NotUnderstood,
    read_question,
    read_reply,
    write_problem,
    write_question,
    write_reply,
)
from chatbot.dialogue.reply import Question
from tests.chatbot.conversing import ask


def test_a_question_and_its_reply_are_read_as_written() -> None:
    question = Question("住民票\n「𠮷」", "en", {"district": "yamate"}, "entry:juminhyo")
    assert write_question(question).count(b"\n") == 1
    assert read_question(write_question(question)) == question
    for text in ("住民票がほしい", "図書館", "乾電池", "xyzzy"):
        assert read_reply(write_reply(ask(text))) == ask(text)


def test_half_a_character_does_no_harm() -> None:
    assert read_question(write_question(Question("\ud83d"))).text == "?"


@pytest.mark.parametrize("line", [b"", b"{", b"1", b'{"text": 1}', b'{"context": 1}'])
def test_what_is_no_question_is_refused(line: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_question(line)


@pytest.mark.parametrize("line", [b"", b"{}", b'{"reply": 1}', b'{"reply": {"kind": "x"}}'])
def test_what_is_no_reply_is_refused(line: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_reply(line)


def test_a_problem_says_what_it_was() -> None:
    with pytest.raises(NotUnderstood, match="the turn failed"):
        read_reply(write_problem("the turn failed"))
