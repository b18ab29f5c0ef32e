"""The plain form of an entry, the same in shipped files, in the database and in tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chatbot.knowledge.entries import WRITTEN, Entry, EntryKind, Text
from portal.core.languages import EASY
from portal.core.text_marks import marked

Body = Mapping[str, Any]


class KnowledgeError(ValueError):
    """An entry that can not be used; the message names its place, key and field."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def body_of_row(row: Body, category: str) -> dict[str, Any]:
    """The body of a row of a shipped file: texts by language, the whole source address."""
    source = row["source"]
    texts = {"ja": _text_of_row(row)}
    texts |= {name: _text_of_row(row[name]) for name in WRITTEN if name in row}
    made = {
        "key": row["key"],
        "kind": row.get("kind", "faq"),
        "category": category,
        "desk": row["desk"],
        "owner": row["owner"],
        "links": list(row.get("links", ())),
        "source": {"title": source["title"], "url": f"{source['url']}{row['key']}.html"},
        "texts": texts,
    }
    days = ("updated", "valid_from", "valid_to", "review_on")
    return made | {name: _iso(row[name]) for name in days if row.get(name)}


def entry_of(body: Body) -> Entry:
    """The value of a body; raises KnowledgeError naming the field."""
    field = "key"
    try:
        key = str(body["key"])
        for field in ("kind", "category", "desk", "owner", "source", "texts"):
            body[field]
        field = "kind"
        kind = EntryKind(body["kind"])
        field = "texts"
        texts = {name: text_of(body["texts"][name], name) for name in body["texts"]}
        texts["ja"]
        field = "source"
        title, url = str(body["source"]["title"]), str(body["source"].get("url", ""))
        field = "valid_from"
        days = {
            name: _day(body.get(name))
            for name in ("updated", "valid_from", "valid_to", "review_on")
        }
        return Entry(
            key=key,
            kind=kind,
            category=str(body["category"]),
            desk=str(body["desk"]),
            texts=texts,
            links=tuple(str(name) for name in body.get("links", ())),
            source_title=title,
            source_url=url,
            updated=days["updated"] or date.min,
            owner=str(body["owner"]),
            valid_from=days["valid_from"] or date.min,
            valid_to=days["valid_to"],
            review_on=days["review_on"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KnowledgeError(f"{body.get('key')}: {field}: {error!r}", field) from error


def text_of(plain: Body, language: str) -> Text:
    """One language's text; readings of easy Japanese stand between marks."""
    read = marked if language == EASY else str
    return Text(
        read(str(plain["question"])),
        read(str(plain["answer"]).strip()),
        tuple(str(alias) for alias in plain.get("aliases", ())),
        bool(plain.get("signed", True)),
    )


def words_of(body: Body) -> tuple[str, ...]:
    """The words of a synonym group or of a list of stop words."""
    words = body.get("words")
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise KnowledgeError(f"{body.get('key')}: words: expected words", "words")
    return tuple(words)


def _text_of_row(row: Body) -> dict[str, Any]:
    made: dict[str, Any] = {
        "question": row["question"],
        "answer": str(row["answer"]).strip(),
        "aliases": [str(alias) for alias in row.get("aliases", ())],
    }
    return made if row.get("signed", True) else made | {"signed": False}


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
