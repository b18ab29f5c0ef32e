"""Blind indexes written anew by the key that writes now: batch by batch, stopped and gone on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import LargeBinary, Table, column, select, table, text, tuple_
from sqlalchemy import cast as cast_as
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.blind_indexes import BlindIndex
from portal.core.crypto import DamagedData, Personal, key_ring
from portal.core.crypto_keys import KeysRefused
from portal.core.db import Base, transaction
from portal.core.registries import registries

BATCH = 500
SETTLED_DAYS = 30  # as of data keys: undone merges, what is counted or remembered by an old index
# A row whose place is taken already (a second one of the same value) stays, and is told of.
WRITE = """
UPDATE "{table}" t SET "{column}" = u.written
  FROM unnest(CAST(:old AS bytea[]), CAST(:new AS bytea[])) AS u(before, written)
 WHERE t."{column}" = u.before
   AND NOT EXISTS (SELECT FROM "{table}" o WHERE o."{column}" = u.written)
"""


@dataclass
class Reindexed:
    """What a pass did or found: rows, and by column those no key of ours made."""

    rows: int = 0
    unknown: Counter[str] = field(default_factory=Counter)


def reindex() -> Reindexed:
    """Bring every blind index to the key that writes; what is done already costs a look."""
    done = Reindexed()
    for each in registries().blind_indexes:
        for session, batch in _batches(each):
            pairs = {one.other: one.written for one in batch if one.other}
            for name, where in ((each.table, each.column), *each.followers):
                _write(session, name, where, batch)
            done.rows += len(pairs)
            done.unknown[f"{each.table}.{each.column}"] += sum(not one.known for one in batch)
    done.unknown = +done.unknown
    with transaction() as session:
        audit.record(session, "keys.reindexed", None, rows=done.rows)
    return done


def stale() -> Counter[str]:
    """How many rows each column still has by another key than the one that writes."""
    found: Counter[str] = Counter()
    for each in registries().blind_indexes:
        for _session, batch in _batches(each):
            found[f"{each.table}.{each.column}"] += sum(one.other is not None for one in batch)
    return +found


def refuse_if_used(*, at_once: bool) -> None:
    """Raises KeysRefused while a row, or what is remembered shorter, needs the old index key."""
    used = stale()
    if used:
        places = ", ".join(f"{name} {count}" for name, count in used.most_common(5))
        raise KeysRefused(f"{used.total()} indexes are of the old key: {places}. `keys reindex`")
    if not at_once and _turned_lately():
        raise KeysRefused(
            f"the index key changed within the last {SETTLED_DAYS} days: steps that can be undone "
            "may bring old indexes back. Wait, or say --at-once"
        )


@dataclass(frozen=True)
class _Row:
    """A row's index as it should be, those of other keys, and which of them it has."""

    written: bytes
    others: tuple[bytes, ...]
    stored: bytes

    @property
    def other(self) -> bytes | None:
        return self.stored if self.stored in self.others else None

    @property
    def known(self) -> bool:
        return self.stored == self.written or self.other is not None


def _batches(each: BlindIndex) -> Iterator[tuple[Session, list[_Row]]]:
    """All rows, some hundred a transaction; locked, so that none changes meanwhile."""
    record, last = Base.metadata.tables[each.table], None
    while True:
        with transaction() as session:
            session.execute(text("SET LOCAL statement_timeout = 0"))
            found = list(session.execute(_next(record, each, last)))
            yield session, [row for row in (_row(record, each, one) for one in found) if row]
        if not found:
            return
        last = tuple(found[-1][: len(record.primary_key)])


def _next(record: Table, each: BlindIndex, last: Any) -> Any:
    keys = [column(key.name, key.type) for key in record.primary_key]
    read = [column(each.column, LargeBinary), column(each.sealed, LargeBinary)]
    read += [column(name) for name in each.also]
    every = [*keys, *(one.label(f"read_{number}") for number, one in enumerate(read))]
    names = {one.name for one in (*keys, *read)}
    found = select(*every).select_from(table(record.name, *(column(n) for n in names)))
    found = found.where(read[0].is_not(None), read[1].is_not(None))
    found = found.order_by(*keys).limit(BATCH).with_for_update()
    if last is not None:
        typed = (cast_as(v, key.type) for v, key in zip(last, record.primary_key, strict=True))
        found = found.where(tuple_(*keys) > tuple_(*typed))
    return found


def _row(record: Table, each: BlindIndex, row: Any) -> _Row | None:
    """None for a value that no key opens: `keys rotate` tells of those."""
    stored, sealed, *also = row[len(record.primary_key) :]
    kind, ring = record.c[each.sealed].type, key_ring()
    assert isinstance(kind, Personal)  # noqa: S101  (sealed by the declaration)
    try:
        value = ring.decrypt(bytes(sealed), kind.column).decode()
    except DamagedData:
        return None
    spelled = each.spelled(value, dict(zip(each.also, also, strict=True)))
    written, *others = ring.blind_indexes(*spelled)
    return _Row(written, tuple(others), bytes(stored))


def _write(session: Session, name: str, where: str, batch: list[_Row]) -> None:
    """Also for rows that are right already: what follows them may not be."""
    pairs = [(other, one.written) for one in batch for other in one.others]
    if pairs:
        old, new = zip(*pairs, strict=True)
        statement = text(WRITE.format(table=name, column=where))
        session.execute(statement, {"old": list(old), "new": list(new)})


def _turned_lately() -> bool:
    found = text(
        "SELECT 1 FROM audit_entries WHERE action = 'keys.index_rotated'"
        " AND at > now() - make_interval(days => :days) LIMIT 1"
    )
    with transaction() as session:
        return session.execute(found, {"days": SETTLED_DAYS}).first() is not None
