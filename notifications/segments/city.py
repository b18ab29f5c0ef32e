"""Joins segments to the city: its day, its catalogue of services, its districts' names."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale, format_date, gettext

from notifications.segments.meaning import Naming, Opening, SegmentFault, Setting
from notifications.segments.segment import Segment
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Service
from portal.catalogue.reverse import birthdates_open_on
from portal.core.clock import today
from portal.core.i18n import current_language


def setting(day: date | None = None) -> Setting:
    """The city on a day (today)."""
    day = day or today()
    return Setting(day, lambda key: opening(key, day))


def opening(key: str, day: date) -> Opening:
    """Whom a service is open to on a day; SegmentFault when birthdates can not tell."""
    service = _service(key)
    if service.sensitive:
        raise SegmentFault(f"service_open: {key!r} is sensitive, so nobody is chosen by it")
    rule = service.rule_on(day)
    if rule is None:
        return Opening((), tuple(sorted(service.who.relations)))
    if not rule.reversible:
        raise SegmentFault(f"service_open: {key!r} depends on more than a birthdate")
    return Opening(
        tuple((each.first, each.last) for each in birthdates_open_on(rule, day)),
        tuple(sorted(service.who.relations)),
        service.sex or None,
        tuple(sorted(service.districts)),
        rule.excludes,
    )


def askable_services(day: date) -> list[Service]:
    """Services a segment can ask for, in the catalogue's order."""
    return [
        service
        for service in load_catalogue().services
        if not service.sensitive
        and (rule := service.rule_on(day))
        and rule.anchors
        and rule.reversible
    ]


def naming() -> Naming:
    """Names in the language of this page (or of `force_locale`)."""
    language = current_language()
    return Naming(
        gettext=gettext,
        service=lambda key: _service(key).title.say(language),
        district=lambda key: district_name(key, language),
        day=lambda day: str(format_date(day, "long")),
    )


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
    """Raise SegmentFault where the segment names a service that can not be asked."""
    segment.test(setting())


def _service(key: str) -> Service:
    service = load_catalogue().find(key)
    if service is None:
        raise SegmentFault(f"service_open: there is no service {key!r}")
    return service
