"""Joins segments to the city: its day, its catalogue of services, the names of its things."""

from __future__ import annotations

from datetime import date
from functools import cache

from flask_babel import format_date, gettext
from sqlalchemy import select

from auth.provider.clients import Client
from notifications.segments.meaning import Naming, Opening, SegmentFault, Setting
from notifications.segments.openings import open_on
from notifications.segments.segment import Segment
from portal.catalogue.gif import CATEGORIES
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Service
from portal.core.clock import today
from portal.core.db import read
from portal.core.i18n import current_language, force_locale
from portal.core.languages import in_japanese
from portal.residents.interests import INTERESTS
from portal.search.models import SearchDocument


def setting(day: date | None = None) -> Setting:
    """The city on a day (today)."""
    day = day or today()
    return Setting(
        day,
        cache(lambda key: opening(key, day)),
        cache(lambda key: opening(key, day, closing=True)),
        refuse,
    )


def opening(key: str, day: date, *, closing: bool = False) -> Opening:
    """Whom a service is open to on a day; SegmentFault when nobody may be chosen by it."""
    refuse("service", key)
    return open_on(_service(key), day, read(), closing=closing)


def refuse(kind: str, key: str) -> None:
    """Raise SegmentFault for what is unknown, or tells of illness, disability or the family."""
    if kind == "service":
        if _service(key).sensitive:
            raise SegmentFault(_sensitive(key))
    elif kind == "interest":
        if key in CATEGORIES and key not in INTERESTS:
            raise SegmentFault(_sensitive(key))
    elif kind == "tool":
        if key not in _tools():
            raise SegmentFault(f"there is no connected tool {key!r}")
    elif _document_is_sensitive(kind, key):
        raise SegmentFault(_sensitive(f"{kind}/{key}"))


def _sensitive(name: str) -> str:
    return f"{name!r} is sensitive (illness, disability, family), so nobody is chosen by it"


def _document_is_sensitive(kind: str, key: str) -> bool:
    found = read().execute(
        select(SearchDocument.sensitive).where(
            SearchDocument.kind == kind, SearchDocument.key == key
        )
    )
    return bool(found.scalar())


def _tools() -> dict[str, str]:
    return {str(id_): name for id_, name in read().execute(select(Client.id, Client.name))}


def askable_services(day: date) -> list[Service]:
    """Services a segment can ask for, in the catalogue's order."""
    return [
        service
        for service in load_catalogue().services
        if not service.sensitive and service.rule_on(day)
    ]


def naming() -> Naming:
    """Names in the language of this page (or of `force_locale`)."""
    language = current_language()
    return Naming(
        gettext=gettext,
        service=lambda key: _service(key).title.say(language),
        district=lambda key: district_name(key, language),
        day=lambda day: str(format_date(day, "long")),
        interest=lambda key: key if in_japanese(language) else CATEGORIES.get(key, key),
        favourite=lambda kind, key: _title(kind, key, language),
        tool=lambda key: _tools().get(key, key),
    )


def _title(kind: str, key: str, language: str) -> str:
    found = read().execute(
        select(SearchDocument.titles).where(SearchDocument.kind == kind, SearchDocument.key == key)
    )
    titles = found.scalar() or {}
    return str(titles.get(language) or titles.get("ja") or f"{kind}/{key}")


def sentence(segment: Segment, language: str | None = None) -> str:
    """Whom the segment means, in words."""
    if language is None:
        return segment.sentence(naming())
    with force_locale(language):
        return segment.sentence(naming())


def district_name(key: str, language: str) -> str:
    """A district's name; a key the catalogue has lost speaks for itself."""
    found = load_catalogue().districts.get(key)
    return found.name.say(language) if found else key


def check(segment: Segment) -> None:
    """Raise SegmentFault where the segment names something that can not be asked."""
    Segment.read(segment.json(), setting())


def _service(key: str) -> Service:
    service = load_catalogue().find(key)
    if service is None:
        raise SegmentFault(f"there is no service {key!r}")
    return service
