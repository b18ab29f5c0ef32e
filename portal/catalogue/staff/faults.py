"""What is wrong with an entry, in words for the person at the form."""

from __future__ import annotations

import re

from flask_babel import gettext

from portal.core.errors import N_

# What the reader says (for files, in English) → what the form says.
WORDS: tuple[tuple[str, str], ...] = (
    (r"is missing", N_("Please fill this in.")),
    (r"longer than (?P<limit>\d+) characters", N_("Please use at most %(limit)s characters.")),
    (r"must be more than from.*", N_("This must come after the beginning.")),
    (r"must not be (less than|before).*", N_("This must come after the beginning.")),
    (r"must follow one another.*", N_("Versions must follow one another without overlap.")),
    (r"a sensitive service must be.*", N_("A sensitive service can be found by search only.")),
    (r"the rules must count from the same date", N_("These rules count from different dates.")),
    (r"expected a list of two or more rules", N_("Please give two or more rules.")),
    (r"a window begins at birth.*", N_("From birth goes with 0 months, and only with it.")),
    (r"a window ends at.*", N_("A window does not end at birth.")),
    (r"expected ages in rising order", N_("Please write the ages from small to large.")),
    (r"counts past the calendar", N_("This rule counts past the end of the calendar.")),
    (r"unknown milestone.*", N_("There is no milestone with this key.")),
    (r"no window has no days", N_("Either no window or its days.")),
)


def say_problem(problem: str) -> str:
    """The words of a problem in the page's language."""
    for pattern, message in WORDS:
        if found := re.fullmatch(pattern, problem):
            return str(gettext(message, **found.groupdict()))
    return str(gettext("Please check: %(problem)s", problem=problem))
