"""An entry's body as flat fields by path, and back; one body has one flat form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.languages import TRANSLATED

Body = Mapping[str, Any]
Flat = dict[str, Any]
STEP = re.compile(r"([a-z_]+)|\[(\d+)\]")
RULE = re.compile(r"(versions\[\d+\]|milestones\[\d+\])\.rule(\.parts\[\d+\])*")


def flat(body: Body) -> Flat:
    """Every value of a body by its path; a rule of its own stands as the one version.

    Translations have a page of their own (language_views.py) and are left out.
    """
    found: Flat = {}
    _spread(found, "", _with_versions(body))
    return found


def nested(values: Flat) -> dict[str, Any]:
    """The body that flat values make; lists are numbered anew, empty values left out."""
    root: dict[str, Any] = {}
    for path, value in values.items():
        if value is not None:
            _put(root, steps(path), value)
    body = _lists(root)
    for holder in [*body.get("versions", []), *body.get("milestones", [])]:
        holder["rule"] = _joined(holder.get("rule", {}))
    return _without_versions(body)


def steps(path: str) -> list[str | int]:
    """The names and numbers of a path."""
    return [name or int(number) for name, number in STEP.findall(path)]


def numbers(paths: Iterable[str], prefix: str, most: int) -> list[int]:
    """The numbers that stand in brackets after a prefix, in order, `most` at most."""
    pattern = re.compile(re.escape(prefix) + r"\[(\d{1,3})\]")
    return sorted({int(m[1]) for path in paths if (m := pattern.match(path))})[:most]


def path_of_fault(place: str, field: str, body: Body) -> str:
    """The path of the field a fault is about, as the form names it."""
    _, _, inner = place.partition(": ")
    inner = re.sub(r"^[^:.\[]+", "", inner).lstrip(":. ")
    path = f"{inner}.{field}".lstrip(".")
    path = re.sub(r"\.(all|any)\[", ".parts[", path)
    if "versions" not in body and re.match(r"rule\b", path):
        return f"versions[0].{path}"
    return "versions[0].law" if path == "law" else path


def _with_versions(body: Body) -> dict[str, Any]:
    whole = dict(body)
    law = whole.pop("law", None)
    if "rule" in whole:
        whole["versions"] = [{"rule": whole.pop("rule"), "law": law}]
    elif isinstance(whole.get("versions"), list):
        whole["versions"] = [{**each, "law": each.get("law", law)} for each in whole["versions"]]
    return whole


def _without_versions(body: dict[str, Any]) -> dict[str, Any]:
    versions = body.get("versions", [])
    if len(versions) == 1 and not {"valid_from", "valid_to"} & versions[0].keys():
        body.pop("versions")
        body.update(versions[0])
    return body


def _spread(found: Flat, path: str, value: Any) -> None:
    if isinstance(value, Mapping) and not path.endswith(".facts"):
        is_rule = RULE.fullmatch(path)
        for name, each in (_with_parts(value) if is_rule else value).items():
            if name in TRANSLATED:
                continue
            _spread(found, f"{path}.{name}".lstrip("."), each)
    elif isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        for number, each in enumerate(value):
            _spread(found, f"{path}[{number}]", each)
    elif value is not None and value != []:
        found[path] = value


def _with_parts(rule: Body) -> Body:
    for name in ("all", "any"):
        if name in rule:
            rest = {key: value for key, value in rule.items() if key != name}
            return {"kind": name, "parts": rule[name], **rest}
    return rule


def _joined(rule: dict[str, Any]) -> dict[str, Any]:
    parts = [_joined(each) for each in rule.pop("parts", [])]
    if rule.get("kind") in ("all", "any"):
        rule[rule.pop("kind")] = parts
    return rule


def _put(root: dict[Any, Any], path: list[str | int], value: Any) -> None:
    for step in path[:-1]:
        root = root.setdefault(step, {})
    root[path[-1]] = value


def _lists(value: Any) -> Any:
    """Mappings with numbers as names become lists."""
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_lists(value[key]) for key in sorted(value)]
    return {key: _lists(each) for key, each in value.items()}
