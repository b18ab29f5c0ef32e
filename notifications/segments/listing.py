"""Saved segments as pages read them: the list, one with its history, what the picker offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from notifications.notices.models import Notice
from notifications.segments.saved import SavedSegment, SegmentVersion
from portal.core.db import read

MOST = 200


@dataclass(frozen=True, slots=True)
class Source:
    """The saved segment, and its version, that a copy came from."""

    segment_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a saved segment."""

    segment_id: UUID
    version: int
    name: str
    description: str
    body: dict[str, Any]
    by: UUID
    at: datetime
    put_away: bool = False
    newest: int = 0


def newest(*, put_away: bool = False) -> list[Version]:
    """Every saved segment at its newest version, by name."""
    state = (
        SavedSegment.put_away_at.is_not(None) if put_away else SavedSegment.put_away_at.is_(None)
    )
    return _found(
        select(SavedSegment, SegmentVersion)
        .join(
            SegmentVersion,
            and_(
                SegmentVersion.segment_id == SavedSegment.id,
                SegmentVersion.version == SavedSegment.version,
            ),
        )
        .where(state)
        .order_by(SavedSegment.name)
        .limit(MOST)
    )


def history(segment_id: UUID) -> list[Version]:
    """All versions, the newest first; empty when there is no such segment."""
    return _found(
        select(SavedSegment, SegmentVersion)
        .join(SegmentVersion, SegmentVersion.segment_id == SavedSegment.id)
        .where(SavedSegment.id == segment_id)
        .order_by(SegmentVersion.version.desc())
    )


def version_of(source: Source) -> Version | None:
    """The version a copy came from."""
    found = (each for each in history(source.segment_id) if each.version == source.version)
    return next(found, None)


def uses(segment_id: UUID) -> dict[int, int]:
    """How many notices came from each version."""
    rows = read().execute(
        select(Notice.segment_version, func.count())
        .where(Notice.segment_id == segment_id)
        .group_by(Notice.segment_version)
    )
    return {version: number for version, number in rows if version is not None}


def _found(statement: Any) -> list[Version]:
    saved, version = SavedSegment.__table__.c, SegmentVersion.__table__.c
    columns = statement.with_only_columns(
        version.segment_id, version.version, version.name, version.description, version.body,
        version.by, version.at, saved.put_away_at.is_not(None), saved.version,
        maintain_column_froms=True,
    )  # fmt: skip
    return [Version(*row) for row in read().execute(columns)]
