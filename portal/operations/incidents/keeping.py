"""Acts on incidents: open one, add a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, NotFound
from portal.operations.incidents import rules
from portal.operations.incidents.records import Incident, IncidentStep


class TooEarly(Conflict):
    """A step before the incident, or still to come."""

    message = N_("The time must lie between the detection and now.")


@dataclass(frozen=True)
class Told:
    """An incident with its steps, oldest first."""

    incident: Incident
    steps: Sequence[IncidentStep]

    @property
    def facts(self) -> list[rules.Step]:
        return [rules.Step(one.kind, one.at, one.until) for one in self.steps]

    @property
    def state(self) -> str:
        return rules.state(self.facts)

    @property
    def deadlines(self) -> list[rules.Deadline]:
        return rules.deadlines(self.incident.detected_at, self.facts, now())


def open_incident(
    session: Session,
    *,
    title: str,
    scope: str,
    cause: str,
    detected_at: datetime,
    by: UUID | None,
    alert_id: UUID | None = None,
) -> Incident:
    """Write an incident down. Raises TooEarly for a moment still to come."""
    if detected_at > now():
        raise TooEarly()
    made = Incident(
        title=title,
        scope=scope,
        cause=cause,
        detected_at=detected_at,
        created_by=by,
        alert_id=alert_id,
    )
    session.add(made)
    session.flush()
    audit.record(session, "incident.opened", ("incident", made.id), cause=cause)
    return made


def add_step(
    session: Session,
    incident_id: UUID,
    kind: str,
    *,
    at: datetime,
    words: str,
    by: UUID | None,
    until: datetime | None = None,
) -> IncidentStep:
    """A further step; what was written stays. Raises NotFound or TooEarly."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound()
    if not incident.detected_at <= at <= now():
        raise TooEarly()
    step = IncidentStep(incident_id=incident_id, kind=kind, at=at, until=until, words=words, by=by)
    session.add(step)
    session.flush()
    audit.record(session, "incident.step", ("incident", incident_id), kind=kind)
    return step


def told(session: Session, incident_id: UUID) -> Told:
    """One incident."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound()
    return Told(incident, _steps(session, [incident])[incident.id])


def between(session: Session, begin: datetime, end: datetime) -> list[Told]:
    """Incidents detected from `begin` and before `end`, newest first."""
    chosen = select(Incident).where(Incident.detected_at >= begin, Incident.detected_at < end)
    found = list(session.scalars(chosen.order_by(Incident.detected_at.desc())))
    steps = _steps(session, found)
    return [Told(one, steps[one.id]) for one in found]


def _steps(session: Session, incidents: list[Incident]) -> dict[UUID, list[IncidentStep]]:
    ids = [one.id for one in incidents]
    found: dict[UUID, list[IncidentStep]] = {one: [] for one in ids}
    chosen = select(IncidentStep).where(IncidentStep.incident_id.in_(ids))
    for step in session.scalars(chosen.order_by(IncidentStep.at, IncidentStep.id)):
        found[step.incident_id].append(step)
    return found
