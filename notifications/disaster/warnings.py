"""Weather: warnings (VPWW53 to 61), landslides, record rain (VPOA50), rain bands (VPBS50)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from notifications.disaster import kinds
from notifications.disaster.hits import Change, Hit, change_of
from notifications.disaster.places import Place
from notifications.disaster.xml import below, child, children, words

MUNICIPAL = "（市町村等）"


def weather(root: Element, place: Place) -> list[Hit]:
    """From the body's municipal part; the head says the same without what was before."""
    found = [_hits(item, place) for item in _items(root, MUNICIPAL)]
    return [hit for hits in found for hit in hits]


def landslide(root: Element, place: Place) -> list[Hit]:
    """土砂災害警戒情報, which stood for level 4 until May 2026 and ends with fiscal 2028."""
    hits = []
    for item, kind, area in _kinds(root, ""):
        if not place.is_city(words(area, "Code")):
            continue
        status = words(kind, "Status")
        grade = kinds.DANGER if words(kind, "Name").startswith("警戒") and status != "解除" else 0
        change = _by_status(grade, status, words(item, "ChangeStatus"))
        name, code = "土砂災害警戒情報", words(kind, "Code")
        hits.append(_hit("landslide", name, code, grade, grade, change, area))
    return hits


def record_rain(root: Element, place: Place) -> list[Hit]:
    """記録的短時間大雨情報: told for 一次細分区域; no level, and a clerk decides what it means."""
    hits = []
    for _, kind, area in _kinds(root, ""):
        if not place.is_region(words(area, "Code")):
            continue
        there = words(kind, "Status") == "発表"
        grade = kinds.WARNING if there else 0
        change = Change.NEW if there else Change.NONE
        name, code = words(kind, "Name"), words(kind, "Code")
        hits.append(_hit("record_rain", name, code, grade, None, change, area, exact=False))
    return hits


def rain_band(root: Element, place: Place) -> list[Hit]:
    """府県気象防災速報: a band of heavy rain that stays (線状降水帯), or is expected."""
    hits = []
    for item in below(child(root, "Head", "Headline"), "Item"):
        name = words(item, "Kind", "Condition") or words(item, "Kind", "Name")
        grade = kinds.WARNING if "発生" in name else kinds.ADVISORY
        hits += [
            _hit("rain_band", name, "", grade, None, Change.NEW, area, exact=False)
            for area in below(item, "Area")
            if place.is_region(words(area, "Code"))
        ]
    return hits


def _hits(item: Element, place: Place) -> list[Hit]:
    area = child(item, "Area")
    if not place.is_city(words(area, "Code")):
        return []
    told = words(item, "ChangeStatus")
    return [_weather(kind, area, told) for kind in children(item, "Kind")]


def _weather(kind: Element, area: Element | None, told: str) -> Hit:
    status = words(kind, "Status")
    last = child(kind, "LastKind")
    now = kinds.weather(words(kind, "Name"), words(kind, "Code"))
    before = kinds.weather(words(last, "Name"), words(last, "Code")) if last is not None else None
    lifted = status == "解除" or now.hazard == "none"
    # What is over is named by what it was: 「解除」 alone says nothing to anybody.
    named = before if before is not None and now.hazard == "none" else now
    grade = 0 if lifted else now.grade
    change = change_of(grade, before.grade if before else None, status)
    if change is Change.NEW and told.startswith("変化無"):
        change = Change.UNCHANGED
    level = grade if lifted and named.level is not None else now.level
    return Hit(
        named.hazard,
        named.name,
        named.code,
        grade,
        level,
        change,
        words(area, "Code"),
        words(area, "Name"),
        doubtful=now.doubtful,
    )


def _items(root: Element, ending: str) -> Iterator[Element]:
    for warning in children(child(root, "Body"), "Warning"):
        if warning.get("type", "").endswith(ending):
            yield from children(warning, "Item")


def _kinds(root: Element, ending: str) -> Iterator[tuple[Element, Element, Element | None]]:
    for item in _items(root, ending):
        for kind in children(item, "Kind"):
            yield item, kind, child(item, "Area")


def _by_status(grade: int, status: str, told: str) -> Change:
    if grade and (status == "継続" or told.startswith("変化無")):
        return Change.UNCHANGED
    return change_of(grade, None, status)


def _hit(
    hazard: str,
    name: str,
    code: str,
    grade: int,
    level: int | None,
    change: Change,
    area: Element | None,
    *,
    exact: bool = True,
) -> Hit:
    where, called = words(area, "Code"), words(area, "Name")
    return Hit(hazard, name, code, grade, level, change, where, called, exact)
