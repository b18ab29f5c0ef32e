"""Making, changing, sending, finishing and removing visit sheets, each with its audit entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.catalogue.load import load_catalogue
from portal.core import audit
from portal.core.clock import now, today
from portal.core.db import read
from portal.core.errors import N_, Conflict, MadoError, NotFound
from portal.core.registries import registries
from portal.mypage import acts
from portal.mypage.acts import OCCURRENCE
from portal.mypage.picking import Pick
from portal.mypage.visits.models import VisitSheet
from portal.mypage.visits.plan import is_counter
from portal.residents.holding import held
from portal.residents.rights import Act

MOST_ENTRIES = 30
MOST_SHEETS = 20
UNDO_FOR = timedelta(days=7)
KEPT = timedelta(days=180)  # after the day of the visit


class NothingPicked(MadoError):
    """A sheet needs at least one procedure that is done at a counter."""

    message = N_("Please choose at least one procedure.")


class TooManySheets(Conflict):
    """There are as many sheets as one account may have."""

    message = N_("There is room for 20 visit sheets. Remove one to make another.")


class NobodyToTell(Conflict):
    """No address is known, or nothing sends."""

    message = N_("We have no address to send it to.")


def make(session: Session, resident_id: UUID, picks: Sequence[Pick], day: date) -> VisitSheet:
    """Write a sheet for a day; NothingPicked when no pick is a counter procedure."""
    entries = _entries(session, resident_id, picks)
    there = select(func.count()).where(
        VisitSheet.resident_id == resident_id, VisitSheet.removed_at.is_(None)
    )
    if (session.scalar(there) or 0) >= MOST_SHEETS:
        raise TooManySheets()
    sheet = VisitSheet(resident_id=resident_id, on_day=day, entries=entries, packed=[])
    session.add(sheet)
    session.flush()
    audit.record(session, "visit.made", ("visit", sheet.id), procedures=len(entries))
    return sheet


def change(
    session: Session, resident_id: UUID, sheet_id: UUID, picks: Sequence[Pick], day: date
) -> None:
    """Other procedures, or another day; what is packed stays packed."""
    sheet = mine(session, resident_id, sheet_id)
    sheet.entries, sheet.on_day = _entries(session, resident_id, picks), day
    audit.record(session, "visit.changed", ("visit", sheet.id), procedures=len(sheet.entries))


def pack(session: Session, resident_id: UUID, sheet_id: UUID, keys: Iterable[str]) -> None:
    """These things are ready, the others are not."""
    sheet = mine(session, resident_id, sheet_id)
    sheet.packed = sorted(set(keys) & set(load_catalogue().items))
    audit.record(session, "visit.packed", ("visit", sheet.id))


def send(session: Session, resident_id: UUID, sheet_id: UUID) -> None:
    """Send oneself the address of the sheet; what it says stays behind the sign-in."""
    sheet = mine(session, resident_id, sheet_id)
    tell = registries().tell
    if tell is None:
        raise NobodyToTell()
    tell(session, resident_id, "portal_visit_sheet", f"/visits/{sheet.id}", by_line=True)
    audit.record(session, "visit.sent", ("visit", sheet.id))


def finish(session: Session, resident_id: UUID, sheet_id: UUID, done: Iterable[int]) -> None:
    """The visit is over: the procedures at these places of the list are done."""
    sheet = mine(session, resident_id, sheet_id)
    places = set(done)
    entries = []
    for place, entry in enumerate(sheet.entries):
        is_done = place in places and bool(entry.get("done") or _complete(session, sheet, entry))
        entries.append(_bare(entry) | ({"done": True} if is_done else {}))
    sheet.entries, sheet.finished_at = entries, now()
    audit.record(session, "visit.finished", ("visit", sheet.id))


def reopen(session: Session, resident_id: UUID, sheet_id: UUID) -> None:
    """Undo of finishing: what this sheet checked off is open again."""
    sheet = mine(session, resident_id, sheet_id)
    for entry in sheet.entries:
        if entry.get("done") and _is_there(entry):
            with suppress(NotFound):  # the card is gone meanwhile
                acts.undo(session, resident_id, *_pick(entry))
    sheet.entries, sheet.finished_at = [_bare(each) for each in sheet.entries], None
    audit.record(session, "visit.reopened", ("visit", sheet.id))


def remove(session: Session, resident_id: UUID, sheet_id: UUID) -> None:
    """Take the sheet away; its to-dos stay as they are. For a week it can be brought back."""
    sheet = mine(session, resident_id, sheet_id)
    sheet.removed_at = sheet.removed_at or now()
    audit.record(session, "visit.removed", ("visit", sheet.id))


def bring_back(session: Session, resident_id: UUID, sheet_id: UUID) -> None:
    """Undo of removing it."""
    sheet = mine(session, resident_id, sheet_id)
    sheet.removed_at = None
    audit.record(session, "visit.restored", ("visit", sheet.id))


def mine(session: Session, resident_id: UUID, sheet_id: UUID) -> VisitSheet:
    """A sheet to change; NotFound for anybody else's."""
    sheet = session.get(VisitSheet, sheet_id, with_for_update=True)
    if sheet is None or sheet.resident_id != resident_id:
        raise NotFound()
    return sheet


def sheets_of(resident_id: UUID, sheet_id: UUID | None = None) -> list[VisitSheet]:
    """A resident's sheets, the next visit first; or the one with this id."""
    table = VisitSheet.__table__
    found = select(table).where(
        VisitSheet.resident_id == resident_id, VisitSheet.removed_at.is_(None)
    )
    if sheet_id is not None:
        found = found.where(VisitSheet.id == sheet_id)
    order = VisitSheet.finished_at.is_not(None), VisitSheet.on_day
    return [VisitSheet(**row._mapping) for row in read().execute(found.order_by(*order))]


def sweep() -> int:
    """Forget sheets half a year after their visit, removed ones after a week; returns how many."""
    past = VisitSheet.on_day < today() - KEPT
    past |= VisitSheet.removed_at < now() - UNDO_FOR
    return read().execute(delete(VisitSheet).where(past)).rowcount


def _entries(session: Session, resident_id: UUID, picks: Sequence[Pick]) -> list[dict[str, Any]]:
    catalogue, entries = load_catalogue(), []
    for person, key, occurrence in dict.fromkeys(picks):
        service = catalogue.find(key)
        if service is None or not is_counter(service) or not OCCURRENCE.fullmatch(occurrence):
            continue
        held(session, resident_id, person, Act.SEE)
        entries.append({"person": str(person), "service": key, "occurrence": occurrence})
    if not entries:
        raise NothingPicked()
    return entries[:MOST_ENTRIES]


def _complete(session: Session, sheet: VisitSheet, entry: dict[str, Any]) -> bool:
    """Check it off; False when the card or the service is gone meanwhile."""
    if not _is_there(entry):
        return False
    try:
        acts.complete(session, sheet.resident_id, *_pick(entry))
    except NotFound:
        return False
    return True


def _is_there(entry: dict[str, Any]) -> bool:
    found = load_catalogue().find(entry["service"])
    return found is not None and is_counter(found)


def _bare(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("person", "service", "occurrence")}


def _pick(entry: dict[str, Any]) -> Pick:
    return UUID(entry["person"]), entry["service"], entry["occurrence"]
