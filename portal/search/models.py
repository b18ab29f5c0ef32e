"""The index in the database, and what was looked for in vain (counted, never by whom)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY, REAL, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base


def _found_by(table: str, column: str) -> Index:
    """Lexemes are our own pairs of letters, so an import must not leave them in a pending list."""
    return Index(
        f"ix_{table}_{column}",
        column,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


class SearchDocument(Base):
    """One findable thing; never anything of a resident's own.

    names, faces, sounds: title and other names as shown, as they look and as they sound
    strengths: how telling each name is
    head: pairs of letters of faces and sounds; body: those of the text
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        _found_by("search_documents", "head"),
        _found_by("search_documents", "body"),
        Index(None, "source"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    titles: Mapped[dict[str, Any]]
    texts: Mapped[dict[str, Any]]
    url: Mapped[str]
    sensitive: Mapped[bool]
    weight: Mapped[float] = mapped_column(REAL)
    updated: Mapped[date | None]
    names: Mapped[list[str]]
    faces: Mapped[list[str]]
    sounds: Mapped[list[str]]
    strengths: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    head: Mapped[Any] = mapped_column(TSVECTOR)
    body: Mapped[Any] = mapped_column(TSVECTOR)
    digest: Mapped[bytes]  # of what the document said when it was indexed


class SearchGram(Base):
    """In how many heads a pair of letters is: rare pairs tell more, common ones cost more."""

    __tablename__ = "search_grams"

    gram: Mapped[str] = mapped_column(primary_key=True)
    documents: Mapped[int] = mapped_column(Integer)


class SearchWord(Base):
    """How a word of the documents is read, so that no web worker needs a dictionary."""

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "sound"),)

    word: Mapped[str] = mapped_column(primary_key=True)
    reading: Mapped[str] = mapped_column(primary_key=True)  # hiragana
    sound: Mapped[str]


class SearchSource(Base):
    """Which version of a source is indexed."""

    __tablename__ = "search_sources"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    documents: Mapped[int] = mapped_column(Integer)
    indexed_at: Mapped[datetime] = mapped_column(default=now)


class SearchMiss(Base):
    """Words that found nothing: folded, masked, counted by day, without a person or an address."""

    __tablename__ = "search_misses"
    __table_args__ = (CheckConstraint("times > 0", name="times"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(Integer)
