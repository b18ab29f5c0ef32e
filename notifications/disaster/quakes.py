"""Earthquakes: 震度速報 (VXSE51), 震源に関する情報 (VXSE52), 震源・震度に関する情報 (VXSE53)."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from notifications.disaster import shaking
from notifications.disaster.hits import Change, Hit
from notifications.disaster.places import Place
from notifications.disaster.xml import below, child, children, words


def quick(root: Element, place: Place) -> list[Hit]:
    """Only areas of a prefecture's size, from intensity 3 on."""
    areas = list(below(child(root, "Body", "Intensity", "Observation"), "Area"))
    found = _strongest(areas, place.is_seismic, exact=bool(place.seismic))
    return found or _from_head(root, place)


def full(root: Element, place: Place) -> list[Hit]:
    """The municipality itself, with its wards; else nothing was felt or measured there."""
    observed = child(root, "Body", "Intensity", "Observation")
    return _strongest(list(below(observed, "City")), place.is_city, exact=True)


def nothing(_root: Element, _place: Place) -> list[Hit]:
    """Where the earthquake was; how strong it was anywhere is not in it."""
    return []


def _strongest(areas: list[Element], fits: Callable[[str], bool], *, exact: bool) -> list[Hit]:
    mine = [area for area in areas if fits(words(area, "Code"))]
    hits = [_hit(_height(area), area, exact=exact) for area in mine]
    return sorted((hit for hit in hits if hit.grade), key=lambda hit: -shaking.place(hit.name))


def _height(area: Element) -> int:
    """MaxInt, or where a station's figure has not come in what the agency says of it instead."""
    told = [words(area, "MaxInt"), words(area, "Condition")]
    told += [words(one, "Int") for one in children(area, "IntensityStation")]
    return max(shaking.place(one) for one in told)


def _from_head(root: Element, place: Place) -> list[Hit]:
    hits = []
    for item in below(child(root, "Head", "Headline"), "Item"):
        height = shaking.place(words(item, "Kind", "Name"))
        areas = [one for one in below(item, "Area") if place.is_seismic(words(one, "Code"))]
        hits += [_hit(height, one, exact=bool(place.seismic)) for one in areas if height >= 0]
    return sorted(hits, key=lambda hit: -shaking.place(hit.name))


def _hit(height: int, area: Element, *, exact: bool) -> Hit:
    where, called = words(area, "Code"), words(area, "Name")
    weight, name = shaking.grade(height), shaking.said(height)
    return Hit("earthquake", name, "", weight, None, Change.NEW, where, called, exact)
