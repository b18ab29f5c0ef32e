"""Designated rivers (VXKO50 to 89): level of the river, and the municipalities it would flood."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from notifications.disaster import kinds
from notifications.disaster.hits import Change, Hit
from notifications.disaster.places import Place
from notifications.disaster.xml import below, child, children, words

PREFECTURES = "（府県予報区等）"
AREAS = "（予報区域）"


def river(root: Element, place: Place) -> list[Hit]:
    """The river's level, where the city stands among those that would be flooded."""
    headline = child(root, "Head", "Headline")
    items = _items(headline, AREAS) or list(below(headline, "Item"))
    where = _mine(root, headline, place)
    if where is None or not items:
        return []
    code, called, exact = where
    return [_hit(item, code, called, exact=exact) for item in items]


def _mine(root: Element, headline: Element | None, place: Place) -> tuple[str, str, bool] | None:
    """The city's code and name; where a message names no cities at all, the prefecture's."""
    cities = [one for one in below(child(root, "Body"), "Area") if words(one, "CityCode")]
    for one in cities:
        if place.is_city(words(one, "CityCode")):
            return words(one, "CityCode"), words(one, "City"), True
    if cities:
        return None
    for item in _items(headline, PREFECTURES):
        for area in below(item, "Area"):
            if place.is_region(words(area, "Code")):
                return words(area, "Code"), words(area, "Name"), False
    return None


def _hit(item: Element, code: str, called: str, *, exact: bool) -> Hit:
    told = child(item, "Kind")
    kind = kinds.river(words(told, "Name"), words(told, "Code"))
    condition = words(told, "Condition")
    area = next(below(item, "Area"), None)
    change = Change.NEW if kind.grade else Change.LIFTED
    if "継続" in condition or "継続" in kind.name:
        change = Change.UNCHANGED
    river_name = f"{words(area, 'Name')} {kind.name}".strip()
    return Hit(
        f"river {words(area, 'Code')}".strip(),
        river_name, kind.code, kind.grade, kind.level, change, code, called, exact,
    )  # fmt: skip


def _items(headline: Element | None, ending: str) -> list[Element]:
    return [
        item
        for part in children(headline, "Information")
        if part.get("type", "").endswith(ending)
        for item in children(part, "Item")
    ]
