"""Reads the kinds of certificates and the rules of kiosks from their YAML file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from functools import lru_cache
from pathlib import Path

from portal.catalogue.load import read_yaml
from portal.catalogue.model import Text
from portal.catalogue.reading import FaultyEntry, Fields, MonthDay
from portal.catalogue.service_entry import read_text
from portal.guide.certificates import (
    Certificate,
    Certificates,
    Device,
    Kiosk,
    Registration,
    Version,
    read_version,
)

FILE = Path(__file__).parent / "data" / "certificates.yaml"


@lru_cache(maxsize=1)
def load_certificates() -> Certificates:
    """The certificates this program ships with, read once."""
    return read_certificates(FILE)


def read_certificates(file: Path) -> Certificates:
    """Kiosk rules and kinds of a file; raises FaultyEntry naming entry and field."""
    fields = Fields(read_yaml(file), file.name)
    kiosk = _kiosk(fields.part("kiosk"))
    kinds = [_certificate(each, kiosk) for each in fields.parts("kinds")]
    fields.finish()
    by_key = {kind.key: kind for kind in kinds}
    if len(by_key) < len(kinds):
        raise FaultyEntry(f"{file.name}: kinds: key used twice")
    return Certificates(kiosk, by_key)


def _time(fields: Fields, name: str, default: time | None = None) -> time:
    text = fields.optional_text(name)
    if text is None and default is not None:
        return default
    try:
        return time.fromisoformat(text or "")
    except ValueError:
        raise fields.fault(name, f"expected a time like 06:30, got {text!r}") from None


def _kiosk(fields: Fields) -> Kiosk:
    devices = fields.part("devices")
    kiosk = Kiosk(
        opens=_time(fields, "opens"),
        closes=_time(fields, "closes"),
        min_age=fields.integer("min_age", 0),
        closed=frozenset(_month_day(fields, each) for each in fields.texts("closed")),
        chains=frozenset(fields.texts("chains")),
        devices={name: _device(devices.part(name)) for name in devices.names()},
        registration=_registration(fields),
    )
    fields.finish()
    return kiosk


def _registration(fields: Fields) -> Registration | None:
    if not fields.has("registration"):
        fields.raw("registration")
        return None
    part = fields.part("registration")
    offered = part.flag("offered", False)
    days = part.integer("days")
    if days < 0:
        raise part.fault("days", "expected no or more days")
    registration = Registration(days, tuple(_step(each) for each in part.parts("steps")))
    part.finish()
    return registration if offered else None


def _step(fields: Fields) -> Text:
    text = Text(fields.text("ja"), fields.text("en"))
    fields.finish()
    return text


def _month_day(fields: Fields, text: str) -> MonthDay:
    try:
        day = date.fromisoformat(f"2001-{text}")
    except ValueError:
        raise fields.fault("closed", f"expected MM-DD, got {text!r}") from None
    return day.month, day.day


def _device(fields: Fields) -> Device:
    since = fields.optional_day("from") or date.min
    device = Device(frozenset(fields.texts("chains")), since, _version(fields))
    fields.finish()
    return device


def _version(fields: Fields) -> Version:
    text = fields.optional_text("os") or "0"
    try:
        return read_version(text)
    except ValueError:
        raise fields.fault("os", f'expected a version like "18.5", got {text!r}') from None


def _certificate(fields: Fields, kiosk: Kiosk) -> Certificate:
    certificate = Certificate(
        key=fields.text("key"),
        aliases=fields.texts("aliases"),
        title=read_text(fields, "title"),
        who=read_text(fields, "who"),
        kiosk=fields.flag("kiosk", False),
        online=fields.flag("online", False),
        needs_domicile=fields.flag("needs_domicile", False),
        desk_cost=fields.integer("desk_cost"),
        kiosk_cost=fields.optional_integer("kiosk_cost"),
        opens=_time(fields, "opens", kiosk.opens),
        closes=_time(fields, "closes", kiosk.closes),
        weekdays=fields.flag("weekdays", False),
        note=read_text(fields, "note") if fields.has("note") else None,
        confirmed=fields.flag("confirmed", False),
    )
    fields.finish()
    return certificate if certificate.kiosk else replace(certificate, kiosk_cost=None)
