"""How an answer looks in a bubble of the web page and in one of LINE, from the same words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app

from chatbot.dialogue import answers
from chatbot.dialogue.words import load_words
from chatbot.knowledge.entries import Entry
from chatbot.rendering import web
from chatbot.rendering.markdown import to_plain
from chatbot.rendering.outside import reachable
from chatbot.rendering.spoken import spoken


@dataclass(frozen=True, slots=True)
class Shapes:
    """One answer in both faces."""

    web: web.ReplyView
    line: str
    buttons: tuple[str, ...]


def of(entry: Entry, language: str) -> Shapes:
    """The answer in one of its languages; around it stands Japanese or English."""
    around = "ja" if language.startswith("ja") else "en"
    text = entry.texts.get(language) or entry.text("ja")
    shown = replace(entry, texts={"ja": text, around: text})
    reply = reachable(answers.answer(shown, load_words(around), {}))
    address = current_app.extensions["mado.settings"].PUBLIC_URL
    said = spoken(reply, address)
    blocks = [to_plain(block) for block in said.blocks]
    lines = [said.title, *blocks, "\n".join(said.notes)]
    return Shapes(
        web=web.render(reply, address),
        line="\n\n".join(line for line in lines if line),
        buttons=tuple(link.label for link in said.links),
    )
