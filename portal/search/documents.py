"""What the box searches: documents that packages offer, and a signed-in resident's own things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import Flask, current_app

from portal.core.errors import N_

KINDS: Mapping[str, str] = {  # in the order in which they are offered as filters
    "service": N_("Service"),
    "faq": N_("Question and answer"),
    "garbage": N_("Garbage"),
    "certificate": N_("Certificate"),
    "facility": N_("Facility"),
    "page": N_("City page"),
    "link": N_("Other site"),
    "desk": N_("Desk"),
}
OWN_KINDS: Mapping[str, str] = {"todo": N_("To-do"), "notice": N_("City notice")}


@dataclass(frozen=True)
class Document:
    """Something to be found; texts by language, "ja" always there.

    kind, key: what names it, also as a favourite; kind is one of KINDS
    also: other names, keywords and words people use for it, in any language
    topics: wider words, such as a category
    weight: 0 to 1, how much sooner it is shown than others that fit as well
    sensitive: can be found, but is never kept beside a person
    """

    kind: str
    key: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    url: str
    also: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    weight: float = 0.5
    sensitive: bool = False
    updated: date | None = None


@dataclass(frozen=True)
class Source:
    """One lot of documents. `version` is cheap and changes whenever `documents` would."""

    name: str
    version: Callable[[], str]
    documents: Callable[[], Iterable[Document]]


@dataclass(frozen=True)
class OwnThing:
    """Something of the resident's own, looked at for one search and never stored."""

    kind: str  # one of OWN_KINDS
    title: str
    text: str
    url: str
    also: tuple[str, ...] = ()


OwnSource = Callable[[UUID, str], Iterable[OwnThing]]
"""(resident, language) to their own things; at most one query."""


@dataclass
class Sources:
    """What packages have registered."""

    public: dict[str, Source] = field(default_factory=dict)
    own: list[OwnSource] = field(default_factory=list)


def add_source(app: Flask, source: Source) -> None:
    """Let the box search one more lot of documents, indexed by `./mado search index` or a tick."""
    sources(app).public[source.name] = source


def add_own_source(app: Flask, source: OwnSource) -> None:
    """Let the box look through one more kind of a signed-in resident's own things."""
    sources(app).own.append(source)


def sources(app: Flask | None = None) -> Sources:
    """The application's sources."""
    found: Sources = (app or current_app).extensions.setdefault("mado.search", Sources())
    return found
