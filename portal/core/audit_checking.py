"""Checks the audit log against its seals: which rows are damaged, and what is not sealed yet.

Works on any copy of the database, a restored one too; a damaged row is named by its place and id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit_chain import BEGINNING, COLUMNS, linked, spelled
from portal.core.audit_records import AuditCut, AuditSeal
from portal.core.audit_sealing import floor_of, newest_seal
from portal.core.db import database
from portal.core.signing import BadSignature, Signature, signing_keys, verify

MOST_ODD = 300  # looked at against each other, to find out what stands where

LINKS = f"""
SELECT l.position, l.entry_id, l.before, l.hash,
  {", ".join(f"e.{name}" for name in COLUMNS)}
FROM audit_links l LEFT JOIN audit_entries e ON e.id = l.entry_id
WHERE l.position > %(after)s ORDER BY l.position
"""  # noqa: S608  (columns of our own)
TAIL = """
SELECT e.id, e.at FROM audit_entries e
WHERE NOT EXISTS (SELECT FROM audit_links l WHERE l.entry_id = e.id) ORDER BY e.id
"""


@dataclass(frozen=True)
class Fault:
    """`kind`: damaged, removed, moved, inserted, late, seal or cut."""

    kind: str
    words: str
    position: int | None = None
    entry_id: UUID | None = None


@dataclass
class Check:
    """What a look over the whole log found. The tail is what waits for the next seal."""

    sealed: int = 0
    seals: int = 0
    cut: int = 0
    tail: int = 0
    tail_oldest: datetime | None = None
    newest: AuditSeal | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class _Link:
    """A link with the canonical bytes of its entry; None: the entry is not there."""

    position: int
    entry_id: UUID
    before: bytes
    hash: bytes
    entry: bytes | None

    def fits(self, place: _Link | None = None, position: int | None = None) -> bool:
        """Whether the entry gives the hash: here, at another's place, or moved with its link."""
        other = place or self
        where = other.position if position is None else position
        return self.entry is not None and linked(other.before, where, self.entry) == other.hash


def check() -> Check:
    """Look at every entry, link, seal and cut."""
    found = Check()
    engine = database().engine
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        driver: Any = connection.connection.driver_connection
        with Session(connection) as session:
            session.connection()  # begins the one snapshot of all looks
            driver.execute("SET LOCAL statement_timeout = 0")
            position, end = _cuts(session, found)
            seals = {s.position: s for s in session.scalars(select(AuditSeal))}
            found.newest = newest_seal(session)
            _Walk(found, seals, position, end).over(driver)
            _seals(found, sorted(seals.values(), key=lambda seal: seal.number))
            _tail(found, driver)
            session.expunge_all()  # the newest seal is read after its session has ended
            session.rollback()
    return found


def _cuts(session: Session, found: Check) -> tuple[int, bytes]:
    """Where the chain begins today."""
    position, end = 0, BEGINNING
    for cut in session.scalars(select(AuditCut).order_by(AuditCut.position)):
        if words := _signed("audit-cut", cut):
            found.faults.append(Fault("cut", words, cut.position))
        position, end = cut.position, bytes(cut.hash)
        found.cut += cut.entries
    return position, end


def _signed(kind: str, made: AuditSeal | AuditCut) -> str:
    """What is wrong with the signature, or ""."""
    try:
        verify(
            signing_keys().trusted, kind, made.said(), Signature(made.key, bytes(made.signature))
        )
    except BadSignature as fault:
        return str(fault)
    return ""


class _Walk:
    """Goes along the chain once; what does not fit is looked at again at the end."""

    def __init__(
        self, found: Check, seals: dict[int, AuditSeal], position: int, end: bytes
    ) -> None:
        self.found, self.seals = found, seals
        self.position, self.end, self.end_odd = position, end, False
        self.odd: list[_Link] = []
        self.gaps: list[int] = []

    def over(self, driver: psycopg.Connection[Any]) -> None:
        """All links, in the chain's order."""
        for position, entry_id, before, kept, *values in _streamed(
            driver, LINKS, after=self.position
        ):
            entry = spelled(tuple(values)) if values[0] is not None else None
            self._step(_Link(position, entry_id, before, kept, entry))
        self._missing(max(self.seals, default=0) + 1)
        self.found.faults += _explained(self.odd, self.gaps)

    def _step(self, link: _Link) -> None:
        gap = self._missing(link.position)
        odd = not link.fits()
        if odd and len(self.odd) < MOST_ODD:
            self.odd.append(link)
        elif odd:
            self._fault(_plainly(link))
        elif link.before != self.end and not (gap or self.end_odd):
            words = f"places {self.position} and {link.position} were not written in one chain"
            self._fault(Fault("damaged", words, self.position))
        seal = self.seals.get(link.position)
        if seal is not None and bytes(seal.hash) != link.hash and not odd:
            words = f"seal {seal.number} does not fit: the chain before it was written anew"
            self._fault(Fault("seal", words, link.position))
        self.found.sealed += 1
        self.position, self.end, self.end_odd = link.position, link.hash, odd

    def _missing(self, upto: int) -> bool:
        """Whether places before `upto` have no link."""
        first, last = self.position + 1, upto - 1
        if first > last:
            return False
        places = f"place {first}" if first == last else f"places {first} to {last}"
        words = f"{places} of the chain: entry and link were removed"
        self._fault(Fault("removed", words, first))
        self.gaps += range(first, min(last, first + MOST_ODD) + 1)
        return True

    def _fault(self, fault: Fault) -> None:
        self.found.faults.append(fault)


def _explained(odd: list[_Link], gaps: list[int]) -> list[Fault]:
    """Which of the odd ones only changed places, which are gone, which are altered."""
    places = {link.position for link in odd} | set(gaps)
    faults = []
    for one in odd:
        by_link = (place for place in places if one.fits(position=place))
        by_entry = (other.position for other in odd if one.fits(other))
        belongs = next(by_link, None) or next(by_entry, None)
        if one.entry is None or belongs is None:
            faults.append(_plainly(one))
            continue
        words = f"entry {one.entry_id} stands at place {one.position}, belongs at {belongs}"
        faults.append(Fault("moved", words, one.position, one.entry_id))
    return faults


def _plainly(link: _Link) -> Fault:
    kind, happened = ("removed", "removed") if link.entry is None else ("damaged", "altered")
    words = f"entry {link.entry_id}, place {link.position}: was {happened}"
    return Fault(kind, words, link.position, link.entry_id)


def _seals(found: Check, seals: list[AuditSeal]) -> None:
    """Their own signatures and numbers; the last must stand at the chain's end."""
    found.seals = len(seals)
    for before, seal in zip([None, *seals], seals, strict=False):
        if words := _signed("audit-seal", seal):
            found.faults.append(Fault("seal", f"seal {seal.number}: {words}", seal.position))
        if before is not None and seal.number != before.number + 1:
            words = f"seals between {before.number} and {seal.number} were removed"
            found.faults.append(Fault("seal", words, seal.position))
    last = max((seal.position for seal in seals), default=0)
    if found.sealed and found.cut + found.sealed > last:
        words = f"the chain goes on after place {last} without a seal"
        found.faults.append(Fault("seal", words, last))


def _tail(found: Check, driver: psycopg.Connection[Any]) -> None:
    floor = floor_of(found.newest.complete_at if found.newest else None)
    for entry_id, at in _streamed(driver, TAIL):
        if entry_id < floor:
            words = f"entry {entry_id} of {at:%Y-%m-%d %H:%M} UTC: was put in after its time"
            found.faults.append(Fault("inserted", words, None, entry_id))
        else:
            found.tail += 1
            found.tail_oldest = min(found.tail_oldest or at, at)


def _streamed(
    driver: psycopg.Connection[Any], sql: str, **values: Any
) -> Iterator[tuple[Any, ...]]:
    """Rows a few thousand at a time: the log is larger than memory."""
    with driver.cursor(name="audit_check") as cursor:
        cursor.itersize = 5_000
        cursor.execute(sql, values)
        yield from cursor
