"""What is kept of people who tell the city about damage: why and how long, and how it is taken."""

from __future__ import annotations

from chatbot.reports.models import Report, ReportFollower
from portal.core.errors import N_
from portal.core.personal_data import PersonalData, kept, table_part

_END = "Some weeks after the report is closed (REPORT_PICTURES_DAYS)."
_WORK = "With the report: the city's record of its work."

PARTS = (
    table_part(
        "reports",
        N_("What you told the city about damage"),
        Report.resident_id,
        {
            "number": N_("Receipt number"),
            "category": N_("Category"),
            "words": N_("What was written"),
            "place": N_("Place"),
            "latitude": N_("Latitude"),
            "longitude": N_("Longitude"),
            "state": N_("State"),
            "mail": N_("Mail address for the answer"),
            "phone": N_("Telephone"),
            "line_user": N_("LINE"),
            "public_words": N_("Open data"),
            "created_at": N_("Told on"),
            "closed_at": N_("Closed on"),
        },
    ),
    table_part(
        "report_followers",
        N_("Reports you follow"),
        ReportFollower.resident_id,
        {
            "at": N_("Date"),
            "mail": N_("Mail address for the answer"),
            "line_user": N_("LINE"),
        },
    ),
)
COLUMNS = (
    kept("reports", "What is broken and where; encrypted.", _WORK, "words", "place")
    | kept(
        "reports",
        "The answer goes there; encrypted, opened by a clerk with an audit entry.",
        _END,
        "mail",
        "phone",
        "line_user",
    )
    | kept("report_followers", "The answer goes there; encrypted.", _END, "mail", "line_user")
    | kept("report_drafts", "A report that is being written; encrypted.", "24 hours.", "fields")
    | kept("report_acts", "Answers and notes on the work; encrypted.", _WORK, "words")
)
COLUMNS |= kept(
    "reports",
    "What kind of thing it is, whose ground, who takes it and how far it is; no person.",
    _WORK,
    "number",
    "state",
    "category",
    "district",
    "desk",
    "outside",
    "whose",
    "channel",
    "language",
    "public_words",
)
COLUMNS |= kept("report_followers", "In which language the answer goes.", _WORK, "language")
DATA = PersonalData(parts=PARTS, columns=COLUMNS)
