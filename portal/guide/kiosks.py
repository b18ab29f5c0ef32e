"""Certificates as the page shows them: kiosk or desk, open now or when next, how much cheaper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from portal.catalogue.model import Text
from portal.core.clock import in_tokyo
from portal.core.errors import N_
from portal.core.languages import in_japanese
from portal.guide.certificates import (
    ANYBODY,
    Applicant,
    Certificate,
    KioskState,
    KioskStatus,
    Why,
    Window,
    kiosk_status,
    windows_for,
)
from portal.guide.certificates_reading import load_certificates
from portal.residents.days import said_short

CHAINS = {
    "seven_eleven": Text("セブン-イレブン", "7-Eleven"),
    "lawson": Text("ローソン", "Lawson"),
    "familymart": Text("ファミリーマート", "FamilyMart"),
    "ministop": Text("ミニストップ", "Ministop"),
    "aeon": Text("イオン", "Aeon"),
}


DEVICES = {
    "card": Text("マイナンバーカード", "My Number Card"),
    "iphone": Text("iPhone", "iPhone"),
    "android": Text("Androidのスマートフォン", "Android phone"),
}
WHY_WORDS = {
    Why.HOURS: N_("Kiosks work from 6:30 to 23:00."),
    Why.YEAR_END: N_("Kiosks rest from 29 December to 3 January."),
    Why.MAINTENANCE: N_("Kiosks are under maintenance."),
    Why.NOT_AT_KIOSKS: N_("Kiosks do not give this certificate. Please come to the desk."),
    Why.DEVICE: N_("Kiosks of this shop do not take this device. Choose another shop or the card."),
}


@dataclass(frozen=True)
class CertificateLine:
    """A kind of certificate in words."""

    key: str
    title: str
    who: str
    note: str
    kiosk: bool
    open_now: bool | None
    when: str
    kiosk_cost: int | None
    desk_cost: int
    saving: int
    online: bool
    confirmed: bool


def certificate_lines(
    moment: datetime, language: str, windows: Sequence[Window] = ()
) -> list[CertificateLine]:
    """All kinds, with what a kiosk would do at this moment."""
    kinds = load_certificates().kinds.values()
    return [certificate_line(kind, moment, language, windows)[0] for kind in kinds]


def certificate_line(
    kind: Certificate,
    moment: datetime,
    language: str,
    windows: Sequence[Window],
    here: Applicant = ANYBODY,
) -> tuple[CertificateLine, KioskStatus]:
    """One kind, for this device and shop."""
    plan = windows_for(windows, here)
    status = kiosk_status(kind, moment, load_certificates().kiosk, here, plan)
    return _line(kind, status, moment, language), status


def why_words(why: Why | None) -> str:
    """Why a kiosk gives nothing now, in words; "" when it does."""
    return str(gettext(WHY_WORDS[why])) if why in WHY_WORDS else ""


def chain_names(language: str) -> str:
    """Shops with a kiosk."""
    between = "、" if in_japanese(language) else ", "
    return between.join(name for _, name in chain_choices(language))


def chain_choices(language: str) -> list[tuple[str, str]]:
    """Shops with a kiosk, by key."""
    taking = load_certificates().kiosk.chains
    return [(key, words.say(language)) for key, words in CHAINS.items() if key in taking]


def device_choices(language: str) -> list[tuple[str, str]]:
    """What opens a kiosk, by key."""
    taken = load_certificates().kiosk.devices
    return [(key, words.say(language)) for key, words in DEVICES.items() if key in taken]


def said_window(window: Window, moment: datetime, language: str) -> str:
    """A maintenance window: from when until when, and where."""
    today = in_tokyo(moment).date()
    ends = [in_tokyo(each) for each in (window.start, window.end)]
    days = [f"{said_short(each.date(), today, language)} {each:%H:%M}" for each in ends]
    places = [words[key].say(language) for words, key in (
        (CHAINS, window.chain), (DEVICES, window.device)) if key in words]  # fmt: skip
    where = gettext(" (only: %(places)s)", places=", ".join(places)) if places else ""
    return str(gettext("%(start)s to %(end)s", start=days[0], end=days[1])) + where


def _line(
    kind: Certificate, status: KioskStatus, moment: datetime, language: str
) -> CertificateLine:
    at_kiosk = kind.kiosk
    return CertificateLine(
        key=kind.key,
        title=kind.title.say(language),
        who=kind.who.say(language),
        note=kind.note.say(language) if kind.note else "",
        kiosk=at_kiosk,
        open_now=status.state is KioskState.OPEN if at_kiosk else None,
        when=_when(status, moment, language),
        kiosk_cost=kind.kiosk_cost,
        desk_cost=kind.desk_cost,
        saving=kind.desk_cost - kind.kiosk_cost if kind.kiosk_cost is not None else 0,
        online=kind.online,
        confirmed=kind.confirmed,
    )


def _when(status: KioskStatus, moment: datetime, language: str) -> str:
    if status.next_change is None:
        return ""
    change, today = in_tokyo(status.next_change), in_tokyo(moment).date()
    clock = f"{change:%H:%M}"
    if status.state is KioskState.OPEN:
        return str(gettext("until %(time)s today", time=clock))
    day = said_short(change.date(), today, language)
    return str(gettext("opens %(day)s %(time)s", day=day, time=clock))
