"""A segment as the boxes of the clerk's form, and the boxes as a segment."""

from __future__ import annotations

from typing import Any


def segment_of(boxes: dict[str, Any]) -> dict[str, Any]:
    """The segment these boxes say, as JSON."""
    parts: dict[str, Any] = {}
    if boxes["about"] == "person" and (person := person_of(boxes)):
        parts["has_person"] = person
    if boxes["language"]:
        parts["language"] = boxes["language"]
    return parts or {"all": []}


def person_of(boxes: dict[str, Any]) -> dict[str, Any]:
    """The conditions on one person of the family."""
    person: dict[str, Any] = {}
    if boxes["relation"]:
        person["relation"] = boxes["relation"]
    if boxes["service"]:
        person["service_open"] = boxes["service"]
    ends = {"from": boxes["age_from"], "to": boxes["age_to"]}
    if span := {name: end for name, end in ends.items() if end is not None}:
        person[boxes["age_kind"]] = span
    if boxes["district"]:
        person["district"] = boxes["district"]
    return person


def boxes_of(value: dict[str, Any]) -> dict[str, Any] | None:
    """The form's values for a stored segment; None when it says more than the boxes can."""
    parts = _flat(value)
    if parts is None or set(parts) - {"has_person", "language"}:
        return None
    person = _flat(parts.get("has_person", {}))
    known = {"relation", "service_open", "age", "fiscal_age", "district"}
    if person is None or set(person) - known or {"age", "fiscal_age"} <= set(person):
        return None
    kind = "fiscal_age" if "fiscal_age" in person else "age"
    span = person.get(kind, {})
    return {
        "about": "person" if person else "all",
        "relation": person.get("relation", []),
        "service": person.get("service_open", ""),
        "age_kind": kind,
        "age_from": span.get("from"),
        "age_to": span.get("to"),
        "district": person.get("district", []),
        "language": parts.get("language", []),
    }


def _flat(value: dict[str, Any]) -> dict[str, Any] | None:
    """{"all": [{a}, {b}]} as {a, b}; None when a name comes twice."""
    if set(value) != {"all"}:
        return value
    flat: dict[str, Any] = {}
    for part in value["all"]:
        if set(part) & set(flat):
            return None
        flat |= part
    return flat
