"""Acts of clerks on reminders: a service's are switched off, and on again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.reminders.models import EVERY_SERVICE, ReminderSwitch
from portal.catalogue.load import load_catalogue
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import NotFound


def switch_off(session: Session, service: str, by: UUID) -> None:
    """Nobody is reminded of the service any more ("*": of anything); My Page shows it as before."""
    if service != EVERY_SERVICE and load_catalogue().find(service) is None:
        raise NotFound()
    session.execute(
        insert(ReminderSwitch).values(service=service, by=by, at=now()).on_conflict_do_nothing()
    )
    audit.record(session, "reminders.switched_off", ("service", service))


def switch_on(session: Session, service: str) -> None:
    """From the next night on; what was held back meanwhile is not told late."""
    session.execute(delete(ReminderSwitch).where(ReminderSwitch.service == service))
    audit.record(session, "reminders.switched_on", ("service", service))
