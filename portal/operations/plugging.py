"""What running the city plugs into the application: watching, incidents, tickets, figures."""

from __future__ import annotations

from flask import Flask

from portal.core import job_runs
from portal.core.errors import N_
from portal.core.job_runs import JobRun
from portal.core.personal_data import PersonalData, kept
from portal.core.registries import NavItem, registries
from portal.core.settings import Settings
from portal.operations.watching import alerts, machine, metrics, minutes, pages, probes
from portal.operations.watching.records import (
    AccessMinute,
    Alert,
    FunctionDay,
    MachineSample,
    OnCall,
    Probe,
)

RECORDS = (JobRun, Probe, AccessMinute, FunctionDay, MachineSample, Alert, OnCall)
NAV = (NavItem("staff", N_("Watching"), "watching.index", "clock", 82, needs=pages.SEE),)
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
    app.register_blueprint(pages.bp)
    found = registries(app)
    found.nav += NAV
    found.personal_data.append(ON_CALL)
    found.ticks += [
        ("job runs", job_runs.sweep),
        ("minutes", minutes.write),
        ("machine", machine.tick),
        ("probes", probes.tick),
        ("probes kept", probes.sweep),
        ("alerts", alerts.watch),  # last: it looks at what the others left
    ]
