"""Acts on saved segments: keep, change (a new version), put away, bring back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.segments.saved import SavedSegment, SegmentVersion
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, NotFound


class NameTaken(Conflict):
    """Two segments of one name would be taken for each other."""

    message = N_("Another saved segment has this name.")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a clerk keeps; `body` is the segment's JSON, which can be asked today."""

    name: str
    description: str
    body: dict[str, Any]


def keep(session: Session, by: UUID, kept: Kept) -> SavedSegment:
    """A new saved segment, version 1."""
    _refuse_taken(session, kept.name, None)
    segment = SavedSegment(name=kept.name)
    session.add(segment)
    session.flush()
    _add_version(session, segment, by, kept)
    audit.record(session, "segment.kept", ("segment", segment.id), actor=("staff", by))
    return segment


def change(
    session: Session, segment_id: UUID, by: UUID, kept: Kept, *, looked_at: int
) -> SavedSegment:
    """The next version. Notices keep the copy they took; `looked_at` is the version on screen."""
    segment = _locked(session, segment_id)
    if segment.version != looked_at or segment.put_away_at is not None:
        raise Conflict()
    _refuse_taken(session, kept.name, segment_id)
    segment.version += 1
    segment.name = kept.name
    _add_version(session, segment, by, kept)
    audit.record(session, "segment.changed", ("segment", segment_id), version=segment.version)
    return segment


def put_away(session: Session, segment_id: UUID) -> None:
    """Offered nowhere any more; its versions stay."""
    segment = _locked(session, segment_id)
    if segment.put_away_at is not None:
        raise Conflict()
    segment.put_away_at = now()
    audit.record(session, "segment.put_away", ("segment", segment_id))


def bring_back(session: Session, segment_id: UUID) -> None:
    """Offered again."""
    segment = _locked(session, segment_id)
    if segment.put_away_at is None:
        raise Conflict()
    segment.put_away_at = None
    audit.record(session, "segment.brought_back", ("segment", segment_id))


def _add_version(session: Session, segment: SavedSegment, by: UUID, kept: Kept) -> None:
    session.add(
        SegmentVersion(
            segment_id=segment.id,
            version=segment.version,
            name=kept.name,
            description=kept.description,
            body=kept.body,
            by=by,
        )
    )
    session.flush()


def _refuse_taken(session: Session, name: str, own: UUID | None) -> None:
    other = session.scalar(select(SavedSegment.id).where(SavedSegment.name == name))
    if other is not None and other != own:
        raise NameTaken()


def _locked(session: Session, segment_id: UUID) -> SavedSegment:
    segment = session.get(SavedSegment, segment_id, with_for_update=True)
    if segment is None:
        raise NotFound()
    return segment
