"""Checks the kiosk rules against a table of examples (`./mado certificates check FILE.csv`).

Columns: now, certificate, facts, expected, next_change, reason. Facts are `key=value` separated
by commas or semicolons: resident, honseki, age, device, chain, os, maintenance (start/end, several
joined by |), expires.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TextIO

from portal.guide.certificates import (
    TOKYO,
    Applicant,
    Certificates,
    KioskState,
    Maintenance,
    kiosk_status,
)

ELSEWHERE = frozenset({"other", "elsewhere", "no", "false", "他市", "市外"})
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
KNOWN = frozenset({"resident", "honseki", "age", "device", "chain", "os", "maintenance", *EXPIRY})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row expected and what the rules say, both as the words to print."""

    vector_id: str
    expected: str
    got: str
    passed: bool


def check_file(stream: TextIO, certificates: Certificates) -> list[Outcome]:
    """Outcomes of all rows of a CSV file; a file that breaks off ends in a failed outcome."""
    rows: list[Mapping[str, str | None]] = []
    try:
        rows.extend(csv.DictReader(stream))
    except csv.Error as error:
        broken = Outcome("?", "a CSV file", f"broken file: {error}", passed=False)
        return [*check_rows(rows, certificates), broken]
    return check_rows(rows, certificates)


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
    status = kiosk_status(
        certificate, _moment(_cell(row, "now")), certificates.kiosk, _applicant(facts), _plan(facts)
    )
    return status.state, status.next_change


def parse_facts(text: str) -> dict[str, str]:
    """Facts written key=value, separated by commas or semicolons."""
    facts: dict[str, str] = {}
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
    return tuple((_moment(start), _moment(end)) for start, _, end in spans)


def _applicant(facts: Mapping[str, str]) -> Applicant:
    expires = next((facts[name] for name in EXPIRY if name in facts), None)
    chain = facts.get("chain", "").lower() or None
    return Applicant(
        age=int(facts["age"]) if "age" in facts else None,
        resident_here=_here(facts.get("resident")),
        domicile_here=_here(facts.get("honseki")),
        device=facts["device"].lower() if "device" in facts else None,
        os=float(facts["os"]) if "os" in facts else None,
        chain=CHAINS.get(chain, chain) if chain else None,
        certificate_expires=date.fromisoformat(expires) if expires else None,
    )


def _here(value: str | None) -> bool | None:
    return None if value is None else value.lower() not in ELSEWHERE
