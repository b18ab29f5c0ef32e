"""A masked copy has everything but people: no planted value is anywhere in it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text

from auth.identities import EMAIL
from auth.registration import register_resident
from auth.staff.accounts import add_staff
from launcher.mask_commands import mask
from launcher.services import EmbeddedPostgres
from portal.core import audit, outbox
from portal.core.crypto import KeyRing, Personal, PersonalJSON
from portal.core.db import Base, transaction
from portal.core.settings import Settings
from portal.mypage.own_models import OwnTodo
from portal.operations.masking_copy import MARK, emptied_tables
from portal.operations.masking_tables import CODES, EMPTIED, MADE_UP
from portal.privacy.columns import said
from portal.residents.models import Person

KEY = base64.b64encode(b"t" * 32).decode()
ADDRESS, STAFF = "planted@mail.example", "planted@city.example"
WORDS = "植えたことば"
LINE_USER = "U" + "abc123" * 5 + "ab"
BIRTH = date(1987, 8, 17)


@pytest.fixture
def planted(ctx: Flask) -> dict[str, Any]:
    with transaction() as session:
        whose = register_resident(session, email=ADDRESS, line_user_id=LINE_USER)
        own = session.scalars(select(Person).where(Person.resident_id == whose)).first()
        own = own or Person(resident_id=whose, relation="self")
        own.nickname, own.birthdate, own.facts = WORDS, BIRTH, {"moved_in": str(BIRTH)}
        session.add(own)
        session.add(OwnTodo(resident_id=whose, title=WORDS, note=WORDS, due_on=BIRTH))
        add_staff(session, email=STAFF, name=WORDS, roles=("administrator",))
        outbox.post(session, "mail", ADDRESS, "code", {"code": WORDS}, language="ja")
        audit.record(session, "card.changed", ("person", own.id), what=WORDS)
        session.execute(
            text(
                "INSERT INTO search_misses (words, language, day, times)"
                " VALUES (:w, 'ja', '2026-01-01', 1)"
            ),
            {"w": WORDS},
        )
        session.flush()
        return {"resident": str(whose), "person": str(own.id)}


@pytest.fixture
def target(postgres: EmbeddedPostgres, settings: Settings) -> Iterator[str]:
    name = "masked" + settings.DATABASE_URL[-20:]
    yield postgres.create_database(name)
    postgres.drop_database(name)


def ran(settings: Settings, tmp_path: Path, to: str, key: str = KEY) -> Result:
    file = tmp_path / "test_key"
    file.write_text(key)
    words = ["--from", settings.DATABASE_URL, "--to", to, "--key-file", str(file)]
    return CliRunner().invoke(mask, words)


def everything(url: str) -> tuple[bytes, dict[str, list[tuple[Any, ...]]]]:
    """Every table as a dump has it, and the sealed values opened by the tests' key."""
    ring, whole, opened = KeyRing(KEY), b"", dict[str, list[tuple[Any, ...]]]()
    with psycopg.connect(url.replace("+psycopg", "")) as database:
        for record in Base.metadata.sorted_tables:
            with database.cursor().copy(f'COPY "{record.name}" TO STDOUT'.encode()) as lines:
                whole += b"".join(map(bytes, lines))
            for column in record.columns:
                if isinstance(column.type, Personal | PersonalJSON):
                    asked = f'SELECT "{column.name}" FROM "{record.name}"'.encode()
                    for (stored,) in database.execute(asked).fetchall():
                        if stored is not None:
                            whole += ring.decrypt(bytes(stored), column.type.column)
        for name in ("persons", "identities", "staff_accounts", "own_todos"):
            opened[name] = database.execute(f"SELECT * FROM {name}".encode()).fetchall()
        mark = database.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    assert mark == (MARK,)
    return whole, opened


def test_nothing_planted_is_left(
    planted: dict[str, Any],
    settings: Settings,
    target: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))
    before = sealed_of(settings)
    done = ran(settings, tmp_path, target)
    assert done.exit_code == 0, done.output + repr(done.exception)
    whole, opened = everything(target)
    places = (ADDRESS, STAFF, WORDS, LINE_USER, str(BIRTH), *planted.values())
    assert not [value for value in places if value.encode() in whole]
    assert not [value for value in before if value in whole]
    assert [len(opened[name]) for name in ("persons", "identities", "staff_accounts")] == [1, 2, 1]
    assert len(opened["own_todos"]) == 1
    with psycopg.connect(target.replace("+psycopg", "")) as database:
        index = KeyRing(KEY)
        for issuer, subject, kept in database.execute(
            "SELECT issuer, subject, subject_index FROM identities"
        ).fetchall():
            plain = index.decrypt(bytes(subject), "identities.subject").decode()
            assert index.blind_index(plain, issuer) == bytes(kept)  # the copy can sign in
            assert issuer != EMAIL or plain.endswith("@mail.example")
        orphans = "SELECT count(*) FROM persons p JOIN residents r ON r.id = p.resident_id"
        assert database.execute(orphans).fetchone() == (1,)
    # Refusals: itself, what has tables and is no copy, our own keys.
    assert "same database" in ran(settings, tmp_path, settings.DATABASE_URL).output
    with psycopg.connect(target.replace("+psycopg", ""), autocommit=True) as database:
        own = database.execute("SELECT quote_ident(current_database())").fetchone()
        assert own
        database.execute(f"COMMENT ON DATABASE {own[0]} IS NULL".encode())
    assert "no masked copy" in ran(settings, tmp_path, target).output
    assert "key of this portal" in ran(settings, tmp_path, target, settings.DATA_KEY).output


@pytest.mark.deep
def test_a_copy_over_a_copy_says_the_same(
    planted: dict[str, Any],
    settings: Settings,
    target: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))
    assert ran(settings, tmp_path, target).exit_code == 0
    first = everything(target)[1]["persons"][0][0]
    assert ran(settings, tmp_path, target).exit_code == 0
    assert everything(target)[1]["persons"][0][0] == first


def sealed_of(settings: Settings) -> list[bytes]:
    """Bytes of sealed values and indexes of the source, as a dump spells them."""
    found: list[bytes] = []
    with psycopg.connect(settings.DATABASE_URL.replace("+psycopg", "")) as database:
        for table, column in (
            ("persons", "nickname"),
            ("identities", "subject"),
            ("identities", "subject_index"),
            ("staff_accounts", "email_index"),
        ):
            rows = database.execute(f"SELECT {column} FROM {table}".encode()).fetchall()
            found += [bytes(row[0]).hex().encode() for row in rows]
    assert len(found) == 6
    return found


def test_every_personal_column_is_decided(ctx: Flask) -> None:
    """A new column must say what the copy does with it; sealed ones are words unless said."""
    emptied = emptied_tables()
    open_columns = {
        name for name in said() if name.partition(".")[0] not in emptied and not is_sealed(name)
    }
    undecided = open_columns - set(MADE_UP) - CODES
    assert not undecided, f"say in masking_tables.py what becomes of {sorted(undecided)}"
    columns = {f"{t.name}.{c.name}" for t in Base.metadata.tables.values() for c in t.columns}
    assert not set(MADE_UP) - columns
    assert not EMPTIED - set(Base.metadata.tables)
    assert "sessions" in emptied
    assert "outbox_messages" in emptied


def is_sealed(name: str) -> bool:
    table, _, column = name.partition(".")
    return isinstance(Base.metadata.tables[table].c[column].type, Personal | PersonalJSON)
