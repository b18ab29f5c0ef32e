"""The form of questions and replies on the socket: one JSON object a line, UTF-8."""

import json
from typing import Any

from chatbot.dialogue.reply import Question, Reply

# Far above any question or reply; more is not ours.
LONGEST_LINE = 256 * 1024


class NotUnderstood(ValueError):
    """A line that is not a question or a reply of this form."""


def write_question(question: Question) -> bytes:
    return _line(
        {
            "text": question.text,
            "language": question.language,
            "context": dict(question.context),
            "payload": question.payload,
            "release": question.release,
        }
    )


def read_question(line: bytes) -> Question:
    plain = _object(line)
    texts = [plain.get("text", ""), plain.get("language", "ja"), plain.get("payload", "")]
    texts.append(plain.get("release", ""))
    context = plain.get("context", {})
    if not all(isinstance(text, str) for text in texts) or not isinstance(context, dict):
        raise NotUnderstood("text, language, payload and release are strings, context is an object")
    if not all(isinstance(value, str) for value in context.values()):
        raise NotUnderstood("context holds strings")
    text, language, payload, release = texts
    return Question(text, language, context, payload, release)


def write_reply(reply: Reply) -> bytes:
    return _line({"reply": reply.to_dict()})


def write_problem(problem: str) -> bytes:
    return _line({"problem": problem})


def read_reply(line: bytes) -> Reply:
    plain = _object(line)
    try:
        return Reply.from_dict(plain["reply"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood(str(plain.get("problem", repr(error)))) from error


def _line(plain: dict[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("not JSON") from error
    if not isinstance(plain, dict):
        raise NotUnderstood("not an object")
    return plain
