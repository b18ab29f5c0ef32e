"""What is collected where on a day, for reminders the evening before; they know no guide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from chatbot.garbage.days import collections_on, failing_on
from chatbot.garbage.items import District, Guide
from chatbot.garbage.store import load_guide
from portal.core.registries import Collecting


def on(day: date) -> list[Collecting]:
    """Every place with collection days, also where nothing is collected on the day."""
    guide = load_guide()
    return [_at(guide, place, day) for place in guide.districts.values() if place.days]


def _at(guide: Guide, place: District, day: date) -> Collecting:
    return Collecting(
        place=place.key,
        district=place.part_of or place.key,
        name=place.names,
        collected=_names(guide, collections_on(place, day)),
        left_out=_names(guide, failing_on(place, day)),
    )


def _names(guide: Guide, keys: Iterable[str]) -> tuple[Mapping[str, str], ...]:
    return tuple(guide.classes[key].names for key in keys if key in guide.classes)
