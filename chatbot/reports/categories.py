"""What can be reported: the shipped list, with what staff made of it laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chatbot.reports.models import ReportCategory
from portal.core import audit
from portal.core.clock import now
from portal.core.text_marks import spoken

FILE = Path(__file__).parent / "data" / "categories.yaml"
OTHER = "other"


@dataclass(frozen=True)
class Category:
    """One kind of thing. `words`: what residents call it; `desk`: who takes it."""

    key: str
    names: Mapping[str, str]
    hints: Mapping[str, str]
    words: tuple[str, ...]
    desk: str
    withdrawn: bool = False

    def name(self, language: str) -> str:
        return spoken(self.names, language)

    def hint(self, language: str) -> str:
        return spoken(self.hints, language)

    @classmethod
    def of(cls, key: str, entry: Mapping[str, Any], withdrawn: bool = False) -> Category:
        """From the shape of the shipped file and of stored rows."""
        return cls(
            key,
            dict(entry["names"]),
            dict(entry.get("hints") or {}),
            tuple(entry.get("words") or ()),
            str(entry["desk"]),
            withdrawn,
        )


@lru_cache(maxsize=1)
def shipped() -> dict[str, Category]:
    """The list this program ships with, in its order."""
    entries = yaml.safe_load(FILE.read_text("utf-8"))
    return {entry["key"]: Category.of(entry["key"], entry) for entry in entries}


def every(connection: Session | Connection) -> dict[str, Category]:
    """All categories in their order, withdrawn ones too: old reports have them."""
    order = {key: (number + 1) * 10 for number, key in enumerate(shipped())}
    found = dict(shipped())
    table = ReportCategory.__table__.c
    chosen = select(table.key, table.entry, table.position, table.withdrawn)
    for row in connection.execute(chosen):
        found[row.key] = Category.of(row.key, row.entry, row.withdrawn)
        order[row.key] = row.position
    return dict(sorted(found.items(), key=lambda pair: (order[pair[0]], pair[0])))


def offered(connection: Session | Connection) -> dict[str, Category]:
    """What residents may choose now."""
    return {key: one for key, one in every(connection).items() if not one.withdrawn}


def guessed(words: str, among: Mapping[str, Category]) -> str:
    """The category some words speak of, or ""; a longer word says more."""
    low = words.lower()
    hits = [
        (len(word), key) for key, one in among.items() for word in one.words if word.lower() in low
    ]
    return max(hits)[1] if hits else ""


def save(
    session: Session, key: str, entry: Mapping[str, Any], position: int, *, withdrawn: bool
) -> None:
    """Keep what a clerk made of a category."""
    values = {
        "entry": dict(entry),
        "position": position,
        "withdrawn": withdrawn,
        "changed_at": now(),
    }
    session.execute(
        insert(ReportCategory)
        .values(key=key, **values)
        .on_conflict_do_update(index_elements=[ReportCategory.key], set_=values)
    )
    audit.record(session, "report_category.saved", ("report_category", key), withdrawn=withdrawn)
