"""What clerks may extract of reports and of questions to the bot."""

from __future__ import annotations

from chatbot.reports.models import Report
from chatbot.tuning.models import AskedCount
from portal.core.errors import N_
from portal.core.extracting import DAY, FLAG, MOMENT, NUMBER, TEXT, Column, Subject

REPORTS = Subject(
    "reports",
    N_("Reports of faults"),
    Report.__table__,
    (
        Column("number", N_("Receipt number"), TEXT, Report.number),
        Column("state", N_("Status"), TEXT, Report.state),
        Column("category", N_("Category"), TEXT, Report.category),
        Column("district", N_("District"), TEXT, Report.district),
        Column("desk", N_("Desk"), TEXT, Report.desk),
        Column("channel", N_("Channel"), TEXT, Report.channel),
        Column("at", N_("Sent on"), MOMENT, Report.created_at),
        Column("closed", N_("Closed at"), MOMENT, Report.closed_at),
        Column("outside", N_("Outside the city"), FLAG, Report.outside),
        Column("resident", N_("Resident's number"), TEXT, Report.resident_id, personal=True),
        Column("mail", N_("E-mail address"), TEXT, Report.mail, personal=True),
        Column("phone", N_("Phone number"), TEXT, Report.phone, personal=True),
    ),
    (Report.created_at, Report.id),
    resident=Report.resident_id,
)
QUESTIONS = Subject(
    "questions",
    N_("Questions to the bot, counted"),
    AskedCount.__table__,
    (
        Column("day", N_("Day"), DAY, AskedCount.day),
        Column("channel", N_("Channel"), TEXT, AskedCount.channel),
        Column("kind", N_("Kind"), TEXT, AskedCount.kind),
        Column("answer", N_("Answer"), TEXT, AskedCount.key),
        Column("times", N_("Times"), NUMBER, AskedCount.times),
        Column("solved", N_("Solved"), NUMBER, AskedCount.solved),
        Column("unsolved", N_("Not solved"), NUMBER, AskedCount.unsolved),
    ),
    (AskedCount.day, AskedCount.channel, AskedCount.kind, AskedCount.key),
)
SUBJECTS = (REPORTS, QUESTIONS)
