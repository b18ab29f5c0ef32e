"""What causes, steps and deadlines of incidents are called."""

from __future__ import annotations

from portal.core.errors import N_

CAUSE_WORDS = {
    "unknown": N_("Not known yet"),
    "machine": N_("Machine"),
    "program": N_("Program"),
    "human": N_("Human error"),
    "outside": N_("Another service or the city's network"),
    "disaster": N_("Disaster"),
    "attack": N_("Attack"),
}
STEP_WORDS = {
    "notified": N_("The city hall was told"),
    "plan": N_("The plan was told"),
    "answer": N_("First answer on the cause"),
    "agreed": N_("A time of restoring was agreed on"),
    "restored": N_("Restored"),
    "final": N_("Final report"),
    "note": N_("Note"),
}
STATE_WORDS = {
    "open": N_("Incident under way"),
    "restored": N_("Restored, report to come"),
    "closed": N_("Reported and closed"),
}
DEADLINE_WORDS = {
    "kept": N_("In time"),
    "late": N_("Done too late"),
    "waiting": N_("Still in time"),
    "missed": N_("Time has passed"),
}
