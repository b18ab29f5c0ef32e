"""Changes of the garbage guide: look at files, put them in force, edit one entry, go back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from chatbot.garbage import store
from chatbot.garbage.entries import Body, Entries, FaultyEntry, Thing, empty, guide_of
from chatbot.garbage.files.reading import read_files
from chatbot.garbage.files.taking import Change, changes, take
from chatbot.garbage.initials import initial, read_aloud
from chatbot.garbage.loading import shipped_entries
from chatbot.garbage.models import GarbageEdition, GarbageEntry, Kind
from portal.catalogue.load import load_catalogue
from portal.core import audit
from portal.core.clock import now
from portal.core.db import after_commit
from portal.core.errors import N_, Conflict, NotFound
from portal.core.ids import new_id

TRIALS_KEPT = timedelta(days=7)
# One change at a time: numbers are given in order, and each builds on the one before.
LOCK = text("SELECT pg_advisory_xact_lock(1196572225)")
MOST_REJECTED = 5_000


def look(
    session: Session, files: Iterable[tuple[str, bytes]], author: UUID | None = None
) -> GarbageEdition:
    """A trial: what the files would change and which rows are rejected. Raises UnreadableFile.

    Nothing is changed for residents until `go_live`.
    """
    named = list(files)
    said = read_files(named)
    stands = standing(session)
    districts = {key: each.name.ja for key, each in load_catalogue().districts.items()}
    taken = take(said, stands if newest(session) else _without_texts(stands), districts)
    _read_aloud(taken.entries.get(Thing.ITEM, {}))
    session.execute(
        delete(GarbageEdition).where(
            GarbageEdition.number.is_(None), GarbageEdition.at < now() - TRIALS_KEPT
        )
    )
    trial = GarbageEdition(
        id=new_id(),
        kind=Kind.IMPORT,
        author=author,
        files=[name[:200] for name, _ in named],
        entries={thing.value: _ordered(bodies) for thing, bodies in taken.entries.items()},
        report={
            "over": newest(session),
            "counts": _counts(changes(taken.entries, stands)),
            "remarks": [list(remark) for remark in taken.remarks],
            "encodings": said.encodings,
            "headers": {name: list(cells) for name, cells in said.headers.items()},
            "rejected": len(said.rejected),
        },
        rejected=[each.to_dict() for each in said.rejected[:MOST_REJECTED]],
    )
    session.add(trial)
    session.flush()
    audit.record(session, "garbage.looked_at", ("garbage_edition", trial.id))
    return trial


def _without_texts(shipped: Entries) -> Entries:
    """What we ship says how another city does it: a class of the same name says nothing yet."""
    classes = {
        key: {"name": body["name"], "collected": body.get("collected", True)}
        for key, body in shipped[Thing.CLASS].items()
    }
    return {**shipped, Thing.CLASS: classes}


def _read_aloud(items: Mapping[str, Body]) -> None:
    """The initials of items whose list does not tell how they are read."""
    silent = [
        body
        for body in items.values()
        if not (body.get("initial") or initial(body.get("kana", ""), body["name"]))
    ]
    found = read_aloud([body["name"] for body in silent]) if silent else {}
    for body in silent:
        if found[body["name"]]:
            cast("dict[str, Any]", body)["initial"] = found[body["name"]]


def go_live(session: Session, edition_id: UUID, author: UUID | None = None) -> int:
    """Put a trial in force. Raises Conflict where the guide was changed since it was looked at."""
    session.execute(LOCK)
    trial = session.get(GarbageEdition, edition_id, with_for_update=True)
    if trial is None:
        raise NotFound()
    if trial.number is not None or trial.entries is None:
        raise Conflict(N_("This import is already in force."))
    if trial.report.get("over") != newest(session):
        raise Conflict(N_("The guide was changed meanwhile. Please look at the file again."))
    trial.author = author or trial.author
    return _put(session, trial, entries_of_trial(trial))


def edit(
    session: Session, thing: Thing, key: str, body: Body | None, author: UUID | None = None
) -> int:
    """One entry anew, or away (None). Raises FaultyEntry when the guide would not hold together."""
    session.execute(LOCK)
    entries = dict(standing(session)[thing])
    if body is None:
        entries.pop(key, None)
    else:
        entries[key] = body
    name = name_of((body or standing(session)[thing].get(key)) or {})
    edition = GarbageEdition(id=new_id(), kind=Kind.EDIT, author=author, note=name)
    return _put(session, edition, {thing: entries})


def replace(
    session: Session, thing: Thing, bodies: Mapping[str, Body], author: UUID | None = None
) -> int:
    """All entries of one kind anew."""
    session.execute(LOCK)
    edition = GarbageEdition(id=new_id(), kind=Kind.EDIT, author=author)
    return _put(session, edition, {thing: bodies})


def return_to(session: Session, number: int, author: UUID | None = None) -> int:
    """The guide as it was in an earlier edition, as a new one; what came between stays known."""
    session.execute(LOCK)
    if not session.scalar(select(GarbageEdition.id).where(GarbageEdition.number == number)):
        raise NotFound()
    if number == newest(session):
        raise Conflict(N_("This edition is in force already."))
    edition = GarbageEdition(id=new_id(), kind=Kind.RETURN, author=author, note=str(number))
    return _put(session, edition, at_edition(session, number))


def newest(session: Session) -> int:
    """The number in force; 0 while it is what we ship."""
    return session.scalar(select(func.max(GarbageEdition.number))) or 0


def standing(session: Session) -> Entries:
    """The entries in force; what we ship, while the city has put nothing in."""
    number = newest(session)
    return at_edition(session, number) if number else shipped_entries()


def at_edition(session: Session, number: int) -> Entries:
    """The entries as they were in an edition."""
    found = session.execute(
        select(GarbageEntry.thing, GarbageEntry.key, GarbageEntry.body)
        .where(
            GarbageEntry.since <= number,
            GarbageEntry.until.is_(None) | (GarbageEntry.until > number),
        )
        .order_by(GarbageEntry.thing, GarbageEntry.place, GarbageEntry.key)
    )
    return store.entries_of(map(tuple, found))


def entries_of_trial(trial: GarbageEdition) -> dict[Thing, dict[str, Body]]:
    """What a trial would put in."""
    return {Thing(thing): dict(pairs) for thing, pairs in (trial.entries or {}).items()}


def _put(session: Session, edition: GarbageEdition, entries: Entries) -> int:
    """Numbers the edition and lets its entries hold from there on."""
    _begin(session)
    stands = standing(session)
    _insist(entries, stands)
    number = newest(session) + 1
    differences = changes(entries, stands)
    edition.number, edition.live_at, edition.entries = number, now(), None
    edition.report = {**(edition.report or {}), "counts": _counts(differences)}
    session.add(edition)
    for thing, change in differences.items():
        _write(session, thing, entries[thing], change, number)
    session.flush()
    audit.record(session, f"garbage.{edition.kind}", ("garbage_edition", edition.id), number=number)
    after_commit(session, store.forget)
    return number


def _begin(session: Session) -> None:
    """The first change takes what we ship over as edition 1, so that one can go back to it."""
    if newest(session):
        return
    session.add(GarbageEdition(id=new_id(), number=1, kind=Kind.SHIPPED, live_at=now()))
    session.flush()
    shipped = shipped_entries()
    for thing, change in changes(shipped, empty()).items():
        _write(session, thing, shipped[thing], change, 1)
    session.flush()


def _insist(entries: Entries, stands: Entries) -> None:
    """Raises FaultyEntry before anything is written that nobody could read."""
    guide_of({**stands, **entries}, "trial")
    used = {body["class"] for body in {**stands, **entries}[Thing.ITEM].values()}
    gone = used - {**stands, **entries}[Thing.CLASS].keys()
    if gone:
        raise FaultyEntry(f"no class {', '.join(sorted(gone))}")


def _write(
    session: Session, thing: Thing, bodies: Mapping[str, Body], change: Change, number: int
) -> None:
    over = (*change.changed, *change.removed)
    live = (GarbageEntry.thing == thing, GarbageEntry.until.is_(None))
    if over:
        session.execute(
            update(GarbageEntry).where(*live, GarbageEntry.key.in_(over)).values(until=number)
        )
    places = {key: place for place, key in enumerate(bodies)}
    _move(session, thing, places)
    rows = [
        {
            "id": new_id(),
            "thing": thing.value,
            "key": key,
            "place": places[key],
            "body": dict(bodies[key]),
            "since": number,
        }
        for key in (*change.added, *change.changed)
    ]
    if rows:
        session.execute(GarbageEntry.__table__.insert(), rows)  # type: ignore[attr-defined]


def _move(session: Session, thing: Thing, places: Mapping[str, int]) -> None:
    """The order of a list is not worth an edition of each entry."""
    found = session.execute(
        select(GarbageEntry.id, GarbageEntry.key, GarbageEntry.place).where(
            GarbageEntry.thing == thing, GarbageEntry.until.is_(None)
        )
    )
    moved = [
        {"id": row.id, "place": places[row.key]}
        for row in found
        if row.key in places and places[row.key] != row.place
    ]
    if moved:
        session.execute(update(GarbageEntry), moved)


def _counts(differences: Mapping[Thing, Change]) -> dict[str, dict[str, int]]:
    return {
        thing.value: {
            "added": len(change.added),
            "changed": len(change.changed),
            "removed": len(change.removed),
        }
        for thing, change in differences.items()
        if change.any
    }


def _ordered(bodies: Mapping[str, Body]) -> list[list[Any]]:
    """Pairs, since the database does not keep the order of an object's names."""
    return [[key, dict(body)] for key, body in bodies.items()]


def name_of(body: Body) -> str:
    """What an entry is called."""
    name = body.get("name") or "、".join(body.get("words", ()))
    return str(name["ja"] if isinstance(name, Mapping) else name)[:200]
