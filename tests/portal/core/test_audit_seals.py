"""The log is append-only, and a seal tells which rows somebody changed all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core import audit, audit_anchor
from portal.core.audit_checking import Check, check
from portal.core.audit_cutting import cut
from portal.core.audit_files import packed
from portal.core.audit_sealing import seal
from portal.core.clock import now, today
from portal.core.db import database, transaction
from portal.core.ids import new_id

TABLES = ("audit_entries", "audit_links", "audit_seals", "audit_cuts")


def write(count: int) -> None:
    with transaction() as session:
        for number in range(count):
            audit.record(session, "todo.completed", ("person", new_id()), number=number, what="子")


@contextmanager
def without_triggers() -> Iterator[Session]:
    """Somebody with the owner's rights at the database's own console."""
    with transaction() as session:
        for table in TABLES:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield session
        for table in TABLES:
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def ids() -> list[UUID]:
    with transaction() as session:
        links = session.execute(text("SELECT entry_id FROM audit_links ORDER BY position"))
        return list(links.scalars())


def told(found: Check) -> set[tuple[str, Any]]:
    return {(fault.kind, fault.entry_id or fault.position) for fault in found.faults}


def test_the_database_refuses_changes(ctx: Flask) -> None:
    write(2)
    seal()
    for sql in (
        "UPDATE audit_entries SET action = 'nothing'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "UPDATE audit_links SET hash = ''",
        "DELETE FROM audit_links",
        "DELETE FROM audit_seals",
        "INSERT INTO audit_cuts SELECT 2, '', 2, now(), now(), '', ''",
    ):
        with (
            pytest.raises(DBAPIError, match=r"append-only|younger than a year"),
            transaction() as s,
        ):
            s.execute(text(sql))


def test_what_is_written_is_sealed_and_what_is_not_yet_is_counted(ctx: Flask) -> None:
    assert seal() == 0
    write(5)
    assert check().tail == 5
    assert seal() == 5 and seal() == 0
    write(1)
    found = check()
    assert (found.good, found.sealed, found.seals, found.tail) == (True, 5, 1, 1)
    assert found.tail_oldest
    assert found.newest and found.newest.number == 1  # read when its session has ended


def test_one_that_commits_late_comes_into_the_chain_after_those_with_younger_ids(
    ctx: Flask,
) -> None:
    with transaction() as slow:
        audit.record(slow, "todo.completed", what="slow")
        write(2)
        assert seal() == 2
    assert seal() == 1
    assert check().good
    assert ids()[-1] < ids()[0]


def test_every_damaged_row_is_named(ctx: Flask) -> None:
    write(12)
    seal()
    before = ids()
    forged = UUID(int=(int((now() - timedelta(days=3)).timestamp() * 1000) << 80) + 7)
    with without_triggers() as session:
        run = session.execute
        run(
            text("UPDATE audit_entries SET actor_id = :new WHERE id = :id"),
            {"new": new_id(), "id": before[1]},
        )
        run(text("DELETE FROM audit_entries WHERE id = :id"), {"id": before[3]})
        run(text("DELETE FROM audit_entries WHERE id = :id"), {"id": before[5]})
        run(text("DELETE FROM audit_links WHERE entry_id = :id"), {"id": before[5]})
        _swap(session, before[7], before[9])
        run(
            text(
                "INSERT INTO audit_entries SELECT :id, at, actor_kind, actor_id, action, "
                "subject_kind, subject_id, request_id, details FROM audit_entries LIMIT 1"
            ),
            {"id": forged},
        )
    found = told(check())
    assert ("damaged", before[1]) in found
    assert ("removed", before[3]) in found
    assert ("removed", 6) in found
    assert {("moved", before[7]), ("moved", before[9])} <= found
    assert ("inserted", forged) in found
    assert len(found) == 6


def test_entries_in_each_others_places_are_named(ctx: Flask) -> None:
    write(6)
    seal()
    before = ids()
    with without_triggers() as session:
        run = session.execute
        third = new_id()
        for old, new in ((before[1], third), (before[4], before[1]), (third, before[4])):
            run(
                text("UPDATE audit_links SET entry_id = :n WHERE entry_id = :o"),
                {"n": new, "o": old},
            )
    assert told(check()) == {("moved", before[1]), ("moved", before[4])}


def test_a_chain_written_anew_does_not_fit_its_seals(ctx: Flask) -> None:
    write(3)
    seal()
    write(3)
    seal()
    with without_triggers() as session:
        session.execute(
            text("UPDATE audit_entries SET action = 'todo.undone' WHERE id = :i"), {"i": ids()[1]}
        )
        session.execute(text("DELETE FROM audit_links"))
        session.execute(text("DELETE FROM audit_seals WHERE number = 2"))
        session.execute(text("UPDATE audit_seals SET position = 0, hash = :h"), {"h": bytes(32)})
    seal(late=True)
    assert any(fault.kind == "seal" for fault in check().faults)


def test_the_end_cut_off_with_its_links_is_seen_while_a_seal_speaks_for_it(ctx: Flask) -> None:
    write(4)
    seal()
    last = ids()[-1]
    with without_triggers() as session:
        session.execute(text("DELETE FROM audit_entries WHERE id = :i"), {"i": last})
        session.execute(text("DELETE FROM audit_links WHERE entry_id = :i"), {"i": last})
    assert told(check()) == {("removed", 4)}


def _swap(session: Session, one: UUID, other: UUID) -> None:
    """Two links, with their hashes, change places."""
    move = text("UPDATE audit_links SET position = :p WHERE entry_id = :e")
    place = text("SELECT position FROM audit_links WHERE entry_id = :e")
    first = session.execute(place, {"e": one}).scalar_one()
    second = session.execute(place, {"e": other}).scalar_one()
    for entry, where in ((one, -1), (other, first), (one, second)):
        session.execute(move, {"e": entry, "p": where})


def test_old_entries_go_by_a_cut_and_the_rest_stays_proven(ctx: Flask) -> None:
    old = now() - timedelta(days=366 * 5 + 3)
    with transaction() as session:
        for _ in range(4):
            values = audit.entry("todo.completed") | {"at": old}
            database().plain(session, audit.INSERT, values)
    seal()
    write(3)
    seal()
    assert cut() == 4 and cut() == 0
    found = check()
    assert (found.good, found.sealed, found.cut, found.tail) == (True, 3, 4, 1), found.faults
    seal()
    assert check().good
    with without_triggers() as session:
        session.execute(text("UPDATE audit_cuts SET entries = 3"))
    assert told(check()) == {("cut", 4)}


def test_sealing_reads_from_where_it_was_complete(ctx: Flask) -> None:
    """An entry with a time before the last hour is no late committer but put in."""
    write(1)
    seal()
    with transaction() as session:
        values = audit.entry("todo.completed")
        values["id"] = UUID(int=(int((now() - timedelta(hours=2)).timestamp() * 1000) << 80))
        database().plain(session, audit.INSERT, values)
    assert seal() == 0
    assert told(check()) == {("inserted", values["id"])}
    assert seal(late=True) == 1
    assert check().good


def test_a_seal_kept_outside_is_found_again_or_missed(ctx: Flask, tmp_path: Path) -> None:
    """Whoever has the database and the signing key cannot reach the file the city keeps."""
    assert audit_anchor.anchor() is None
    write(3)
    seal()
    write(2)
    seal()
    kept = tmp_path / "audit-2026-11.zip"
    kept.write_bytes(packed(today().replace(day=1), "ja", str))
    said = audit_anchor.read(kept)
    write(1)
    seal()
    assert (said["number"], said["position"]) == (2, 5)
    assert audit_anchor.held(said).good
    assert not audit_anchor.held(said | {"hash": "00" * 32}).good
    with without_triggers() as session:  # everything after the third is written anew, shorter
        for table, least in (("audit_links", 3), ("audit_seals", 3)):
            session.execute(text(f"DELETE FROM {table} WHERE position > {least}"))
    found = audit_anchor.held(said)
    assert (found.good, found.words.split(": ")[1]) == (False, "the newest here is 1")
    assert seal(late=True) == 3
    assert check().good  # by itself the new chain is whole
    assert "written anew" in audit_anchor.held(said).words
    other = tmp_path / "other.json"
    other.write_bytes((audit_anchor.anchor() or b"").replace(b'"number": 2', b'"number": 9'))
    with pytest.raises(audit_anchor.NoAnchor, match="does not fit"):
        audit_anchor.read(other)
