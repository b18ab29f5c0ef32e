"""By which words a clerk finds a page: how its name sounds, what residents and colleagues say.

A file and not messages: what is typed is Japanese or English, whatever the page's language.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from portal.core.errors import N_

# Pages clerks go to that are not in the menu: the endpoint and its name.
FURTHER: dict[str, str] = {
    "operations.home": N_("Staff home"),
    "notices.new": N_("Write a notice"),
    "notices.emergency": N_("Emergency"),
    "notices.test_phone": N_("Test phone"),
    "notice_templates.index": N_("Templates of notices"),
    "menus.modes": N_("Switch the mode"),
    "disaster.order": N_("Enter an evacuation order"),
    "repeats.new": N_("New repeat"),
    "segments.new": N_("New segment"),
    "answers_staff.new": N_("A new answer"),
    "answers_staff.findings": N_("Answers: look through"),
    "answers_staff.tables": N_("Answers as a table"),
    "answers_staff.synonyms": N_("Synonyms"),
    "tuning.decisions": N_("Dealt with"),
    "tuning.ticket_list": N_("Questions to staff"),
    "tuning.tests": N_("Test questions"),
    "tuning.release_list": N_("Releases"),
    "tuning.accuracy": N_("Accuracy"),
    "tuning.sample": N_("Monthly sample"),
    "tuning.replays": N_("Replays"),
    "tuning.trial": N_("Try out"),
    "garbage_staff.classes": N_("Classes of garbage"),
    "garbage_staff.districts": N_("Districts and days"),
    "garbage_staff.files": N_("Take files in"),
    "garbage_staff.history": N_("History of the garbage guide"),
    "catalogue_staff.findings": N_("Look through the catalogue"),
    "catalogue_staff.coming": N_("What changes soon"),
    "catalogue_staff.time_travel": N_("Time travel"),
    "city_pages.pages": N_("Pages of the city's website"),
    "city_pages.categories": N_("Categories of the city's website"),
    "kept_links.new": N_("Add a link"),
    "facilities.take": N_("Take a file in"),
    "report_board.on_map": N_("Map of the reports"),
    "report_settings.category_list": N_("Categories of reports"),
    "report_settings.areas": N_("Boundaries and roads"),
    "report_settings.keys": N_("Other programs"),
    "tickets.mine": N_("Ask those who run the service"),
    "assist.ask": N_("Ask for a one-time code"),
    "assist.give_list": N_("Print a code list"),
    "staff_accounts.new": N_("Add a clerk"),
    "staff_import.index": N_("Change many at once"),
    "staff_roles.new": N_("Compose a role"),
    "incidents.new": N_("Write an incident down"),
    "sla.entry": N_("Enter a value"),
    "watching.on_call": N_("Who is on call"),
    "design.desk": N_("Components of pages"),
    "console.shortcuts": N_("Keyboard shortcuts"),
}


@cache
def words() -> dict[str, str]:
    """Further words by endpoint; the names themselves need not stand there."""
    text = (Path(__file__).parent / "data" / "place_words.yaml").read_text("utf-8")
    found: dict[str, str] = yaml.safe_load(text)
    return found
