"""A segment as nested boxes of a form, and the boxes as a segment; any tree can be said in both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from notifications.segments.conditions import KINDS
from notifications.segments.segment import Segment

GROUP, PERSON = "group", "person"
MODES = ("all", "any", "none", "not_all")
EVERYBODY = "everybody"  # a mode of the outermost box only
MOST_BOXES = 120
PATH = re.compile(r"0(\.\d{1,2}){0,9}")
SPANS = ("age", "fiscal_age", "registered")
SERVICES = ("service_open", "service_due", "done")
OF_RESIDENT = (PERSON, GROUP, *(key for key, kind in KINDS.items() if not kind.about_person))
OF_PERSON = (*(key for key, kind in KINDS.items() if kind.about_person), GROUP)
Fields = Mapping[str, list[str]]


@dataclass
class Box:
    """A group, a person of the family, or one condition with its fields as typed."""

    kind: str
    mode: str = "all"
    fields: dict[str, list[str]] = field(default_factory=dict)
    parts: list[Box] = field(default_factory=list)
    path: str = "0"
    in_person: bool = False
    fault: str | None = None

    @property
    def holds_parts(self) -> bool:
        """Whether it can have boxes inside."""
        return self.kind in (GROUP, PERSON)

    @property
    def offers(self) -> tuple[str, ...]:
        """What can be added inside."""
        return OF_PERSON if self.kind == PERSON or self.in_person else OF_RESIDENT

    def first(self, name: str) -> str:
        """A field's one value."""
        return (self.fields.get(name) or [""])[0]

    def each(self) -> Iterator[Box]:
        """This box and all inside."""
        yield self
        for part in self.parts:
            yield from part.each()

    def placed(self, path: str = "0", *, in_person: bool = False) -> Box:
        """The same with every path right."""
        self.path, self.in_person = path, in_person
        inside = in_person or self.kind == PERSON
        for n, part in enumerate(self.parts):
            part.placed(f"{path}.{n}", in_person=inside)
        return self


def boxes_of(value: Any) -> Box:
    """The boxes of a segment's JSON; raises SegmentFault."""
    stored = Segment.read(value).json()
    root = _box(stored)
    if root.kind != GROUP:
        root = Box(GROUP, parts=[root])
    if not root.parts and root.mode == "all":
        root.mode = EVERYBODY
    return root.placed()


def json_of(box: Box) -> dict[str, Any]:
    """The JSON the boxes say; what was typed wrongly is left for `Segment.read` to refuse."""
    if box.kind == PERSON:
        return _negated(box, {"has_person": _joined(box)}) if box.parts else {"has_person": {}}
    return _joined(box) if box.kind == GROUP else {box.kind: _condition(box)}


def _negated(box: Box, value: dict[str, Any]) -> dict[str, Any]:
    return {"not": value} if box.first("has") == "no" else value


def _joined(box: Box) -> dict[str, Any]:
    parts = [json_of(part) for part in box.parts]
    together = "all" if box.mode in ("all", "not_all", EVERYBODY) else "any"
    inner = parts[0] if len(parts) == 1 else {together: parts}
    return {"not": inner} if box.mode in ("none", "not_all") else inner


def _condition(box: Box) -> Any:
    if box.kind in SPANS:
        return _span(box)
    if box.kind == "done":
        return box.first("service")
    if box.kind in SERVICES:
        return {"service": box.first("service"), "done": box.first("done") or "no"}
    values = box.fields.get("value", [])
    if box.kind == "favourite":
        return [dict(zip(("kind", "key"), each.split("/", 1), strict=False)) for each in values]
    return values


def _span(box: Box) -> dict[str, Any]:
    ends = {name: box.first(name).strip() for name in ("from", "to")}
    if box.kind == "registered":
        return {name: end for name, end in ends.items() if end}
    return {name: _number(end) for name, end in ends.items() if end}


def _number(typed: str) -> Any:
    return int(typed) if typed.isdecimal() and len(typed) < 5 else typed


def _box(stored: Mapping[str, Any]) -> Box:
    [(name, value)] = stored.items()
    if name in ("all", "any"):
        return Box(GROUP, name, parts=[_box(part) for part in value])
    if name == "not":
        return _without(value)
    if name == "has_person":
        inner = _box(value)
        whole = inner.kind == GROUP and inner.parts
        return (
            Box(PERSON, inner.mode, {"has": ["yes"]}, inner.parts)
            if whole
            else Box(PERSON, "all", {"has": ["yes"]}, [inner])
        )
    return Box(name, fields=_fields(name, value))


def _without(value: Mapping[str, Any]) -> Box:
    inner = _box(value)
    if inner.kind == PERSON and inner.first("has") == "yes":
        inner.fields["has"] = ["no"]
        return inner
    opposite = {"any": "none", "all": "not_all"}.get(inner.mode)
    if inner.kind == GROUP and inner.parts and opposite:
        inner.mode = opposite
        return inner
    return Box(GROUP, "none", parts=[inner])


def _fields(name: str, value: Any) -> dict[str, list[str]]:
    if name in SPANS:
        return {end: [str(each)] for end, each in value.items()}
    if name in SERVICES:
        said = value if isinstance(value, Mapping) else {"service": value}
        return {each: [str(word)] for each, word in said.items()}
    if name == "favourite":
        return {"value": [f"{each['kind']}/{each['key']}" for each in value]}
    return {"value": [str(each) for each in value]}


def read_boxes(sent: Any, prefix: str) -> Box:
    """The boxes as a form sent them: `sent` is a multi-dict, names are PREFIX-PATH-FIELD."""
    found: dict[str, Box] = {}
    for said in sent.getlist(f"{prefix}-box")[:MOST_BOXES]:
        path, _, kind = said.partition("=")
        if PATH.fullmatch(path) and path not in found and kind in {GROUP, PERSON, *KINDS}:
            found[path] = Box(kind, fields=_typed(sent, f"{prefix}-{path}-"), path=path)
    root = found.get("0") or Box(GROUP)
    for path, box in found.items():
        mode = box.first("mode")
        box.mode = mode if mode in MODES or (path == "0" and mode == EVERYBODY) else "all"
        above = found.get(path.rpartition(".")[0])
        if above is not None and above.holds_parts:
            above.parts.append(box)
    return root.placed()


def _typed(sent: Any, start: str) -> dict[str, list[str]]:
    names = ("mode", "has", "value", "from", "to", "service", "done", "new")
    return {name: sent.getlist(start + name) for name in names if sent.getlist(start + name)}
