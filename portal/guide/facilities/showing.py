"""Facilities as residents and the search see them: open today, how far, what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Flask
from flask_babel import gettext, lazy_gettext

from portal.catalogue.load import load_catalogue
from portal.core.clock import in_tokyo, now
from portal.core.db import rows
from portal.core.holidays import is_holiday, is_year_end
from portal.core.i18n import current_language
from portal.guide.facilities.columns import DANGERS
from portal.guide.facilities.hours import Today, today_at
from portal.search.documents import Document, Source, add_source

MOST = 200
KIOSKS = "コンビニ交付"  # the kind under which a city lists shops with a kiosk, where it does
FLAGS: Mapping[str, Any] = {
    "flood": lazy_gettext("Flood"),
    "landslide": lazy_gettext("Landslide"),
    "storm_surge": lazy_gettext("Storm surge"),
    "earthquake": lazy_gettext("Earthquake"),
    "tsunami": lazy_gettext("Tsunami"),
    "fire": lazy_gettext("Large fire"),
    "inland_flood": lazy_gettext("Flooding from rain"),
    "volcano": lazy_gettext("Volcano"),
    "also_shelter": lazy_gettext("People can stay here"),
    "ramp": lazy_gettext("Wheelchairs can get in"),
    "lift": lazy_gettext("Lift"),
    "toilet": lazy_gettext("Accessible toilet"),
    "ostomate": lazy_gettext("Toilet for ostomates"),
    "nursing": lazy_gettext("Room for nursing"),
    "nappy": lazy_gettext("Place to change nappies"),
    "braille": lazy_gettext("Tactile paving"),
}
COLUMNS = """id, dataset, name, name_en, kind, address, district, latitude, longitude, phone, days,
       opens, closes, times_note, flags, capacity, url, note, kana"""
LIST = f"""
SELECT {COLUMNS} FROM facilities
 WHERE dataset = %(dataset)s AND withdrawn_at IS NULL
   AND (%(kind)s = '' OR kind = %(kind)s)
   AND (%(flag)s = '' OR %(flag)s = ANY(flags))
   AND (%(like)s = '' OR name ILIKE %(like)s OR kana ILIKE %(like)s OR address ILIKE %(like)s)
 ORDER BY kana, name, id LIMIT {MOST}
"""  # noqa: S608  (constants only)
ONE = f"SELECT {COLUMNS} FROM facilities WHERE id = %(id)s AND withdrawn_at IS NULL"  # noqa: S608
ALL = f"SELECT {COLUMNS} FROM facilities WHERE withdrawn_at IS NULL"  # noqa: S608
KINDS = """
SELECT kind, count(*) FROM facilities
 WHERE dataset = 'facility' AND withdrawn_at IS NULL AND kind <> '' GROUP BY kind ORDER BY kind
"""
CENTRES = """
SELECT district, avg(latitude), avg(longitude) FROM facilities
 WHERE withdrawn_at IS NULL AND latitude IS NOT NULL AND district <> '' GROUP BY district
"""
ADDRESSES = "SELECT id, changed_at FROM facilities WHERE withdrawn_at IS NULL ORDER BY id"
VERSION = "SELECT count(*), max(changed_at) FROM facilities"
Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A facility in the page's language."""

    id: UUID
    dataset: str
    name: str
    kind: str
    address: str
    point: Point | None
    phone: str
    days: str
    today: Today
    times_note: str
    flags: tuple[str, ...]
    capacity: int | None
    url: str
    note: str
    away: float | None = None  # kilometres

    @property
    def hours(self) -> str:
        """Today in words."""
        return hours_today(self.today)

    @property
    def map_url(self) -> str:
        """The place on a map of the state's own survey (no account, no tracking)."""
        if self.point is None:
            return f"https://maps.gsi.go.jp/?q={quote(self.address)}" if self.address else ""
        return f"https://maps.gsi.go.jp/#17/{self.point[0]}/{self.point[1]}/"

    @property
    def dangers(self) -> list[Any]:
        """What a shelter is safe from."""
        return [FLAGS[flag] for flag in self.flags if flag in DANGERS]

    @property
    def helps(self) -> list[Any]:
        """What is there for whom."""
        return [FLAGS[flag] for flag in self.flags if flag in FLAGS and flag not in DANGERS]


def places(
    dataset: str, *, words: str = "", kind: str = "", flag: str = "", near: str = ""
) -> list[Place]:
    """Places of a data set; `near` is a district's key: then the nearest first."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "dataset": dataset,
        "kind": kind,
        "flag": flag,
        "like": f"%{escaped}%" if words else "",
    }
    centre = centres().get(near) if near else None
    found = [_place(row, centre) for row in rows(LIST, values)]
    if centre is None:
        return found
    return sorted(found, key=lambda place: (place.away is None, place.away or 0))


def one(facility_id: UUID) -> Place | None:
    """A place that is shown."""
    found = rows(ONE, {"id": facility_id})
    return _place(found[0], None) if found else None


def addresses() -> list[tuple[UUID, date]]:
    """Every place that is shown, and the day it was changed."""
    return [(facility_id, in_tokyo(at).date()) for facility_id, at in rows(ADDRESSES, {})]


def kinds() -> list[tuple[str, int]]:
    """Kinds of facilities with how many."""
    return [(kind, number) for kind, number in rows(KINDS, {})]


def centres() -> dict[str, Point]:
    """The middle of each district, as its facilities stand."""
    return {key: (lat, lon) for key, lat, lon in rows(CENTRES, {})}


def districts() -> list[tuple[str, str]]:
    """Districts that can be chosen."""
    known, language = centres(), current_language()
    return [
        (key, each.name.say(language))
        for key, each in load_catalogue().districts.items()
        if key in known
    ]


def kilometres(one: Point, other: Point) -> float:
    """Over the round earth (haversine); good to a half percent."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


def hours_today(today: Today) -> str:
    """Today in words, "" where nothing is known."""
    times = f"{today.opens}–{today.closes}"
    if today.state == "open":
        return str(gettext("Open today until %(time)s", time=today.closes))
    if today.state == "before":
        return str(gettext("Open today %(times)s", times=times))
    if today.state == "after":
        return str(gettext("Closed for today (%(times)s)", times=times))
    if today.state == "closed":
        return str(gettext("Closed today"))
    return times if today.opens and today.closes else ""


def register(app: Flask) -> None:
    """Let the box find facilities."""
    add_source(app, Source("facilities", _version, _documents))


def _version() -> str:
    number, changed = rows(VERSION, {})[0]
    return f"{number} {changed}"


def _documents() -> Iterable[Document]:
    for row in rows(ALL, {}):
        (facility_id, _, name, name_en, kind, address), kana = row[:6], row[-1]
        titles = {"ja": name} | ({"en": name_en} if name_en else {})
        yield Document(
            kind="facility",
            key=str(facility_id),
            titles=titles,
            texts={"ja": " ".join(part for part in (kind, address) if part)},
            url=f"/facilities/{facility_id}",
            also=tuple(part for part in (kana, kind) if part),
        )


def _closed_day(day: Any) -> bool:
    return is_holiday(day) or is_year_end(day)


def _place(row: tuple[Any, ...], centre: Point | None) -> Place:
    point = (row[7], row[8]) if row[7] is not None and row[8] is not None else None
    today = today_at(row[10], row[11], row[12], in_tokyo(now()), _closed_day)
    return Place(
        id=row[0],
        dataset=row[1],
        name=row[3] if row[3] and current_language() == "en" else row[2],
        kind=row[4],
        address=row[5],
        point=point,
        phone=row[9],
        days=row[10],
        today=today if row[1] == "facility" else Today("unknown"),
        times_note=row[13],
        flags=tuple(row[14]),
        capacity=row[15],
        url=row[16],
        note=row[17],
        away=kilometres(point, centre) if point and centre else None,
    )
