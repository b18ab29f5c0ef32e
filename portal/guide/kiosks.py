"""Certificates as the page shows them: kiosk or desk, open now or when next, how much cheaper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from portal.catalogue.model import Text
from portal.core.clock import in_tokyo
from portal.guide.certificates import (
    Certificate,
    KioskState,
    KioskStatus,
    kiosk_status,
    load_certificates,
)
from portal.residents.days import said_short

CHAINS = {
    "seven_eleven": Text("セブン-イレブン", "7-Eleven"),
    "lawson": Text("ローソン", "Lawson"),
    "familymart": Text("ファミリーマート", "FamilyMart"),
    "ministop": Text("ミニストップ", "Ministop"),
    "aeon": Text("イオン", "Aeon"),
}


@dataclass(frozen=True)
class CertificateLine:
    """A kind of certificate in words."""

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


def certificate_lines(moment: datetime, language: str) -> list[CertificateLine]:
    """All kinds, with what a kiosk would do at this moment."""
    found = load_certificates()
    return [
        _line(kind, kiosk_status(kind, moment, found.kiosk), moment, language)
        for kind in found.kinds.values()
    ]


def chain_names(language: str) -> str:
    """Shops with a kiosk."""
    names = sorted(load_certificates().kiosk.chains, key=list(CHAINS).index)
    return ("、" if language == "ja" else ", ").join(CHAINS[name].say(language) for name in names)


def _line(
    kind: Certificate, status: KioskStatus, moment: datetime, language: str
) -> CertificateLine:
    at_kiosk = status.state is not KioskState.NOT_AVAILABLE
    return CertificateLine(
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
