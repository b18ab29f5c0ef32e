"""What the box finds of the bot's knowledge: questions with answers, and things thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask

from chatbot.garbage.items import Guide, Item
from chatbot.garbage.loading import FOLDER
from chatbot.garbage.store import load_guide
from chatbot.knowledge import faq_pages, store
from chatbot.knowledge.entries import LANGUAGES
from portal.core.clock import today
from portal.core.db import read
from portal.guide.search import Document, Source, add_source
from portal.search.sources import file_version

TOPICS = ("ごみ", "ごみの出し方", "garbage")
SHOWN = 160  # letters of an answer
MARKS = re.compile(r"\*\*|\[|\]\([^)]*\)|^[-#>]+ ", re.M)


def install(app: Flask) -> None:
    """Register both with the box."""
    add_source(app, Source("faq", _faq_version, _questions))
    add_source(app, Source("garbage", _garbage_version, _garbage))


def plain(markdown: str) -> str:
    """An answer without its marks, for a line of a list."""
    return " ".join(MARKS.sub("", markdown).split())[:SHOWN]


def _garbage_version() -> str:
    """Of the city's edition and of what we ship, which a release changes."""
    return f"{load_guide().version} {file_version(*sorted(FOLDER.glob('*.yaml')))}"


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


def _garbage() -> Iterator[Document]:
    guide = load_guide()
    others = _others(guide)
    for item in guide.items:
        names = [item.name, item.kana, *item.aliases]
        more = [word for name in names for word in others.get(name, ())]
        yield Document(
            kind="garbage",
            key=item.key,
            titles={language: item.label(language) for language in LANGUAGES},
            texts={language: _how(guide, item, language) for language in LANGUAGES},
            url=f"/garbage/{item.key}",
            also=tuple(dict.fromkeys([item.kana, *item.aliases, *item.english[1:], *more])),
            topics=TOPICS,
            weight=0.45,
        )
    for kind in guide.classes.values():
        yield Document(
            kind="garbage",
            key=f"class:{kind.key}",
            titles={language: kind.name(language) for language in LANGUAGES},
            texts={language: plain(kind.how(language)) for language in LANGUAGES},
            url=f"/garbage/classes/{kind.key}",
            topics=TOPICS,
            weight=0.5,
        )
    yield Document(
        kind="garbage",
        key="guide",
        titles={"ja": "ごみの出し方・収集日", "en": "How to put out garbage, collection days"},
        texts={
            "ja": "品目の検索、分別、地区ごとの収集日",
            "en": "Search, classes, days by district",
        },
        url="/garbage",
        also=("ごみカレンダー", "ごみの日", "収集日", "分別", "garbage calendar"),
        topics=TOPICS,
        weight=0.6,
    )


def _others(guide: Guide) -> dict[str, tuple[str, ...]]:
    """Other words for each word of the guide's groups."""
    found: dict[str, tuple[str, ...]] = {}
    for group in guide.synonyms:
        for word in group:
            found[word] = (*found.get(word, ()), *group)
    return found


def _how(guide: Guide, item: Item, language: str) -> str:
    note = item.said_note(language)
    name = guide.classes[item.class_key].name(language)
    if not note:
        return name
    return f"{name}: {note}" if language == "en" else f"{name}。{note}"
