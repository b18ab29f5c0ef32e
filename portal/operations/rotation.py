"""Sealed values written anew by the key that writes now: batch by batch, stopped and gone on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import LargeBinary, Table, column, func, select, table, text, tuple_, update
from sqlalchemy import cast as cast_as
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.crypto import (
    VERSION,
    DamagedData,
    KeyRing,
    Personal,
    PersonalJSON,
    key_ring,
)
from portal.core.crypto_keys import KeysRefused
from portal.core.db import Base, transaction

BATCH = 500  # rows of one transaction: some hundredths of a second
SETTLED_DAYS = 30  # after which nothing short-lived (links, undone merges) needs the old key


@dataclass
class Rewritten:
    """What a run did: rows, and values no key of ours opens, by column."""

    rows: int = 0
    damaged: Counter[str] = field(default_factory=Counter)


def sealed_columns() -> dict[Table, list[str]]:
    """Every personal column that is encrypted, by what the records themselves say."""
    found: dict[Table, list[str]] = defaultdict(list)
    for record in Base.metadata.sorted_tables:
        for each in record.columns:
            if isinstance(each.type, Personal | PersonalJSON):
                found[record].append(each.name)
    return dict(found)


def rewrite() -> Rewritten:
    """Bring all personal columns to the key that writes; what is done already costs a look."""
    done, ring = Rewritten(), key_ring()
    for record, columns in sealed_columns().items():
        last: tuple[Any, ...] | None = None
        while True:
            with transaction() as session:
                # For the length of a batch; a table without an index on key ids is read through.
                session.execute(text("SET LOCAL statement_timeout = 0"))
                batch = _stale(session, record, columns, ring.active, last)
                for row in batch:
                    _write(session, record, columns, row, ring, done)
            if not batch:
                break
            last = tuple(batch[-1][: len(record.primary_key)])
            done.rows += len(batch)
    with transaction() as session:
        audit.record(session, "keys.rewritten", ("key", ring.active.hex()), rows=done.rows)
    return done


def _stale(
    session: Session, record: Table, columns: list[str], active: bytes, last: Any
) -> list[Any]:
    """The next rows with a value of another key, locked, so that no change of them is lost."""
    keys = [key.name for key in record.primary_key]
    stale = [
        f'(substring("{name}" from 2 for 4) IS DISTINCT FROM :active AND "{name}" IS NOT NULL)'
        for name in columns
    ]
    found: Any = (
        select(*(column(name) for name in [*keys, *columns]))
        .select_from(_plain(record, columns))
        .where(text("(" + " OR ".join(stale) + ")").bindparams(active=active))
        .order_by(*(column(name) for name in keys))
        .limit(BATCH)
        .with_for_update()
    )
    if last is not None:
        typed = (
            cast_as(value, key.type) for value, key in zip(last, record.primary_key, strict=True)
        )
        found = found.where(tuple_(*(column(name) for name in keys)) > tuple_(*typed))
    return list(session.execute(found))


def _write(
    session: Session,
    record: Table,
    columns: list[str],
    row: Any,
    ring: KeyRing,
    done: Rewritten,
) -> None:
    values = {}
    for name in columns:
        stored, place = getattr(row, name), _place(record, name)
        if stored is None or bytes(stored[1:5]) == ring.active:
            continue
        try:
            values[name] = ring.encrypt(ring.decrypt(bytes(stored), place), place)
        except DamagedData:  # left as it is, and told of: it may be of a key that comes back
            done.damaged[f"{record.name}.{name}"] += 1
    if values:
        plain = _plain(record, columns)
        whose = [column(key.name) == row[i] for i, key in enumerate(record.primary_key)]
        session.execute(update(plain).where(*whose).values(values))


def _plain(record: Table, columns: list[str]) -> Any:
    """The table as bytes: no type decrypts, no default changes another column."""
    keys = (column(key.name, key.type) for key in record.primary_key)
    return table(record.name, *keys, *(column(name, LargeBinary) for name in columns))


def _place(record: Table, name: str) -> str:
    kind = record.c[name].type
    assert isinstance(kind, Personal | PersonalJSON)  # noqa: S101  (sealed_columns chose it)
    return kind.column


def usage() -> dict[str, Counter[str]]:
    """How many values each key sealed: {"a1b2c3d4": {"persons.nickname": 120}}."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    with transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for record, name, ours in _binary_columns():
            sealed = column(name, LargeBinary)
            start, of = func.substring(sealed, 1, 1), func.substring(sealed, 2, 4)
            rows = session.execute(
                select(of, func.count())
                .select_from(table(record.name, sealed))
                .where(start == VERSION)
                .group_by(of)
            )
            for key, count in rows:
                # Hashes begin with any bytes; only a key's name in them would mean anything.
                if ours or bytes(key) in key_ring().ids:
                    found[bytes(key).hex()][f"{record.name}.{name}"] += count
    return dict(found)


def _binary_columns() -> Iterator[tuple[Table, str, bool]]:
    """All columns of bytes, and whether they are personal: files are sealed by hand, too."""
    for record in Base.metadata.sorted_tables:
        for each in record.columns:
            ours = isinstance(each.type, Personal | PersonalJSON)
            if ours or isinstance(each.type, LargeBinary):
                yield record, each.name, ours


def refuse_if_used(ended: bytes, *, at_once: bool) -> None:
    """Raises KeysRefused while rows, or things that live shorter, may still need this key."""
    used = usage().get(ended.hex())
    if used:
        places = ", ".join(f"{name} {count}" for name, count in used.most_common(5))
        raise KeysRefused(f"{used.total()} values still use {ended.hex()}: {places}")
    if not at_once and _wrote_lately(ended):
        raise KeysRefused(
            f"{ended.hex()} wrote within the last {SETTLED_DAYS} days: links in mails and steps "
            "that can be undone are sealed by it. Wait, or say --at-once"
        )


def _wrote_lately(key: bytes) -> bool:
    found = text(
        "SELECT 1 FROM audit_entries WHERE action = 'keys.rotated' AND details ->> 'old' = :key"
        " AND at > now() - make_interval(days => :days) LIMIT 1"
    )
    with transaction() as session:
        values = {"key": key.hex(), "days": SETTLED_DAYS}
        return session.execute(found, values).first() is not None
