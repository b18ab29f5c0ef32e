"""Health and figures for machines; what is watched, and who is on call, for clerks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import delete, select
from werkzeug.wrappers import Response as AnyResponse

from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import N_, NotFound
from portal.core.job_runs import ROUND, JobRun
from portal.core.web.access import machine, staff
from portal.operations.incidents.records import Incident
from portal.operations.watching import alerts, deep, machines, metrics
from portal.operations.watching.forms import OnCallForm
from portal.operations.watching.probes import PAGES
from portal.operations.watching.records import Alert, OnCall, Probe

bp = Blueprint("watching", __name__)
SEE, MANAGE = "operations.view", "operations.manage"
SHOWN = 50
FAULTS = {
    "job": N_("A job fails: %(name)s"),
    "probe": N_("A public page does not answer: %(name)s"),
    "backup": N_("The backup is late"),
    "disk": N_("The disk is nearly full"),
}

PARTS = {
    "database": N_("Database"),
    "queue": N_("Queue of jobs"),
    "disk": N_("Room on the disk"),
    "tick": N_("Round of every minute"),
    "outbox": N_("Messages that wait"),
    "answers": N_("Process of the bot's answers"),
    "alerts": N_("Faults that are open"),
}
PAGE_WORDS = {
    "home": N_("The first page"),
    "services": N_("List of services"),
    "search": N_("Search"),
}


def fault_words(fault: str) -> str:
    """A fault as people say it."""
    kind, _, name = fault.partition(":")
    words = FAULTS.get(kind)
    return gettext(words, name=name) if words else fault


@bp.get("/health/deep")
@machine
def health_deep() -> tuple[dict[str, Any], int]:
    """Every thing the portal needs, one by one; 503 when one of them is not well."""
    machines.insist()
    found = deep.look()
    well = all(one["ok"] for one in found.values())
    return {"status": "ok" if well else "ill", "checks": found}, 200 if well else 503


@bp.get("/metrics")
@machine
def figures() -> Response:
    """For Prometheus."""
    machines.insist()
    return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@bp.get("/staff/watching")
@staff(SEE)
def index() -> str:
    """Faults, the newest looks, runs and who is on call."""
    faults = _all(
        select(Alert).order_by(Alert.over_at.desc().nulls_first(), Alert.opened_at.desc())
    )
    runs = select(JobRun).where(JobRun.job != ROUND).order_by(JobRun.started_at.desc())
    looks = select(Probe).order_by(Probe.at.desc())
    return render_template(
        "portal/operations/watching.html",
        alerts=faults,
        incidents=_incidents([one.id for one in faults]),
        looks=_all(looks, len(PAGES)),
        runs=_all(runs),
        checks=deep.look(),
        fault_words=fault_words,
        parts=PARTS,
        pages=PAGE_WORDS,
    )


def _incidents(alerts: list[UUID]) -> dict[UUID, Incident]:
    """What was written down of these alerts; the first one of each."""
    chosen = select(Incident).where(Incident.alert_id.in_(alerts))
    with transaction() as session:
        found = session.scalars(chosen.order_by(Incident.created_at.desc()))
        return {one.alert_id: one for one in found if one.alert_id}


def _all(found: Any, most: int = SHOWN) -> list[Any]:
    with transaction() as session:
        return list(session.scalars(found.limit(most)))


@bp.route("/staff/watching/on-call", methods=["GET", "POST"])
@staff(MANAGE)
def on_call() -> str | AnyResponse:
    """The table, and a form for a further line."""
    form = OnCallForm()
    if form.valid():
        with transaction() as session:
            row = OnCall()
            form.populate_obj(row)
            row.mail, row.line_user = row.mail or None, row.line_user or None
            session.add(row)
            session.flush()
            audit.record(session, "on_call.added", ("on_call", row.id))
        flash(gettext("The line is kept."), "success")
        return redirect(url_for("watching.on_call"), 303)
    coming = _all(select(OnCall).where(OnCall.ends_at > now()).order_by(OnCall.starts_at))
    return render_template("portal/operations/on_call.html", form=form, lines=coming, now=now())


@bp.post("/staff/watching/on-call/<uuid:line_id>/removal")
@staff(MANAGE)
def remove(line_id: UUID) -> AnyResponse:
    """Take a line out."""
    with transaction() as session:
        gone = session.execute(delete(OnCall).where(OnCall.id == line_id).returning(OnCall.id))
        if gone.first() is None:
            raise NotFound()
        audit.record(session, "on_call.removed", ("on_call", line_id))
    flash(gettext("The line is removed."), "success")
    return redirect(url_for("watching.on_call"), 303)


@bp.post("/staff/watching/on-call/trial")
@staff(MANAGE)
def trial() -> AnyResponse:
    """A message to who is on call now, to see that it comes."""
    with transaction() as session:
        trial_of = Alert(fault="trial", opened_at=now(), told=0, detail="")
        count = alerts.tell(session, trial_of, "trial")
        audit.record(session, "on_call.tried", None, messages=count)
    if count:
        flash(gettext("A trial message is on its way (%(count)s).", count=count), "success")
    else:
        flash(gettext("Nobody is on call now, and the settings name no address."), "error")
    return redirect(url_for("watching.on_call"), 303)
