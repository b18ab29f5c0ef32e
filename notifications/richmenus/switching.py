"""Acts on modes: a clerk switches to the menus of disaster or maintenance, for a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notifications.richmenus.keeping import SYNC
from notifications.richmenus.models import MenuPeriod
from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.errors import Conflict, NotFound


def begin(
    session: Session, by: UUID, mode: str, starts_at: datetime | None, ends_at: datetime | None
) -> MenuPeriod:
    """From now or later, until a time or until it is ended."""
    period = MenuPeriod(mode=mode, starts_at=starts_at or now(), ends_at=ends_at, by=by)
    session.add(period)
    session.flush()
    audit.record(session, "menu.mode_begun", ("menu_period", period.id), mode=mode)
    jobs.ring(session, SYNC)
    return period


def end(session: Session, period_id: UUID, by: UUID) -> None:
    """Back to what else holds."""
    period = session.get(MenuPeriod, period_id, with_for_update=True)
    if period is None:
        raise NotFound()
    if period.ended_at is not None:
        raise Conflict()
    period.ended_at, period.ended_by = now(), by
    audit.record(session, "menu.mode_ended", ("menu_period", period_id), mode=period.mode)
    jobs.ring(session, SYNC)
