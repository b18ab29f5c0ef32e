"""Which features the oldest engines lack, by MDN's browser-compat-data."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(__file__).parent / "node"
BROWSERS = ROOT / "docs" / "browsers.json"
NEVER = (9999,)


class Engines:
    """The data, and the versions of docs/browsers.json it is asked about."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = json.loads(BROWSERS.read_text("utf-8"))
        self.data: dict[str, Any] = _data()
        self._members = _members(self.data)

    def lacking(self, path: str) -> list[str]:
        """Engines that do not know the feature, such as `css.properties.gap.flex_context`."""
        found: Any = self.data
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        compat = found.get("__compat") if isinstance(found, dict) else None
        return self._lacking(compat) if compat else []

    def lacking_member(self, name: str) -> list[str]:
        """Engines where nothing that has a member of this name has it; none where it is ours."""
        by_owner = [self._lacking(one) for one in self._members.get(name, [])]
        return min(by_owner, key=len, default=[])

    def _lacking(self, compat: dict[str, Any]) -> list[str]:
        return [
            engine
            for engine, version in self.told["oldest"].items()
            if not any(_knows(one, version) for one in _statements(compat, engine))
        ]


@cache
def _data() -> dict[str, Any]:
    file = NODE / "node_modules" / "@mdn" / "browser-compat-data" / "data.json"
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def _members(data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Methods and properties of the web's and the language's objects, by name."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for owners in (data["api"], data["javascript"]["builtins"]):
        for owner in owners.values():
            for name, member in owner.items():
                if isinstance(member, dict) and "__compat" in member:
                    found[name.removesuffix("_static")].append(member["__compat"])
    return found


def _statements(compat: dict[str, Any], engine: str) -> list[dict[str, Any]]:
    told = compat["support"].get(engine, {"version_added": True})
    return told if isinstance(told, list) else [told]


def _knows(statement: dict[str, Any], version: str) -> bool:
    """Whether this version has it under its own name, without a switch."""
    if {"flags", "prefix", "alternative_name"} & set(statement):
        return False
    removed = _number(statement.get("version_removed", False))
    return _number(statement["version_added"]) <= _number(version) < removed


def _number(version: Any) -> tuple[int, ...]:
    if version in (True, None):  # known to be there, or nobody knows
        return (0,)
    if version is False or version == "preview":
        return NEVER
    return tuple(int(part) for part in str(version).lstrip("≤").split("."))
