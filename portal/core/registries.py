"""What packages to the left plug in without being imported: `wsgi.py` calls their `register`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.orm import Session

from portal.core.blind_indexes import BlindIndex
from portal.core.extracting import Subject
from portal.core.merging import MergePart
from portal.core.personal_data import PersonalData


class OutboxSender(Protocol):
    """Sends one outbox message; raises TryLater or NeverAgain.

    `key` is the same at every try, so that the other side can tell a repetition.
    """

    def __call__(
        self, to: str, message: str, params: dict[str, Any], language: str, *, key: UUID
    ) -> None: ...


@dataclass(frozen=True)
class NavItem:
    """An entry of a face's menu; `label` is an English message key."""

    face: str
    label: str
    endpoint: str
    icon: str
    order: int
    needs: str | None = None  # staff permission, or "resident" for signed-in residents only
    group: str = ""  # of the clerks' menu: a key of portal.core.web.menu.GROUPS


@dataclass(frozen=True)
class Section:
    """A part of My Page: `render(value of sql)` gives HTML or "".

    My Page asks for all of them together with the family: `sql` is a scalar expression of JSON
    for %(resident)s at %(now)s, and `render` asks nothing more.
    """

    name: str
    order: int
    sql: str
    render: Callable[[Any], str]


@dataclass(frozen=True)
class Collecting:
    """What is collected in one place of the city on a day; names are texts by language.

    left_out: what is collected on this weekday otherwise, but not this time
    """

    place: str
    district: str  # of the catalogue
    name: Mapping[str, str]
    collected: tuple[Mapping[str, str], ...]
    left_out: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Waiting:
    """What waits for clerks, on their first page: `sql` counts it (%(now)s, %(me)s).

    `within`: its column of departments, for clerks limited to some; the SQL then ends in WHERE ….
    """

    label: str
    endpoint: str
    needs: str
    sql: str
    query: Mapping[str, str] = field(default_factory=dict)  # of the page's address
    within: str = ""


@dataclass(frozen=True)
class BulkAct:
    """Something done to many rows of a list: `apply(session, row, value, clerk)` does it to one.

    It gives what `undo(session, row, that, clerk)` needs, and raises MadoError where the row can
    not have it. Without `undo` it can not be taken back; `warning` says why, before it is done.
    """

    key: str  # the list and the act: "reports.desk"
    label: str
    needs: str
    apply: Callable[[Session, str, str, UUID], Any]
    names: Callable[[Session, Sequence[str]], Mapping[str, str]]
    undo: Callable[[Session, str, Any, UUID], None] | None = None
    choices: Callable[[], Mapping[str, str]] | None = None  # values with their words
    warning: str = ""


@dataclass
class Registries:
    """One of each a process, on the application."""

    nav: list[NavItem] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    bulk: list[BulkAct] = field(default_factory=list)
    doors: list[NavItem] = field(default_factory=list)  # on the front page and in the menu
    # Pages for everybody that open without network, and the files they need.
    offline_pages: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    senders: dict[str, OutboxSender] = field(default_factory=dict)
    ticks: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    webhook: dict[str, Callable[[dict[str, Any]], None]] = field(default_factory=dict)
    friendship: list[Callable[[Session, UUID, bool], None]] = field(default_factory=list)
    form_targets: list[str] = field(default_factory=list)  # origins a form's redirect may lead to
    merge_parts: list[MergePart] = field(default_factory=list)
    personal_data: list[PersonalData] = field(default_factory=list)
    blind_indexes: list[BlindIndex] = field(default_factory=list)
    extracts: list[Subject] = field(default_factory=list)  # what clerks may extract
    # After the resident's own card was saved: a page to go to first, or None.
    after_profile: list[Callable[[UUID], str | None]] = field(default_factory=list)
    # Before an account is erased for good: what others share with it stays theirs.
    before_erasing: list[Callable[[Session, UUID], None]] = field(default_factory=list)
    # tell(session, resident, message, path, by_line=False): a message by mail or else LINE.
    tell: Callable[..., None] | None = None
    staff_name: Callable[[UUID], str] | None = None
    staff_with: Callable[[str], dict[UUID, str]] | None = None  # names of who holds a permission
    staff_department: Callable[[UUID], str] | None = None
    # faq_draft(session, question, answer, by): keeps a draft of the FAQ, gives its page's address.
    faq_draft: Callable[[Session, str, str, UUID | None], str] | None = None
    unread: Callable[[UUID], int] | None = None
    # What is collected on a day in each place that has collection days.
    collections: Callable[[date], Sequence[Collecting]] | None = None


def registries(app: Flask | None = None) -> Registries:
    """The application's registries."""
    found: Registries = (app or current_app).extensions["mado.registries"]
    return found
