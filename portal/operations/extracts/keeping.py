"""Acts of extracting: take a masked file, ask for a clear one, decide, fetch it once, save."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import in_tokyo, now
from portal.core.errors import N_, Conflict, Forbidden, NotFound
from portal.core.extracting import Subject
from portal.core.ids import new_id
from portal.core.registries import registries
from portal.operations.extracts.asking import extract
from portal.operations.extracts.choosing import Choice, fits
from portal.operations.extracts.files import packed
from portal.operations.extracts.records import ExtractRequest, ExtractRun, SavedExtract
from portal.privacy.looking_models import ResidentLook

LASTS = timedelta(days=7)  # after the approval
PLACE, REASON = "extract", "list"  # of residents' own logs: words in portal.privacy.looking


def subject_of(key: str) -> Subject:
    """The subject a package declared."""
    found = next((one for one in registries().extracts if one.key == key), None)
    if found is None:
        raise NotFound()
    return found


def take(session: Session, by: UUID, choice: Choice, kind: str, reason: str) -> bytes:
    """A masked file, at once."""
    subject = subject_of(choice.subject)
    if choice.asks_about_one(subject):
        raise Forbidden()  # even how many rows there are would tell of a person
    return _leave(session, subject, choice, kind, reason, by, None)


def ask(session: Session, by: UUID, choice: Choice, kind: str, reason: str) -> ExtractRequest:
    """Personal columns in the clear: another clerk decides."""
    made = ExtractRequest(
        id=new_id(),
        choice=choice.said(),
        digest=choice.digest(),
        format=kind,
        reason=reason,
        by=by,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, "extract.asked", ("extract", made.id), digest=made.digest, **_codes(choice, kind)
    )
    return made


def decide(session: Session, request_id: UUID, by: UUID, digest: str, *, approve: bool) -> None:
    """Approve or refuse exactly this; never by who asked."""
    found = request_for_update(session, request_id)
    if found.by == by:
        raise Forbidden(N_("Another clerk must decide this."))
    if found.approved is not None or digest != found.digest:
        raise Conflict()
    found.approved, found.decided_by, found.decided_at = approve, by, now()
    found.ends_at = now() + LASTS if approve else None
    action = "extract.approved" if approve else "extract.refused"
    audit.record(session, action, ("extract", request_id), digest=found.digest)


def fetch(session: Session, request_id: UUID, by: UUID) -> tuple[bytes, str]:
    """The clear file, once, by who asked. Every resident in it reads of it in their own log."""
    found = request_for_update(session, request_id)
    choice = Choice.of(found.choice)
    if found.by != by:
        raise Forbidden()
    if not fetchable(found) or choice.digest() != found.digest:
        raise Conflict()
    subject = subject_of(choice.subject)
    if not fits(subject, choice):
        raise Conflict()
    found.fetched_at = now()
    kind, reason = found.format, found.reason
    return _leave(session, subject, choice, kind, reason, by, request_id), choice.subject


def fetchable(found: ExtractRequest) -> bool:
    """Approved, in time, not fetched yet."""
    return bool(
        found.approved and found.fetched_at is None and found.ends_at and now() < found.ends_at
    )


def request_for_update(session: Session, request_id: UUID) -> ExtractRequest:
    """The request, locked, so that it is decided once and fetched once."""
    found = session.get(ExtractRequest, request_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def save(session: Session, by: UUID, name: str, choice: Choice) -> SavedExtract:
    """Keep a choice to run again."""
    made = SavedExtract(id=new_id(), name=name, choice=choice.said(), by=by)
    session.add(made)
    session.flush()
    audit.record(session, "extract.saved", ("saved_extract", made.id), subject_key=choice.subject)
    return made


def remove(session: Session, saved_id: UUID) -> None:
    """Out of the list; what was extracted by it stays in the record."""
    found = session.get(SavedExtract, saved_id, with_for_update=True)
    if found is None or found.removed_at is not None:
        raise NotFound()
    found.removed_at = now()
    audit.record(session, "extract.removed", ("saved_extract", saved_id))


def put_back(session: Session, saved_id: UUID) -> None:
    """The undo of `remove`."""
    found = session.get(SavedExtract, saved_id, with_for_update=True)
    if found is None or found.removed_at is None:
        raise NotFound()
    found.removed_at = None
    audit.record(session, "extract.saved", ("saved_extract", saved_id), again=True)


def saved(session: Session) -> list[SavedExtract]:
    """Kept choices that still mean something."""
    living = select(SavedExtract).where(SavedExtract.removed_at.is_(None))
    known = {one.key: one for one in registries().extracts}
    return [
        one
        for one in session.scalars(living.order_by(SavedExtract.name, SavedExtract.id))
        if one.choice["subject"] in known
        and fits(known[one.choice["subject"]], Choice.of(one.choice))
    ]


def _leave(
    session: Session,
    subject: Subject,
    choice: Choice,
    kind: str,
    reason: str,
    by: UUID,
    request_id: UUID | None,
) -> bytes:
    found = extract(subject, choice, clear=request_id is not None)
    name = f"{subject.key}-{in_tokyo(now()):%Y%m%d-%H%M}"
    content = packed(name, kind, found.heads, found.rows)
    digest = hashlib.sha256(content).hexdigest()
    run = ExtractRun(
        id=new_id(),
        request_id=request_id,
        choice=choice.said(),
        format=kind,
        reason=reason,
        rows=len(found.rows),
        sha256=digest,
        by=by,
    )
    session.add(run)
    _tell_residents(session, found.residents, by, reason)
    details = _codes(choice, kind) | {"rows": len(found.rows), "clear": request_id is not None}
    audit.record(session, "extract.taken", ("extract", request_id or run.id), **details)
    return content


def _tell_residents(session: Session, residents: Iterable[Any], by: UUID, reason: str) -> None:
    """A row of the residents' own access log for each."""
    find = registries().staff_department
    said = {
        "staff_id": by,
        "department": find(by) if find else "",
        "place": PLACE,
        "reason": REASON,
        "words": reason,
        "at": now(),
        "until": now(),
    }
    rows = [said | {"id": new_id(), "resident_id": one} for one in residents]
    if rows:
        session.execute(insert(ResidentLook), rows)


def _codes(choice: Choice, kind: str) -> dict[str, Any]:
    """For the log: names of columns, never a value."""
    return {
        "subject_key": choice.subject,
        "columns": list(choice.columns),
        "conditions": [f"{one.column}:{one.way}" for one in choice.conditions],
        "format": kind,
    }
