"""What of answers and reports waits for a clerk, as the clerks' first page counts it."""

from __future__ import annotations

from portal.core.errors import N_
from portal.core.registries import Waiting

# Questions, each counted once however often it was asked; the inbox puts near-same ones together,
# so that it may show fewer.
MISSED = """
SELECT count(*) FROM (
  SELECT folded FROM asked_questions AS a
   WHERE NOT trial AND folded <> '' AND day >= (%(now)s::timestamptz - interval '90 days')::date
     AND (solved IS FALSE OR kind = 'unknown')
     AND NOT EXISTS (SELECT FROM miss_decisions AS d
                      WHERE d.folded = a.folded AND d.undone_at IS NULL)
   GROUP BY folded) AS missed
"""
WAITING = (
    Waiting(N_("Questions without an answer"), "tuning.inbox", "knowledge.edit", MISSED),
    Waiting(
        N_("Questions to staff"),
        "tuning.ticket_list",
        "knowledge.edit",
        "SELECT count(*) FROM question_tickets WHERE answered_at IS NULL",
    ),
    Waiting(
        N_("Answers to approve"),
        "answers_staff.index",
        "knowledge.approve",
        "SELECT count(*) FROM answer_revisions WHERE state = 'proposed' AND thing = 'faq'"
        " AND author IS DISTINCT FROM %(me)s",
        {"state": "proposed"},
    ),
    Waiting(
        N_("New reports"),
        "report_board.index",
        "reports.view",
        "SELECT count(*) FROM reports WHERE state = 'received'",
        {"state": "received"},
        within="desk",
    ),
)
