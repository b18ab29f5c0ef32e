"""Certificates: where each kind can be had, and whether a kiosk gives it at this moment.

Pure: the moment and what is known about the person are arguments. Kiosks run 06:30-23:00 every
day except 29 December to 3 January and maintenance (地方公共団体情報システム機構).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from portal.catalogue.load import read_yaml
from portal.catalogue.model import Text
from portal.catalogue.reading import FaultyEntry, Fields, MonthDay
from portal.catalogue.service_entry import read_text
from portal.core.holidays import is_closed

FILE = Path(__file__).parent / "data" / "certificates.yaml"
TOKYO = ZoneInfo("Asia/Tokyo")
DAY = timedelta(days=1)
Maintenance = tuple[datetime, datetime]  # from, until; the end is open again
Version = tuple[int, ...]


class KioskState(StrEnum):
    """What a kiosk does with a request at a moment."""

    OPEN = "open"
    CLOSED = "closed"
    NOT_AVAILABLE = "not_available"


class Why(StrEnum):
    """Why a kiosk is closed or gives no certificate."""

    HOURS = "outside_hours"
    YEAR_END = "year_end"
    MAINTENANCE = "maintenance"
    NOT_AT_KIOSKS = "not_at_kiosks"
    TOO_YOUNG = "too_young"
    NOT_RESIDENT = "not_resident"
    DOMICILE = "domicile_elsewhere"
    DEVICE = "device_not_taken"
    EXPIRED = "certificate_expired"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One kind of certificate. Costs in yen; None where it cannot be had.

    weekdays: printed only on days the city hall is open (some cities' 戸籍)
    """

    key: str
    aliases: tuple[str, ...]
    title: Text
    who: Text
    kiosk: bool
    online: bool
    needs_domicile: bool
    desk_cost: int
    kiosk_cost: int | None
    opens: time
    closes: time
    weekdays: bool
    note: Text | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Device:
    """What opens a kiosk (card, iphone, android): the chains taking it, from which day and OS."""

    chains: frozenset[str]
    since: date
    os: Version


@dataclass(frozen=True, slots=True)
class Kiosk:
    """Rules of all kiosks of the city."""

    opens: time
    closes: time
    min_age: int
    closed: frozenset[MonthDay]
    chains: frozenset[str]
    devices: Mapping[str, Device]


@dataclass(frozen=True, slots=True)
class Certificates:
    """Kiosk rules and kinds of certificate by key."""

    kiosk: Kiosk
    kinds: Mapping[str, Certificate]

    def find(self, name: str) -> Certificate | None:
        """A kind by its key or one of its other names."""
        matching = (each for each in self.kinds.values() if name in (each.key, *each.aliases))
        return next(matching, None)


@dataclass(frozen=True, slots=True)
class Applicant:
    """What is known about who stands at the kiosk; None is unknown and does not exclude."""

    age: int | None = None
    resident_here: bool | None = None
    domicile_here: bool | None = None
    device: str | None = None
    os: Version | None = None
    chain: str | None = None
    certificate_expires: date | None = None


ANYBODY = Applicant()


@dataclass(frozen=True, slots=True)
class KioskStatus:
    """Open, closed or not available; when that changes next (Asia/Tokyo) and why."""

    state: KioskState
    next_change: datetime | None
    why: Why | None = None


@lru_cache(maxsize=1)
def load_certificates() -> Certificates:
    """The certificates this program ships with, read once."""
    return read_certificates(FILE)


def kiosk_status(
    certificate: Certificate,
    now: datetime,
    kiosk: Kiosk,
    applicant: Applicant = ANYBODY,
    maintenance: tuple[Maintenance, ...] = (),
) -> KioskStatus:
    """Whether a kiosk gives the certificate now; `now` and `maintenance` carry a time zone."""
    now = now.astimezone(TOKYO)
    refused = refusal(certificate, now.date(), kiosk, applicant)
    if refused is not None:
        return KioskStatus(KioskState.NOT_AVAILABLE, None, refused)
    why = _closed_why(certificate, now, kiosk, maintenance)
    if why is not None:
        return KioskStatus(
            KioskState.CLOSED, _next_opening(certificate, now, kiosk, maintenance), why
        )
    closing = datetime.combine(now.date(), certificate.closes, TOKYO)
    starts = [start for start, _ in maintenance if now < start < closing]
    return KioskStatus(KioskState.OPEN, min([closing, *starts]).astimezone(TOKYO))


def refusal(
    certificate: Certificate, today: date, kiosk: Kiosk, applicant: Applicant
) -> Why | None:
    """Why a kiosk gives this certificate to this person at no hour, or None."""
    if not certificate.kiosk:
        return Why.NOT_AT_KIOSKS
    if applicant.age is not None and applicant.age < kiosk.min_age:
        return Why.TOO_YOUNG
    if applicant.resident_here is False:
        return Why.NOT_RESIDENT
    if certificate.needs_domicile and applicant.domicile_here is False:
        return Why.DOMICILE
    if applicant.certificate_expires is not None and applicant.certificate_expires < today:
        return Why.EXPIRED
    return None if _taken(today, kiosk, applicant) else Why.DEVICE


def _taken(today: date, kiosk: Kiosk, applicant: Applicant) -> bool:
    device = kiosk.devices.get(applicant.device or "card")
    if device is None or today < device.since:
        return False
    if applicant.os is not None and applicant.os < device.os:
        return False
    return applicant.chain is None or applicant.chain in device.chains


def _closed_why(
    certificate: Certificate, now: datetime, kiosk: Kiosk, maintenance: tuple[Maintenance, ...]
) -> Why | None:
    if (now.month, now.day) in kiosk.closed:
        return Why.YEAR_END
    if not certificate.opens <= now.time() < certificate.closes:
        return Why.HOURS
    if certificate.weekdays and is_closed(now.date()):
        return Why.HOURS
    under = any(start <= now < end for start, end in maintenance)
    return Why.MAINTENANCE if under else None


def _next_opening(
    certificate: Certificate, now: datetime, kiosk: Kiosk, maintenance: tuple[Maintenance, ...]
) -> datetime:
    """First moment after `now` outside every closure; every closure ends, so the walk does."""
    moment = now
    while (why := _closed_why(certificate, moment, kiosk, maintenance)) is not None:
        if why is Why.MAINTENANCE:
            ends = [end for start, end in maintenance if start <= moment < end]
            moment = max(ends).astimezone(TOKYO)
        else:
            moment = _next_hours(certificate, moment, why)
    return moment


def _next_hours(certificate: Certificate, moment: datetime, why: Why) -> datetime:
    before = why is Why.HOURS and moment.time() < certificate.opens
    day = moment.date() if before else moment.date() + DAY
    return datetime.combine(day, certificate.opens, TOKYO)


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
    )
    fields.finish()
    return kiosk


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


def read_version(text: str) -> Version:
    """A version as numbers, since 18.10 comes after 18.5; ValueError when it is none."""
    return tuple(int(part) for part in text.split("."))


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
