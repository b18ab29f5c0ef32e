"""Takes a file of open data in: a report first, then all its good rows in one transaction."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.load import load_catalogue
from portal.core import audit
from portal.core.clock import now
from portal.core.ids import new_id
from portal.guide.facilities.columns import Table, UnreadableFile, read_table
from portal.guide.facilities.models import Facility, FacilityImport

SHRUNK, FEW = 0.5, 10  # a file with fewer than half of the places known is probably a wrong one
FIELDS = (
    "name",
    "kana",
    "name_en",
    "kind",
    "address",
    "district",
    "latitude",
    "longitude",
    "phone",
    "days",
    "opens",
    "closes",
    "times_note",
    "flags",
    "capacity",
    "url",
    "note",
)


def import_file(
    session: Session,
    body: bytes,
    *,
    name: str = "",
    dry_run: bool = False,
    staff_id: UUID | None = None,
) -> dict[str, Any]:
    """{dataset, encoding, new, changed, same, withdrawn, refused: [{row, reason, value}]}.

    Raises UnreadableFile. A dry run changes nothing and reports the same.
    """
    table = read_table(body)
    report = _apply(session, table, dry_run)
    report["refused"] = [asdict(each) for each in table.refused]
    if not dry_run:
        row = FacilityImport(id=new_id(), dataset=table.dataset, file=name[:200], report=report)
        row.staff_id = staff_id
        session.add(row)
        session.flush()
        counts = {key: report[key] for key in ("new", "changed", "withdrawn")}
        audit.record(
            session,
            "facilities.imported",
            ("facility_import", row.id),
            dataset=table.dataset,
            refused=len(table.refused),
            **counts,
        )
    return report


def _apply(session: Session, table: Table, dry_run: bool) -> dict[str, Any]:
    found = session.scalars(select(Facility).where(Facility.dataset == table.dataset))
    known = {place.code: place for place in found}
    counts = {"new": 0, "changed": 0, "same": 0, "withdrawn": 0}
    _insist_on_most(table, known)
    for said in table.rows:
        said["district"] = district_of(said["town"] or said["address"])
        counts[_take(session, table.dataset, known.get(said["code"]), said, dry_run)] += 1
    # A refused row is a slip in the file, not a place that was closed.
    named = {each["code"] for each in table.rows}
    spared = bool(table.refused)
    for code, place in known.items():
        if code not in named and place.withdrawn_at is None and not spared:
            counts["withdrawn"] += 1
            if not dry_run:
                place.withdrawn_at = place.changed_at = now()
    return {"dataset": table.dataset, "encoding": table.encoding, **counts}


def _insist_on_most(table: Table, known: dict[str, Facility]) -> None:
    shown = {code for code, place in known.items() if place.withdrawn_at is None}
    still = len(shown & {each["code"] for each in table.rows})
    if len(shown) >= FEW and still < SHRUNK * len(shown):
        raise UnreadableFile("shrunk")


def _take(
    session: Session, dataset: str, place: Facility | None, said: dict[str, Any], dry_run: bool
) -> str:
    if place is None:
        if not dry_run:
            values = {name: said[name] for name in FIELDS}
            session.add(Facility(id=new_id(), dataset=dataset, code=said["code"], **values))
        return "new"
    changed = [name for name in FIELDS if getattr(place, name) != said[name]]
    if not changed and place.withdrawn_at is None:
        return "same"
    if not dry_run:
        for name in changed:
            setattr(place, name, said[name])
        place.withdrawn_at, place.changed_at = None, now()
    return "changed"


def district_of(address: str) -> str:
    """Key of the district an address names, "" where it names none."""
    for district in load_catalogue().districts.values():
        if district.name.ja.removesuffix("地区") in address:
            return district.key
    return ""
