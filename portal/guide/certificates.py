"""Certificates: where each kind can be had, and whether a kiosk gives it at this moment.

Pure: the moment and what is known about the person are arguments. Kiosks run 06:30-23:00 every
day except 29 December to 3 January and maintenance (地方公共団体情報システム機構).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.catalogue.model import Text
from portal.catalogue.reading import MonthDay
from portal.core.holidays import is_closed, next_open_day

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
    UNREGISTERED = "domicile_not_registered"
    REGISTERING = "domicile_being_registered"


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
class Window:
    """A maintenance window; `device`, `chain`: only there ("" everywhere)."""

    start: datetime
    end: datetime
    device: str = ""
    chain: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """本籍地利用登録: people living elsewhere register once, then print their family register here.

    days: days of an open city hall until it can be used
    """

    days: int
    steps: tuple[Text, ...]

    def usable_from(self, registered_on: date) -> date:
        """The first day a kiosk knows of it."""
        day = registered_on
        for _ in range(self.days):
            day = next_open_day(day + DAY)
        return day


@dataclass(frozen=True, slots=True)
class Kiosk:
    """Rules of all kiosks of the city. `registration`: None where the city offers none."""

    opens: time
    closes: time
    min_age: int
    closed: frozenset[MonthDay]
    chains: frozenset[str]
    devices: Mapping[str, Device]
    registration: Registration | None = None


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
    registered_on: date | None = None  # 本籍地利用登録


ANYBODY = Applicant()


@dataclass(frozen=True, slots=True)
class KioskStatus:
    """Open, closed or not available; when that changes next (Asia/Tokyo) and why."""

    state: KioskState
    next_change: datetime | None
    why: Why | None = None


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
    if applicant.resident_here is False and (
        refused := _living_elsewhere(certificate, today, kiosk.registration, applicant)
    ):
        return refused
    if certificate.needs_domicile and applicant.domicile_here is False:
        return Why.DOMICILE
    if applicant.certificate_expires is not None and applicant.certificate_expires < today:
        return Why.EXPIRED
    return None if _taken(today, kiosk, applicant) else Why.DEVICE


def _living_elsewhere(
    certificate: Certificate, today: date, registration: Registration | None, applicant: Applicant
) -> Why | None:
    """A register of this city can be had from elsewhere, where the city takes registrations."""
    if registration is None or not certificate.needs_domicile:
        return Why.NOT_RESIDENT
    if applicant.registered_on is None:
        return Why.UNREGISTERED
    waits = today < registration.usable_from(applicant.registered_on)
    return Why.REGISTERING if waits else None


def windows_for(windows: Iterable[Window], applicant: Applicant) -> tuple[Maintenance, ...]:
    """Maintenance that closes kiosks to this person; a card where no device is known."""
    device, chain = applicant.device or "card", applicant.chain or ""
    return tuple(
        (each.start, each.end)
        for each in windows
        if each.device in ("", device) and each.chain in ("", chain)
    )


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


def read_version(text: str) -> Version:
    """A version as numbers, since 18.10 comes after 18.5; ValueError when it is none."""
    return tuple(int(part) for part in text.split("."))
