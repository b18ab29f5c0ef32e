"""Tsunami: 津波警報・注意報・予報 (VTSE41), told for forecast areas of the coast."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from notifications.disaster import kinds
from notifications.disaster.hits import Hit, change_of
from notifications.disaster.places import Place
from notifications.disaster.xml import child, children, words


def tsunami(root: Element, place: Place) -> list[Hit]:
    """From the forecast, which says for each area what was in force before."""
    forecast = child(root, "Body", "Tsunami", "Forecast")
    items = [
        item for item in children(forecast, "Item") if place.is_tsunami(words(item, "Area", "Code"))
    ]
    return [_hit(item, exact=bool(place.tsunami)) for item in items]


def _hit(item: Element, *, exact: bool) -> Hit:
    category = child(item, "Category")
    now = kinds.tsunami(words(category, "Kind", "Name"), words(category, "Kind", "Code"))
    last = child(category, "LastKind")
    before = kinds.tsunami(words(last, "Name"), words(last, "Code")).grade
    change = change_of(now.grade, before if last is not None else None, "")
    where, called = words(item, "Area", "Code"), words(item, "Area", "Name")
    return Hit(
        "tsunami", now.name, now.code, now.grade, None, change, where, called, exact, now.doubtful
    )
