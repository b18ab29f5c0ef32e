"""A desk as pages show it: place, hours, telephone, and whether it is open today."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext

from portal.catalogue.model import Desk
from portal.core.holidays import is_closed


def desk_words(desk: Desk, today: date, language: str) -> dict[str, Any]:
    """The desk for the desk card; a day off is said with its hours."""
    hours = desk.hours.say(language)
    if is_closed(today):
        hours = gettext("%(hours)s (closed today)", hours=hours)
    return {
        "name": desk.name.say(language),
        "place": desk.place.say(language),
        "hours": hours,
        "phone": desk.phone,
    }
