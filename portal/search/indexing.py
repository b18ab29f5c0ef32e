"""Keeps the index in step with its sources; runs in jobs and commands, never in a web worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import structlog
from psycopg.types.json import Jsonb
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.clock import now
from portal.core.db import database, read, transaction
from portal.core.jobs import ring_now
from portal.search.documents import Document, Source, sources
from portal.search.entries import FORM, Entry, digest, entry
from portal.search.folding import sound
from portal.search.models import SearchDocument, SearchSource
from portal.search.reading_aloud import Reader

log = structlog.get_logger(__name__)

CHUNK = 500  # documents a transaction
MANY = 20  # a twentieth of the documents changed: all pairs are counted anew
LOCK = 0x53454152  # advisory lock: one indexing at a time
COLUMNS = (
    *("kind", "key", "source", "titles", "texts", "url", "sensitive", "weight", "updated"),
    *("names", "faces", "sounds", "strengths", "head", "body", "digest"),
)
VALUES = {name: f"%({name})s" for name in COLUMNS} | {
    name: f"array_to_tsvector(%({name})s::text[])" for name in ("head", "body")
}
WRITE = f"""
INSERT INTO search_documents ({", ".join(COLUMNS)}) VALUES ({", ".join(VALUES.values())})
ON CONFLICT (kind, key) DO UPDATE
   SET {", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS[2:])}
"""  # noqa: S608  (our own columns)
_VERSIONS = select(SearchSource.name, SearchSource.version)
ADD_GRAMS = """
INSERT INTO search_grams (gram, documents) SELECT * FROM unnest(%s::text[], %s::int[])
ON CONFLICT (gram) DO UPDATE SET documents = search_grams.documents + EXCLUDED.documents
"""
COUNT_GRAMS = (
    "DELETE FROM search_grams",
    "INSERT INTO search_grams (gram, documents) "
    "SELECT word, ndoc FROM ts_stat('SELECT head FROM search_documents')",
)


def sweep() -> None:
    """Tick: ask for indexing when a source has changed since."""
    if stale():
        ring_now("portal.search.indexing.refresh", queue="bulk")


def stale() -> list[Source]:
    """Sources whose documents are not indexed as they are now, and those that went away."""
    indexed = {row.name: row.version for row in read().execute(_VERSIONS)}
    return [each for each in sources().public.values() if indexed.get(each.name) != _version(each)]


def refresh() -> int:
    """Bring the index up to date; returns how many documents were written or taken out."""
    with database().autocommit.connect() as connection:  # a transaction would be idle for too long
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": LOCK}):
            return 0  # somebody is at it; the next tick looks again
        try:
            return _refresh()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": LOCK})


def _refresh() -> int:
    changed = sum(_one_source(each) for each in stale())
    with transaction() as session:
        changed += _withdrawn(session)
        total = session.scalar(select(func.count()).select_from(SearchDocument)) or 0
        if changed > total / MANY:
            _count_grams(session)
    return changed


def _version(source: Source) -> str:
    return f"{FORM} {source.version()}"


def _one_source(source: Source) -> int:
    version, known, seen, written = _version(source), _digests(source.name), set(), 0
    reader = Reader()
    for chunk in _chunks(source.documents()):
        seen |= {(each.kind, each.key) for each in chunk}
        fresh = [each for each in chunk if known.get((each.kind, each.key)) != digest(each)]
        if fresh:
            _write([entry(each, source.name, reader) for each in fresh])
            written += len(fresh)
    gone = known.keys() - seen
    _finish(source.name, version, len(seen), gone)
    log.info("search.indexed", source=source.name, documents=len(seen), written=written)
    return written + len(gone)


def _digests(source: str) -> dict[tuple[str, str], bytes]:
    found = select(SearchDocument.kind, SearchDocument.key, SearchDocument.digest).where(
        SearchDocument.source == source
    )
    return {(kind, key): digest for kind, key, digest in read().execute(found)}


def _chunks(documents: Iterable[Document]) -> Iterator[list[Document]]:
    rest = iter(documents)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _write(entries: list[Entry]) -> None:
    words = sorted({(w, kana, sound(kana)) for each in entries for w, kana in each.words})
    grams = Counter(gram for each in entries for gram in each.row["head"])
    with transaction() as session:
        driver: Any = session.connection().connection.driver_connection
        with driver.cursor() as cursor:
            cursor.executemany(WRITE, [_adapted(each.row) for each in entries])
            cursor.execute(ADD_GRAMS, (list(grams), list(grams.values())))  # more than there are
            cursor.executemany(
                "INSERT INTO search_words (word, reading, sound) VALUES (%s, %s, %s) "
                "ON CONFLICT DO NOTHING",
                words,
            )


def _adapted(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"titles": Jsonb(row["titles"]), "texts": Jsonb(row["texts"])}


def _finish(name: str, version: str, count: int, gone: Iterable[tuple[str, str]]) -> None:
    with transaction() as session:
        for kind, key in gone:
            session.execute(
                delete(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.key == key)
            )
        values = {"version": version, "documents": count, "indexed_at": now()}
        session.execute(
            insert(SearchSource)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )


def _withdrawn(session: Session) -> int:
    """Documents of sources that are no longer registered."""
    names = list(sources().public)
    session.execute(delete(SearchSource).where(SearchSource.name.not_in(names)))
    gone: Any = session.execute(delete(SearchDocument).where(SearchDocument.source.not_in(names)))
    return int(gone.rowcount)


def _count_grams(session: Session) -> None:
    session.execute(text("SET LOCAL statement_timeout = '120s'"))
    for statement in COUNT_GRAMS:
        session.execute(text(statement))
    session.execute(text("ANALYZE search_documents"))
