"""Acts and reads on the kiosks' maintenance: a clerk enters a window, or takes it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import N_, Conflict, NotFound
from portal.guide.certificates import Window
from portal.guide.certificates_models import KioskMaintenance

LONGEST = timedelta(days=31)
MOST_ROWS = 200


class WrongTimes(Conflict):
    """A window that is over, ends before it begins, or lasts for months."""

    message = N_("The end must come after the beginning, lie ahead, and be within 31 days.")


def add(
    session: Session, starts_at: datetime, ends_at: datetime, device: str, chain: str, *, by: UUID
) -> KioskMaintenance:
    """Enter a window; raises WrongTimes."""
    if not starts_at < ends_at <= starts_at + LONGEST or ends_at <= now():
        raise WrongTimes()
    made = KioskMaintenance(
        starts_at=starts_at, ends_at=ends_at, device=device, chain=chain, author=by
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        "kiosks.maintenance_added",
        ("kiosk_maintenance", made.id),
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
        device=device,
        chain=chain,
    )
    return made


def take_back(session: Session, window_id: UUID) -> None:
    """A window is not to be, or ends now when it has begun."""
    found = session.get(KioskMaintenance, window_id, with_for_update=True)
    if found is None or found.taken_back_at is not None:
        raise NotFound()
    found.taken_back_at = now()
    audit.record(session, "kiosks.maintenance_taken_back", ("kiosk_maintenance", found.id))


def windows_ahead(moment: datetime) -> list[Window]:
    """Windows that are not over, the next first."""
    rows = read().execute(
        select(
            KioskMaintenance.starts_at,
            KioskMaintenance.ends_at,
            KioskMaintenance.device,
            KioskMaintenance.chain,
        )
        .where(KioskMaintenance.taken_back_at.is_(None), KioskMaintenance.ends_at > moment)
        .order_by(KioskMaintenance.starts_at)
        .limit(MOST_ROWS)
    )
    return [Window(*row) for row in rows]


def kept_windows(session: Session) -> list[KioskMaintenance]:
    """What was entered, the newest first."""
    found = select(KioskMaintenance).order_by(KioskMaintenance.starts_at.desc()).limit(MOST_ROWS)
    return list(session.scalars(found))
