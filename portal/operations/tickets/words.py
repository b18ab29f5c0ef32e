"""What topics, states and acts of tickets are called."""

from __future__ import annotations

from portal.core.errors import N_
from portal.operations.tickets.records import Ticket

TOPIC_WORDS = {
    "use": N_("How to use this service"),
    "trouble": N_("Something does not work"),
    "wrong": N_("What stands here is wrong"),
    "request": N_("A wish or an idea"),
    "other": N_("Something else about this service"),
}
KIND_WORDS = {"resident": N_("From a resident"), "staff": N_("From a clerk")}
STATE_WORDS = {
    "open": N_("Not answered yet"),
    "late": N_("Not answered in 48 hours"),
    "answered": N_("Answered"),
    "closed": N_("Closed"),
}
ACT_WORDS = {
    "answer": N_("Answer"),
    "note": N_("Note for clerks"),
    "closed": N_("Closed"),
    "reopened": N_("Opened again"),
    "faq": N_("Made a draft of the FAQ"),
}


def state(ticket: Ticket) -> str:
    """What the facts say; `late` is said by `rules` where the clock is known."""
    if ticket.closed_at:
        return "closed"
    return "answered" if ticket.answered_at else "open"
