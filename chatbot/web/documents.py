"""What the box finds of the bot's knowledge: questions with answers, and things thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from flask import Flask

from chatbot.garbage.items import Guide, Item
from chatbot.garbage.loading import FOLDER, load_guide
from chatbot.knowledge import faq_pages, store
from chatbot.knowledge.entries import LANGUAGES
from chatbot.knowledge.loading import load_garbage_synonyms
from portal.core.clock import today
from portal.core.db import read
from portal.guide.search import Document, Source, add_source
from portal.search.sources import file_version

SHOWN = 160  # letters of an answer
MARKS = re.compile(r"\*\*|\[|\]\([^)]*\)|^[-#>]+ ", re.M)


def install(app: Flask) -> None:
    """Register both with the box."""
    add_source(app, Source("faq", _faq_version, _questions))
    add_source(app, Source("garbage", lambda: file_version(*_files(FOLDER)), _items))


@lru_cache(maxsize=1)
def guide() -> Guide:
    """The garbage guide, parsed once a process."""
    return load_guide()


def plain(markdown: str) -> str:
    """An answer without its marks, for a line of a list."""
    return " ".join(MARKS.sub("", markdown).split())[:SHOWN]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _faq_version() -> str:
    """Changes by the day too: answers begin and end to hold."""
    return f"{store.version(read())} {today()}"


def _questions() -> Iterator[Document]:
    for entry in faq_pages.questions().values():
        texts = {name: entry.texts[name] for name in LANGUAGES if name in entry.texts}
        yield Document(
            kind="faq",
            key=entry.key,
            titles={name: text.question for name, text in texts.items()},
            texts={name: plain(text.answer) for name, text in texts.items()},
            url=f"/faq/{entry.key}",
            also=tuple(name for text in entry.texts.values() for name in text.aliases),
            topics=(entry.category,),
            weight=0.4,
            updated=entry.updated,
        )


def _items() -> Iterator[Document]:
    groups = load_garbage_synonyms()
    for item in guide().items:
        names = {item.name, item.kana, *item.aliases}
        others = [word for group in groups if names & set(group) for word in group]
        yield Document(
            kind="garbage",
            key=item.key,
            titles={language: item.label(language) for language in LANGUAGES},
            texts={language: _how(item, language) for language in LANGUAGES},
            url=f"/garbage/{item.key}",
            also=tuple(dict.fromkeys([item.kana, *item.aliases, *item.english[1:], *others])),
            topics=("ごみ", "ごみの出し方", "garbage"),
            weight=0.45,
        )


def _how(item: Item, language: str) -> str:
    note = item.english_note if language == "en" else item.note
    name = guide().classes[item.class_key].names[language]
    return f"{name}: {note}" if language == "en" and note else f"{name}。{note}" if note else name
