"""The picker of a form: boxes, what its buttons do, what is wrong beside which box."""

from __future__ import annotations

import json
from typing import Any, Self
from uuid import UUID

from flask_babel import gettext

from notifications.segments import city
from notifications.segments.boxes import (
    EVERYBODY,
    GROUP,
    PERSON,
    SERVICES,
    SPANS,
    Box,
    boxes_of,
    json_of,
    read_boxes,
)
from notifications.segments.choices import Choices
from notifications.segments.conditions import KINDS
from notifications.segments.listing import Source, Version, version_of
from notifications.segments.meaning import SegmentFault, Setting
from notifications.segments.segment import Segment
from portal.core.errors import N_

PREFIX = "seg"
LONGEST_JSON = 20_000


class Picker:
    """A segment being put together; the macro `segment_picker` shows it."""

    prefix = PREFIX

    def __init__(self, root: Box, source: Source | None = None) -> None:
        self.root = root
        self.source = source
        self.again = False
        self.fault: str | None = None
        self.typed_json = ""
        self.choices = Choices()

    @classmethod
    def of(cls, segment: dict[str, Any] | None = None, source: Source | None = None) -> Self:
        """From a stored segment; without one an empty picker."""
        return cls(Box(GROUP) if segment is None else boxes_of(segment), source)

    @classmethod
    def read(cls, sent: Any) -> Self:
        """From a form that was sent (a multi-dict), after what its button asked was done."""
        picker = cls(read_boxes(sent, PREFIX), _source(sent.get(f"{PREFIX}-source", "")))
        verb, _, place = sent.get(f"{PREFIX}-do", "").partition(":")
        if verb in ("add", "remove", "take", "json"):
            picker.again = True
            picker._do(verb, place, sent)
        return picker

    def value(self) -> dict[str, Any]:
        """The segment as JSON; SegmentFault with words for the page where a box is wrong."""
        self._check()
        if self.fault:
            raise SegmentFault(self.fault)
        return Segment.read(json_of(self.root)).json()

    def as_json(self) -> str:
        """What the boxes say now, for taking along; "" while something is wrong."""
        try:
            stored = Segment.read(json_of(self.root)).json()
        except SegmentFault:
            return ""
        return json.dumps(stored, ensure_ascii=False, indent=1)

    @property
    def came_from(self) -> Version | None:
        """The saved version this copy came from."""
        return version_of(self.source) if self.source else None

    def _do(self, verb: str, place: str, sent: Any) -> None:
        if verb == "add":
            self._add(place, sent.get(f"{PREFIX}-{place}-new", ""))
        elif verb == "remove":
            self._remove(place)
        elif verb == "take":
            self._take(sent.get(f"{PREFIX}-saved", ""))
        else:
            self._import(sent.get(f"{PREFIX}-json", "")[:LONGEST_JSON])

    def _add(self, place: str, kind: str) -> None:
        for box in self.root.each():
            if box.path == place and box.holds_parts and kind in box.offers:
                inside = [Box("relation")] if kind == PERSON else []
                box.parts.append(Box(kind, parts=inside))
                box.mode = "all" if box.mode == EVERYBODY else box.mode
                break
        self.root.placed()

    def _remove(self, place: str) -> None:
        for box in list(self.root.each()):
            box.parts = [part for part in box.parts if part.path != place]
        self.root.placed()

    def _take(self, said: str) -> None:
        source = _source(said)
        found = version_of(source) if source else None
        if found is not None:
            self.root, self.source = boxes_of(found.body), source

    def _import(self, typed: str) -> None:
        try:
            self.root, self.source = boxes_of(json.loads(typed)), None
        except (json.JSONDecodeError, RecursionError):
            self.typed_json, self.fault = typed, gettext("This is not JSON.")
        except SegmentFault as fault:
            self.typed_json, self.fault = typed, str(fault)

    def _check(self) -> None:
        """Say at each box what is wrong with it, and once for all."""
        setting = city.setting()
        for box in self.root.each():
            box.fault = _lacks(box) if box.holds_parts else _wrong(box, setting)
        faults = [box.fault for box in self.root.each() if box.fault]
        if not faults:
            try:
                Segment.read(json_of(self.root), setting)
            except SegmentFault as fault:
                faults = [str(fault)]
        self.fault = faults[0] if faults else None


def _lacks(box: Box) -> str | None:
    everybody = box.mode == EVERYBODY
    if everybody and box.parts:  # dropping what was added would send to far too many
        return _said(N_("Conditions were added below. Please remove them, or choose another line."))
    return None if everybody or box.parts else _said(N_("Please add at least one condition."))


def _wrong(box: Box, setting: Setting) -> str | None:
    [(name, value)] = json_of(box).items()
    try:
        KINDS[name].read(value, name).test(setting)
    except SegmentFault:
        if box.kind == "service_due" and box.first("service"):
            return _said(N_("The city has not confirmed the last days of this service."))
        if box.kind in SERVICES:
            return _said(N_("Please choose a service."))
        span = box.kind in SPANS
        return _said(N_("Please check from and to.") if span else N_("Please mark at least one."))
    return None


def _said(message: str) -> str:
    return str(gettext(message))


def _source(said: str) -> Source | None:
    id_, _, version = said.partition(":")
    try:
        source = Source(UUID(id_), int(version[:6]))
    except ValueError:
        return None
    return source if version_of(source) else None
