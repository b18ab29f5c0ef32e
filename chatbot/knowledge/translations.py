"""The answers among the texts that clerks count; their own editor has the signatures."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.knowledge.store import load_knowledge
from portal.languages.written import Written

FAQ = "faq"


def answers(language: str) -> Iterator[Written]:
    """Question and answer of every entry as one text."""
    for entry in load_knowledge().entries:
        there, japanese, english = (entry.texts.get(code) for code in (language, "ja", "en"))
        text = f"{there.question}\n{there.answer}" if there else ""
        ja = f"{japanese.question}\n{japanese.answer}" if japanese else ""
        yield Written(
            FAQ, entry.key, ja, english.question if english else "", text,
            signed=there.signed if there else False,
            url=f"/staff/answers/entries/{entry.key}/edit",
        )  # fmt: skip
