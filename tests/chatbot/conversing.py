"""Holds conversations with the real dialogue on a fixed day."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from chatbot.dialogue.composition import load_dialogue
from chatbot.dialogue.conversation import Dialogue
from chatbot.dialogue.reply import Question, Reply

DAY = date(2026, 11, 20)  # a Friday
GOLDEN = Path(__file__).parent / "golden"
SHARED = Path(__file__).parents[3] / "shared" / "data"


@cache
def the_dialogue() -> Dialogue:
    return load_dialogue()


def ask(text: str, language: str = "ja", **context: str) -> Reply:
    return the_dialogue().turn(Question(text, language, context), DAY)


def pick(payload: str, language: str = "ja", **context: str) -> Reply:
    return the_dialogue().turn(Question("", language, context, payload), DAY)


@dataclass
class Talk:
    """One conversation: remembers the context and the options of the last reply."""

    replies: list[Reply] = field(default_factory=list)

    def turn(self, step: dict[str, Any]) -> Reply:
        last = self.replies[-1] if self.replies else None
        payload = ""
        if "pick" in step:
            assert last is not None
            payload = {option.label: option.payload for option in last.options}[step["pick"]]
        question = Question(
            step.get("ask", ""),
            step.get("language", "ja"),
            last.context if last else {},
            payload,
        )
        self.replies.append(the_dialogue().turn(question, DAY))
        return self.replies[-1]


def golden_talks() -> list[list[dict[str, Any]]]:
    return [
        talk
        for name in ("single.yaml", "talks.yaml", "more.yaml")
        for talk in yaml.safe_load((GOLDEN / name).read_text(encoding="utf-8"))
    ]


def named(talk: list[dict[str, Any]]) -> str:
    return " / ".join(str(step.get("ask") or step.get("pick")) for step in talk)
