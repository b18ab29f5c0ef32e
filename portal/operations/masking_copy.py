"""A masked copy of the whole database, row by row on the way: originals never reach the target."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import psycopg
from psycopg import sql
from sqlalchemy import LargeBinary, Table

from portal.core.crypto import KeyRing, Personal, PersonalJSON
from portal.core.db import Base
from portal.operations.masking import FREE, Masks
from portal.operations.masking_tables import MADE_UP, is_emptied

MARK = "Mado: masked copy for tests"
NULL = rb"\N"
ALEMBIC = "alembic_version"
Row = dict[str, bytes]
Connection = psycopg.Connection[tuple[object, ...]]


class NotATarget(Exception):
    """The target may be somebody's production; the text says why."""


@dataclass
class Copying:
    """One run: made-up values, the target's own keys, and what `among` chooses from."""

    masks: Masks
    ring: KeyRing
    today: date
    among: dict[str, list[bytes]] = field(default_factory=dict)

    def value(self, record: Table, name: str, row: Row, own: bytes) -> bytes:
        """The field of a column in the copy; NULL stays NULL."""
        old, column = row[name], record.c[name]
        if old == NULL:
            return old
        place = f"{record.name}.{name}"
        kind = MADE_UP.get(place)
        if kind == "nothing":
            return NULL
        if isinstance(column.type, Personal | PersonalJSON):
            plain = self._plain(kind, isinstance(column.type, PersonalJSON), record, row, own)
            return _binary(self.ring.encrypt(plain.encode(), column.type.column))
        if kind and kind.endswith("_index"):
            return self._index(kind, record, row, own)
        if kind:
            return self._clear(kind, place, old, own)
        if isinstance(column.type, LargeBinary) and name.endswith(("_hash", "_index")):
            length = (len(old) - 3) // 2  # \\x and two digits a byte
            return _binary(self.masks.raw(length, place, own))
        return old

    def _plain(self, kind: str | None, is_json: bool, record: Table, row: Row, own: bytes) -> str:
        if is_json:
            return "{}"
        masks, about = self.masks, (record.name, own)
        made: dict[str, Callable[[], str]] = {
            "plant": lambda: masks.plant(*about),
            "subject": lambda: self._subject(row["issuer"], *about),
            "staff_mail": lambda: f"clerk-{masks.token(*about, length=12)}@city.example",
            "clerk": lambda: f"職員{masks.number(*about) % 10_000:04}",
            "login": lambda: f"clerk-{masks.token(*about, length=12)}",
            "address": lambda: masks.address(*about),
            "phone": lambda: masks.phone(*about),
            "line_user": lambda: masks.line_user(*about),
        }
        return made[kind]() if kind else FREE

    def _subject(self, issuer: bytes, *about: bytes | str) -> str:
        """By which somebody signs in: an address, a LINE user, or a federation's name."""
        if b"line" in issuer:
            return self.masks.line_user(*about)
        return self.masks.address(*about) if b"mail" in issuer else self.masks.token(*about)

    def _index(self, kind: str, record: Table, row: Row, own: bytes) -> bytes:
        """Fits the made-up value beside it, so that the copy finds its rows."""
        plain = self._plain(kind.removesuffix("_index"), False, record, row, own)
        purposes = {"staff_mail_index": "staff", "login_index": "staff-login"}
        purpose = purposes.get(kind) or row["issuer"].decode()
        return _binary(self.ring.blind_index(plain, purpose))

    def _clear(self, kind: str, place: str, old: bytes, own: bytes) -> bytes:
        if kind in ("day", "days"):
            # By the row and not by the column: the dates of one card move together.
            return self.masks.days(old, self.today, own)
        if kind == "near":
            shift = (self.masks.number(place, own) % 2001 - 1000) / 100_000  # about a kilometre
            return f"{float(old) + shift + 0.00001:.5f}".encode()
        if kind == "among":
            choice = self.among[place]
            return choice[self.masks.number(place, own) % len(choice)]
        if kind == "token":
            return self.masks.token(place, own).encode()
        return b"" if not old else FREE.encode()  # words


def refuse_production(source: Connection, target: Connection, *, known: Iterable[str]) -> None:
    """Raises NotATarget unless the target is empty, or such a copy from before."""
    if _identity(source) == _identity(target):
        raise NotATarget("--from and --to are the same database")
    for url in known:
        with psycopg.connect(url) as ours:
            if _identity(ours) == _identity(target):
                raise NotATarget("--to is the database this portal itself works on")
    marked = _one(
        target,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = current_database()",
    )
    tables = _one(
        target,
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text"
        " NOT IN ('pg_catalog', 'information_schema') AND relnamespace::regnamespace::text"
        " NOT LIKE 'pg_toast%'",
    )
    if tables and marked != MARK:
        raise NotATarget("--to has tables and is no masked copy: make an empty database for it")


def clear(target: Connection) -> None:
    """Mark the target for good, then take away what an earlier copy left."""
    name = str(_one(target, "SELECT current_database()"))
    target.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), MARK))
    target.execute("DROP SCHEMA public CASCADE")
    target.execute("CREATE SCHEMA public")
    target.commit()


def copy(source: Connection, target: Connection, copying: Copying) -> dict[str, int]:
    """All rows; the target has the schema of this program. Returns rows by table."""
    source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    _insist_on_version(source, target)
    emptied = emptied_tables()
    records = [table for table in Base.metadata.sorted_tables if _is_there(source, table.name)]
    constraints = _without_constraints(target)
    for table in Base.metadata.sorted_tables:
        target.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table.name)))
    for place in (place for place, kind in MADE_UP.items() if kind == "among"):
        copying.among[place] = _values(source, place)
    done = {
        record.name: _copy_table(source, target, record, copying, emptied)
        for record in records
        if record.name not in emptied
    }
    _sequences(source, target)
    for statement in constraints:
        target.execute(statement)
    target.commit()
    return done


def emptied_tables() -> set[str]:
    """Those named, and those whose rows can not be without a row of them."""
    found = {name for name in Base.metadata.tables if is_emptied(name)}
    while True:
        more = {
            table.name
            for table in Base.metadata.tables.values()
            for key in table.foreign_keys
            if key.column.table.name in found and not key.parent.nullable
        }
        if more <= found:
            return found
        found |= more


def _copy_table(
    source: Connection, target: Connection, record: Table, copying: Copying, emptied: set[str]
) -> int:
    columns = [column.name for column in record.columns if column.computed is None]
    keys = [column.name for column in record.primary_key]
    lost = {key.parent.name for key in record.foreign_keys if key.column.table.name in emptied}
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    table, count = sql.Identifier(record.name), 0
    out = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(names, table)
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)
    with (
        source.cursor().copy(out) as reading,
        target.cursor().copy(into) as writing,
    ):
        for line in _lines(reading):
            row = dict(zip(columns, line.split(b"\t"), strict=True))
            own = b"\t".join(row[key] for key in keys)
            made = [
                NULL if name in lost else copying.value(record, name, row, own) for name in columns
            ]
            writing.write(copying.masks.ids(b"\t".join(made)) + b"\n")
            count += 1
    return count


def _lines(blocks: Iterable[bytes | bytearray | memoryview]) -> Iterable[bytes]:
    """Whole lines: the server may send several, or a part, at a time."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + bytes(block)).split(b"\n")
        yield from whole


def _without_constraints(target: Connection) -> list[sql.Composed]:
    """Take foreign keys and own triggers away for the copy; returns what brings them back."""
    found = target.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conname"
    ).fetchall()
    back: list[sql.Composed] = []
    for table, name, definition in found:
        named = sql.SQL(str(table)), sql.Identifier(str(name))
        target.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*named))
        back.append(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                *named,
                sql.SQL(str(definition)),  # the server's own words
            )
        )
    for name in Base.metadata.tables:
        table_name = sql.Identifier(name)
        target.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table_name))
        back.append(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table_name))
    return back


def _sequences(source: Connection, target: Connection) -> None:
    """Numbers go on where they were: what is counted up must not begin anew."""
    found = source.execute(
        "SELECT sequencename, last_value FROM pg_sequences"
        " WHERE schemaname = 'public' AND last_value IS NOT NULL"
    ).fetchall()
    for name, last in found:
        target.execute("SELECT setval(to_regclass(%s), %s)", [name, last])


def _insist_on_version(source: Connection, target: Connection) -> None:
    asked = f"SELECT version_num FROM {ALEMBIC}"  # noqa: S608
    before, now = _one(source, asked), _one(target, asked)
    if before != now:
        raise NotATarget(f"--from is at migration {before}, this program at {now}")


def _values(source: Connection, place: str) -> list[bytes]:
    table, column = map(sql.Identifier, place.split("."))
    asked = sql.SQL("SELECT DISTINCT {c} FROM {t} WHERE {c} IS NOT NULL ORDER BY 1")
    rows: Sequence[tuple[object, ...]] = source.execute(asked.format(c=column, t=table)).fetchall()
    return [str(row[0]).encode() for row in rows]


def _identity(connection: Connection) -> tuple[object, object]:
    """The very database, however its address is spelled: no two servers share the first."""
    found = connection.execute(
        "SELECT (SELECT system_identifier FROM pg_control_system()), current_database()"
    ).fetchone()
    assert found is not None  # noqa: S101  (a SELECT without FROM has a row)
    return found[0], found[1]


def _is_there(source: Connection, table: str) -> bool:
    return _one(source, "SELECT to_regclass(%s)", f'public."{table}"') is not None


def _one(connection: Connection, asked: str, *values: str) -> object:
    row = connection.execute(asked, values or None).fetchone()
    return row[0] if row else None


def _binary(value: bytes) -> bytes:
    return rb"\\x" + value.hex().encode()
