"""The values of a conversation: what is asked and what is replied, on LINE and on the web alike."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from chatbot.knowledge.entries import Desk, Link

# What a conversation remembers; small, opaque to callers, and never about a person.
Context = Mapping[str, str]


class Kind(StrEnum):
    ANSWER = "answer"
    CANDIDATES = "candidates"
    GARBAGE = "garbage"
    CLARIFY = "clarify"
    SMALL_TALK = "small_talk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks; payload is the payload of the option that was picked, if one was.

    release names which state of the engine answers: "" live, "pilot", "trial".
    """

    text: str
    language: str = "ja"
    context: Context = field(default_factory=dict)
    payload: str = ""
    release: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer was published and when it was last looked over."""

    title: str
    url: str
    updated: date


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to pick; sending its payload back gives exactly that. note says why it is here."""

    label: str
    payload: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said. blocks are Markdown paragraphs; title is the question or item answered."""

    kind: Kind
    language: str
    blocks: tuple[str, ...]
    title: str = ""
    source: Source | None = None
    desk: Desk | None = None
    links: tuple[Link, ...] = ()
    options: tuple[Option, ...] = ()
    context: Context = field(default_factory=dict)
    key: str = ""
    """The entry or item answered, for counting; empty when nothing was."""
    release: str = ""
    """Id of the release of the engine that answered; empty for what is in force."""
    said_in: str = ""
    """The language of title and answer where it is not the reply's own (only Japanese exists)."""

    def to_dict(self) -> dict[str, Any]:
        """A form of plain values that JSON can carry."""
        plain = asdict(self)
        plain["context"] = dict(self.context)
        if self.source:
            plain["source"]["updated"] = self.source.updated.isoformat()
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Reply":
        """The reply that to_dict wrote. Raises KeyError, TypeError or ValueError otherwise."""
        source, desk = plain["source"], plain["desk"]
        return cls(
            kind=Kind(plain["kind"]),
            language=plain["language"],
            blocks=tuple(plain["blocks"]),
            title=plain["title"],
            source=_source(source) if source else None,
            desk=Desk(**desk) if desk else None,
            links=tuple(Link(**link) for link in plain["links"]),
            options=tuple(Option(**option) for option in plain["options"]),
            context=dict(plain["context"]),
            key=plain["key"],
            release=plain.get("release", ""),
            said_in=plain.get("said_in", ""),
        )


def _source(plain: Mapping[str, str]) -> Source:
    return Source(plain["title"], plain["url"], date.fromisoformat(plain["updated"]))
