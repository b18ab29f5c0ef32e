"""What somebody is about to tell: kept part by part, so that nothing typed or taken is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from chatbot.reports import picture_store
from chatbot.reports.models import ReportDraft, ReportPicture
from chatbot.reports.pictures import CleanPicture
from chatbot.reports.rules import DRAFT_FOR, MOST_PICTURES
from portal.core.clock import now
from portal.core.db import after_commit
from portal.core.errors import N_, MadoError, NotFound
from portal.maps.places import Point


class TooManyPictures(MadoError):
    """A report has three pictures at most."""

    message = N_("At most three pictures can be sent.")


def find(session: Session, owner: bytes, *, locked: bool = False) -> ReportDraft | None:
    """The owner's draft, if it is younger than a day; `locked` against a second tap."""
    chosen = select(ReportDraft).where(
        ReportDraft.owner_hash == owner, ReportDraft.changed_at > now() - DRAFT_FOR
    )
    return session.scalar(chosen.with_for_update() if locked else chosen)


def finish(draft: ReportDraft, row_id: UUID, number: str) -> None:
    """It became a report (or a "me too"): who sends it once more is led to the same."""
    draft.fields = {"sent": str(row_id), "number": number}
    draft.changed_at = now()


def begin(session: Session, owner: bytes, channel: str) -> ReportDraft:
    """The owner's draft, a new one where there is none; two events at once make one."""
    lock = int.from_bytes(owner[:8], "big", signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": lock})
    found = find(session, owner)
    if found is None:
        drop_of(session, owner)
        found = ReportDraft(owner_hash=owner, channel=channel, fields={})
        session.add(found)
        session.flush()
    return found


def change(draft: ReportDraft, **fields: Any) -> None:
    """Set fields; None takes one away."""
    merged = draft.fields | fields
    draft.fields = {name: value for name, value in merged.items() if value not in (None, "")}
    draft.changed_at = now()


def point(draft: ReportDraft) -> Point | None:
    """The place, once it is known."""
    latitude, longitude = draft.fields.get("latitude"), draft.fields.get("longitude")
    return None if latitude is None or longitude is None else Point(latitude, longitude)


def pictures(session: Session, draft: ReportDraft) -> Sequence[ReportPicture]:
    """Its pictures, in the order they came."""
    chosen = select(ReportPicture).where(ReportPicture.draft_id == draft.id)
    return session.scalars(chosen.order_by(ReportPicture.id)).all()


def add_picture(
    session: Session, draft: ReportDraft, picture: CleanPicture, message_id: str | None = None
) -> ReportPicture:
    """Keep a cleaned picture with the draft; raises TooManyPictures."""
    chosen = select(func.count()).where(ReportPicture.draft_id == draft.id)
    if (session.scalar(chosen) or 0) >= MOST_PICTURES:
        raise TooManyPictures()
    row = ReportPicture(
        draft_id=draft.id,
        file=picture_store.put(picture),
        width=picture.width,
        height=picture.height,
        line_message_id=message_id,
    )
    session.add(row)
    session.flush()
    draft.changed_at = now()
    return row


def remove_picture(session: Session, draft: ReportDraft, picture_id: UUID) -> None:
    """One picture of this draft goes."""
    row = session.get(ReportPicture, picture_id)
    if row is None or row.draft_id != draft.id:
        raise NotFound()
    drop_picture(session, row)


def drop_picture(session: Session, row: ReportPicture) -> None:
    """A picture goes, its files once that is certain."""
    name = row.file
    session.delete(row)
    after_commit(session, lambda: picture_store.drop(name))


def drop(session: Session, draft: ReportDraft) -> None:
    """Nothing of it stays."""
    drop_pictures(session, draft)
    session.flush()
    session.delete(draft)


def drop_pictures(session: Session, draft: ReportDraft) -> None:
    """None of its pictures stay."""
    for row in pictures(session, draft):
        drop_picture(session, row)


def drop_of(session: Session, owner: bytes) -> None:
    """Whatever this owner has, however old."""
    old = session.scalar(select(ReportDraft).where(ReportDraft.owner_hash == owner))
    if old is not None:
        drop(session, old)
        session.flush()


def drop_older_than(session: Session, moment: datetime) -> int:
    """Drafts nobody came back to; returns how many."""
    old = session.scalars(
        select(ReportDraft).where(ReportDraft.changed_at < moment).limit(500)
    ).all()
    for draft in old:
        drop(session, draft)
    return len(old)
