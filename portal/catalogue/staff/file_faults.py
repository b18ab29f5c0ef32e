"""What an import of a file could not take, in words for the clerk who brought the file."""

from __future__ import annotations

import re

from flask_babel import gettext

from portal.catalogue.staff.faults import WORDS as OF_ENTRIES
from portal.catalogue.staff.faults import say_problem
from portal.core.errors import N_

# What importing, importing_cells and machine_readable say (for the command line) → for the page.
WORDS: tuple[tuple[str, str], ...] = (
    (
        r"not in UTF-8.*",
        N_("The file can not be read. Please save it as CSV in UTF-8, not as a workbook."),
    ),
    (r"not a CSV table.*", N_("This is no CSV file.")),
    (r"no columns .*", N_("The columns with the number (ID) and the title were not found.")),
    (r"expected \S+ \d+", N_("This JSON file was not made here, or by an older version.")),
    (r"(?P<found>\d+) cells, (?P<asked>\d+) columns", N_("%(found)s cells, %(asked)s columns")),
    (r"expected small letters.*", N_("Please use small letters, digits and _ (2 to 40).")),
    (r"the same number is further up", N_("The same number stands further up.")),
    (r"is worked out from.*", N_("It is worked out from the rest, or has no place here.")),
    (
        r"\S+ has an open draft",
        N_("Somebody has a draft of it. Please approve or discard that first."),
    ),
    (
        r"a legal basis can only.*",
        N_("A legal basis can be taken away only in the editor."),
    ),
    (r"expected whole yen", N_("Please write whole yen as a number.")),
    (r"expected an address.*|not one address.*", N_("Please write one address with https://.")),
    (r"expected a number from 1 to 10", N_("Please write a number from 1 to 10.")),
    (r"no desk of this name", N_("There is no desk of this name.")),
    (r"no thing to bring of this name: (?P<name>.*)", N_("No thing to bring is called %(name)s.")),
    (r"no district of this name: (?P<name>.*)", N_("No district is called %(name)s.")),
    (
        r"(not a word of DS-491-1|not one of the choices)(: (?P<name>.*))?",
        N_("This word is not in the government's list."),
    ),
    (r"words beside the choice", N_("Please write the choice only, without other words.")),
    (r"a required value is missing|is missing", N_("Please fill this in.")),
    (r"nothing is an empty cell", N_("Please leave the cell empty where there is nothing.")),
    (r"not a plain number.*", N_("Please write a number without unit or comma.")),
    (r"(an era|not a date).*", N_("Please write the day as in 2026-04-01.")),
    (r"an empty or repeated value.*", N_("A value of the list is empty or stands twice.")),
    (r"not a plain code.*", N_("Please write letters, digits, _, . and - only.")),
    (r"not a key.*", N_("The key of an entry is not right.")),
    (r"Expecting .*|Extra data.*|Invalid .*|Unterminated .*", N_("This JSON file is damaged.")),
)


def say_trouble(problem: str) -> str:
    """The words in the page's language."""
    for pattern, message in WORDS:
        if found := re.fullmatch(pattern, problem):
            return str(gettext(message, **found.groupdict()))
    return say_problem(problem)


def is_known(problem: str) -> bool:
    """Whether the words are more than the problem itself."""
    return any(re.fullmatch(pattern, problem) for pattern, _ in (*WORDS, *OF_ENTRIES))
