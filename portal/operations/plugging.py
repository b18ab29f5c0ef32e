"""What running the city plugs into the application: watching, incidents, tickets, figures."""

from __future__ import annotations

from flask import Flask

from portal.console import pages as console_pages
from portal.console import waiting
from portal.core import job_runs
from portal.core.errors import N_
from portal.core.job_runs import JobRun
from portal.core.personal_data import PersonalData, kept
from portal.core.registries import NavItem, registries
from portal.core.settings import Settings
from portal.operations.backups import pages as backup_pages
from portal.operations.extracts import plugging as extracting
from portal.operations.incidents import pages as incident_pages
from portal.operations.incidents.records import Incident, IncidentStep
from portal.operations.maintenance import banner
from portal.operations.maintenance import pages as maintenance_pages
from portal.operations.maintenance.records import PlannedStop
from portal.operations.sla import pages as sla_pages
from portal.operations.sla.records import SlaEntry
from portal.operations.tickets import bulk as ticket_bulk
from portal.operations.tickets import keeping as tickets
from portal.operations.tickets import pages as contact_pages
from portal.operations.tickets import plugging as ticket_plugging
from portal.operations.tickets import staff_pages as ticket_pages
from portal.operations.tickets.records import Ticket, TicketAct
from portal.operations.watching import alerts, machine, metrics, minutes, pages, probes
from portal.operations.watching.records import (
    AccessMinute,
    Alert,
    ChangeDay,
    FunctionDay,
    MachineSample,
    OnCall,
    Probe,
)

RECORDS = (
    JobRun,
    Probe,
    AccessMinute,
    ChangeDay,
    FunctionDay,
    MachineSample,
    Alert,
    OnCall,
    Incident,
    IncidentStep,
    Ticket,
    TicketAct,
    PlannedStop,
    SlaEntry,
    *extracting.RECORDS,
    *console_pages.RECORDS,
)
BLUEPRINTS = (
    pages.bp,
    backup_pages.bp,
    incident_pages.bp,
    contact_pages.bp,
    ticket_pages.bp,
    maintenance_pages.bp,
    sla_pages.bp,
)
NAV = (
    NavItem(
        "staff", N_("Service levels"), "sla.index", "chart", 81, needs=pages.SEE, group="figures"
    ),
    NavItem(
        "staff", N_("Watching"), "watching.index", "clock", 82, needs=pages.SEE, group="running"
    ),
    NavItem("staff", N_("Backups"), "backups.index", "save", 82, needs=pages.SEE, group="running"),
    NavItem(
        "staff", N_("Incidents"), "incidents.index", "alert", 83, needs=pages.SEE, group="running"
    ),
    NavItem(
        "staff",
        N_("Contact tickets"),
        "tickets.index",
        "talk",
        84,
        needs=ticket_pages.SEE,
        group="inbox",
    ),
    NavItem(
        "staff",
        N_("Planned maintenance"),
        "maintenance.index",
        "calendar",
        85,
        needs=pages.MANAGE,
        group="running",
    ),
)
ON_CALL = PersonalData(
    columns=kept(
        "on_call",
        "Whoever is on call is told of faults there; encrypted.",
        "Until the line is removed.",
        "mail",
        "line_user",
    )
)


def register(app: Flask) -> None:
    """Pages, ticks and counters."""
    settings: Settings = app.extensions["mado.settings"]
    minutes.install(app, settings)
    metrics.install(app)
    banner.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    extracting.register(app)
    found = registries(app)
    found.nav += NAV
    found.waiting += waiting.OWN
    found.bulk += ticket_bulk.ACTS
    console_pages.register(app)
    found.personal_data += [ON_CALL, ticket_plugging.DATA]
    found.merge_parts.append(ticket_plugging.Tickets())
    found.before_erasing.append(tickets.forget_resident)
    found.ticks += [
        ("job runs", job_runs.sweep),
        ("minutes", minutes.write),
        ("machine", machine.tick),
        ("probes", probes.tick),
        ("probes kept", probes.sweep),
        ("tickets kept", tickets.sweep),
        ("alerts", alerts.watch),  # last: it looks at what the others left
    ]
