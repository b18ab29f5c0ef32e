"""Checks the kiosk rules against a table of examples (`./mado certificates check FILE.csv`).

Columns: now, certificate, facts, expected, next_change, reason. Facts are `key=value` separated
by commas or semicolons: resident, honseki, age, device, chain, os, expires, expired, maintenance
(start/end or a whole day, several joined by |), and a city's own hours (09:00-17:00) and days
(weekdays) for the kind.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TextIO

from portal.catalogue.table import read_rows
from portal.guide.certificates import (
    DAY,
    TOKYO,
    Applicant,
    Certificate,
    Certificates,
    KioskState,
    Maintenance,
    kiosk_status,
    read_version,
)

COLUMNS = ("now", "certificate", "expected")
# The table says the city by name; every other name is another city.
HERE = frozenset(
    {"sakata", "酒田", "酒田市", "mado", "まど市", "here", "own", "市内", "yes", "true"}
)
YES = frozenset({"yes", "true", "1", "はい"})
DEVICES: Mapping[str, str] = {
    "ios": "iphone",
    "mynumber_card": "card",
    "myna_card": "card",
    "マイナンバーカード": "card",
}
CHAINS: Mapping[str, str] = {
    "seven": "seven_eleven",
    "7-eleven": "seven_eleven",
    "7eleven": "seven_eleven",
    "711": "seven_eleven",
    "seven-eleven": "seven_eleven",
    "family_mart": "familymart",
    "family-mart": "familymart",
    "famima": "familymart",
    "mini_stop": "ministop",
    "aeon_retail": "aeon",
}
EXPIRY = ("expires", "expiry", "cert_expiry", "cert_expires", "certificate_expires")
PERSON = ("resident", "honseki", "age", "device", "chain", "os", "expired")
KNOWN = frozenset({*PERSON, *EXPIRY, "maintenance", "hours", "days"})
WEEKDAYS = frozenset({"weekday", "weekdays", "平日"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row expected and what the rules say, both as the words to print."""

    vector_id: str
    expected: str
    got: str
    passed: bool


def check_file(stream: TextIO, certificates: Certificates) -> list[Outcome]:
    """Outcomes of all rows of a CSV file; a file that breaks off ends in a failed outcome."""
    rows, problem = read_rows(stream, COLUMNS)
    outcomes = check_rows(rows, certificates)
    if problem:
        outcomes.append(Outcome("?", "a CSV file", f"broken file: {problem}", passed=False))
    return outcomes


def check_rows(
    rows: Iterable[Mapping[str, str | None]], certificates: Certificates
) -> list[Outcome]:
    """Outcomes of all rows; rows without `vector_id` are called by their line."""
    return [_outcome(row, f"row {n}", certificates) for n, row in enumerate(rows, start=1)]


def _cell(row: Mapping[str, str | None], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _outcome(row: Mapping[str, str | None], line: str, certificates: Certificates) -> Outcome:
    name = _cell(row, "vector_id") or line
    state, change = _cell(row, "expected"), _cell(row, "next_change")
    expected = f"{state} {change}".strip()
    try:
        KioskState(state)
        got_state, got_change = _answer(row, certificates)
        same_change = not change or _moment(change) == got_change
    except (ValueError, OverflowError) as error:
        return Outcome(name, expected, f"broken row: {error}", passed=False)
    got = f"{got_state} {got_change.isoformat(timespec='minutes') if got_change else ''}".strip()
    return Outcome(name, expected, got, passed=state == got_state and same_change)


def _answer(
    row: Mapping[str, str | None], certificates: Certificates
) -> tuple[KioskState, datetime | None]:
    name = _cell(row, "certificate")
    certificate = certificates.find(name)
    if certificate is None:
        raise ValueError(f"unknown certificate {name!r}")
    facts = parse_facts(_cell(row, "facts"))
    kind, now = _as_the_city_prints(certificate, facts), _moment(_cell(row, "now"))
    status = kiosk_status(kind, now, certificates.kiosk, _applicant(facts), _plan(facts))
    return status.state, status.next_change


def parse_facts(text: str) -> dict[str, str]:
    """Facts written key=value, separated by commas or semicolons."""
    facts: dict[str, str] = {}
    text = unicodedata.normalize("NFKC", text)  # full-width signs, as Japanese keyboards give them
    for part in filter(None, (each.strip() for each in re.split(r"[;,]", text))):
        key, equals, value = (each.strip() for each in part.partition("="))
        if not equals or key not in KNOWN:
            raise ValueError(f"unknown fact {part!r}")
        facts[key] = f"{facts[key]}|{value}" if key == "maintenance" and key in facts else value
    return facts


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=TOKYO)


def _plan(facts: Mapping[str, str]) -> tuple[Maintenance, ...]:
    spans = (each.partition("/") for each in facts.get("maintenance", "").split("|") if each)
    return tuple((_moment(start), _end(end or start)) for start, _, end in spans)


def _end(text: str) -> datetime:
    """The end of maintenance; a day without a time is under maintenance until midnight."""
    return _moment(text) + DAY if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else _moment(text)


def _as_the_city_prints(certificate: Certificate, facts: Mapping[str, str]) -> Certificate:
    """The kind with the hours and days the row names."""
    if hours := facts.get("hours"):
        opens, _, closes = hours.replace("/", "-").partition("-")
        own = time.fromisoformat(opens.zfill(5)), time.fromisoformat(closes.zfill(5))
        certificate = replace(certificate, opens=own[0], closes=own[1])
    return replace(certificate, weekdays=certificate.weekdays or facts.get("days") in WEEKDAYS)


def _applicant(facts: Mapping[str, str]) -> Applicant:
    chain = facts.get("chain", "").lower() or None
    device = facts.get("device", "").lower() or None
    return Applicant(
        age=int(facts["age"]) if "age" in facts else None,
        resident_here=_here(facts.get("resident")),
        domicile_here=_here(facts.get("honseki")),
        device=DEVICES.get(device, device) if device else None,
        os=read_version(facts["os"]) if "os" in facts else None,
        chain=CHAINS.get(chain, chain) if chain else None,
        certificate_expires=_expiry(facts),
    )


def _expiry(facts: Mapping[str, str]) -> date | None:
    if facts.get("expired", "").lower() in YES:
        return date.min
    text = next((facts[name] for name in EXPIRY if name in facts), "")
    return date.fromisoformat(text) if text else None


def _here(value: str | None) -> bool | None:
    return value.lower() in HERE if value else None
