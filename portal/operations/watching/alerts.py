"""Tells whoever is on call of a fault, once; that it is still there, seldom; that it is over."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core import audit, job_runs, outbox
from portal.core.clock import in_tokyo, now
from portal.core.db import read, transaction
from portal.core.settings import Settings
from portal.operations.watching import machine, rules
from portal.operations.watching.records import Alert, OnCall, Probe

LOOKED_BACK = timedelta(minutes=15)
NEWEST_BACKUP = "SELECT max(ended_at) FROM backup_runs WHERE kind = 'base' AND outcome = 'done'"
LANGUAGE = "ja"


def state() -> rules.State:
    """What the rows say now."""
    recent = select(Probe.page, Probe.ok).where(Probe.at > now() - LOOKED_BACK)
    looks: dict[str, list[bool]] = defaultdict(list)
    for page, ok in read().execute(recent.order_by(Probe.at.desc())):
        looks[page].append(ok)
    return rules.State(
        failing_jobs=frozenset(job_runs.failing()),
        looks=dict(looks),
        last_backup=last_backup(),
        disk_free=machine.disk_free(),
    )


def last_backup() -> datetime | None:
    """When the newest backup that went well was finished."""
    found: datetime | None = read().execute(text(NEWEST_BACKUP)).scalar()
    return found


def watch() -> dict[str, int]:
    """A tick: open, tell, close."""
    moment, found = now(), rules.faults(state(), now())
    with transaction() as session:
        known = {a.fault: a for a in session.scalars(select(Alert).where(Alert.over_at.is_(None)))}
        opened = [rules.Open(a.fault, a.told_at) for a in known.values()]
        todo = rules.steps(found, opened, moment)
        for fault, detail in todo.new.items():
            _open(session, fault, detail)
        for fault in sorted(todo.again):
            tell(session, known[fault], "again", quiet=True)
        for fault in sorted(todo.over):
            _close(session, known[fault])
    return {"opened": len(todo.new), "over": len(todo.over)}


def _open(session: Session, fault: str, detail: str) -> None:
    alert = Alert(fault=fault, detail=detail)
    session.add(alert)
    session.flush()
    audit.record(session, "alert.opened", ("alert", alert.id), fault=fault)
    tell(session, alert, "new")


def _close(session: Session, alert: Alert) -> None:
    alert.over_at = now()
    audit.record(session, "alert.over", ("alert", alert.id), fault=alert.fault)
    tell(session, alert, "over")


def tell(session: Session, alert: Alert, what: str, *, quiet: bool = False) -> int:
    """By mail and LINE to who is on call now; quietly: by mail alone. Returns messages."""
    settings: Settings = current_app.extensions["mado.settings"]
    params = {
        "what": what,
        "fault": alert.fault,
        "detail": alert.detail,
        "since": f"{in_tokyo(alert.opened_at):%Y-%m-%d %H:%M}",
        "page": f"{settings.STAFF_URL}/staff/watching",
    }
    found = [one for one in addressees(session) if not (quiet and one[0] == "line")]
    for channel, to in found:
        outbox.post(session, channel, to, "portal_alert", params, language=LANGUAGE)
    alert.told_at, alert.told = now(), alert.told + len(found)
    return len(found)


def addressees(session: Session) -> list[tuple[str, str]]:
    """Channel and address of everybody on call now; nobody: the address of the settings."""
    moment = now()
    due = select(OnCall).where(OnCall.starts_at <= moment, OnCall.ends_at > moment)
    found = []
    for one in session.scalars(due):
        found += [(c, to) for c, to in (("mail", one.mail), ("line", one.line_user)) if to]
    settings: Settings = current_app.extensions["mado.settings"]
    if not found and settings.ALERTS_TO:
        found = [("mail", settings.ALERTS_TO)]
    return found
