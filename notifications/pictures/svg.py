"""SVG templates: read by an allow-list, places filled with words, areas to tap taken out. Pure.

A template is a drawing with {{places}} in its words; `<rect data-area="Label">` marks what can be
tapped and is not drawn; `data-chars="12"` on a text breaks its words into lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from portal.core.errors import N_, MadoError

SVG = "http://www.w3.org/2000/svg"
LONGEST, MOST_ELEMENTS, DEEPEST, WIDEST = 200_000, 1500, 20, 2500
MOST_FIELDS, LONGEST_NAME = 20, 20
_DRAWN = (
    "svg g rect circle ellipse line polyline polygon path text tspan title desc defs "
    "linearGradient radialGradient stop clipPath"
)
_SAID = (
    "id x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox transform fill "
    "fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-opacity "
    "stroke-dasharray stroke-miterlimit opacity offset stop-color stop-opacity gradientUnits "
    "gradientTransform spreadMethod clip-path clip-rule clipPathUnits font-family font-size "
    "font-weight font-style letter-spacing text-anchor dominant-baseline preserveAspectRatio "
    "data-area data-chars version role aria-label lang style class"
)
ELEMENTS, ATTRIBUTES = frozenset(_DRAWN.split()), frozenset(_SAID.split())
PLACE = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
_LOCAL = re.compile(r"url\(\s*#[\w-]+\s*\)", re.ASCII)
FAULTS = {
    "large": N_("The template is too large."),
    "xml": N_("The file is not an SVG drawing."),
    "element": N_("The template holds something that is not drawn: %(name)s"),
    "size": N_("The template needs a viewBox of at most 2500 × 2500."),
    "place": N_("Please name each place in words of at most 20 letters: %(name)s"),
    "area": N_("An area lies outside the drawing or has no size: %(name)s"),
}
register_namespace("", SVG)


class BadTemplate(MadoError):
    """The template is not taken; `reason` is a key of FAULTS, `name` what it is about."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(FAULTS[reason])
        self.reason, self.name = reason, name[:60]


@dataclass(frozen=True, slots=True)
class Area:
    """What can be tapped, in the drawing's own measure."""

    label: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Template:
    """A drawing that passed; `root` has no areas in it any more."""

    width: int
    height: int
    fields: tuple[str, ...]
    areas: tuple[Area, ...]
    root: Any


def read_template(svg: str) -> Template:
    """Judge a drawing; raises BadTemplate."""
    if len(svg) > LONGEST:
        raise BadTemplate("large")
    root = _parsed(svg)
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise BadTemplate("large")
    _allowed(root)
    width, height = _size(root)
    areas = tuple(_areas(root, width, height))
    names = [name for each in root.iter() for name in PLACE.findall(each.text or "")]
    fields = tuple(dict.fromkeys(names))
    for name in fields:
        if not name or len(name) > LONGEST_NAME or len(fields) > MOST_FIELDS:
            raise BadTemplate("place", name)
    return Template(width, height, fields, areas, root)


def filled(template: Template, values: Mapping[str, str]) -> str:
    """The drawing with words at its places; a place without words stays empty."""
    root = deepcopy(template.root)
    for each in list(root.iter()):
        if each.text:
            each.text = PLACE.sub(lambda found: _printable(values.get(found[1], "")), each.text)
        if each.tail:
            each.tail = PLACE.sub(lambda found: _printable(values.get(found[1], "")), each.tail)
    for each in [one for one in root.iter(f"{{{SVG}}}text") if one.get("data-chars")]:
        _broken(each)
    return str(tostring(root, encoding="unicode"))


def _parsed(svg: str) -> Element:
    try:
        # As bytes: an encoding named in the file would be believed over what was read.
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", svg)
        root: Element = ElementTree.fromstring(text.encode(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, UnicodeError):
        raise BadTemplate("xml") from None
    if root.tag != f"{{{SVG}}}svg":
        raise BadTemplate("xml")
    _deep(root)
    _without_foreign(root)
    return root


def _deep(root: Element) -> None:
    """Before anything walks down: a file may be nested deeper than Python can follow."""
    level = [root]
    for _ in range(DEEPEST):
        level = [child for each in level for child in each]
    if level:
        raise BadTemplate("large")


def _allowed(element: Element) -> None:
    """Only what draws lines, faces and words: no script, style sheet, address or other file."""
    name = str(element.tag).removeprefix(f"{{{SVG}}}")
    if name not in ELEMENTS:
        raise BadTemplate("element", name)
    for attribute, value in element.attrib.items():
        outside = "url(" in _LOCAL.sub("", value.lower()) or "\\" in value or "@" in value
        if attribute not in ATTRIBUTES or (outside and not attribute.startswith("data-")):
            raise BadTemplate("element", f"{name} {attribute}")
    for child in element:
        _allowed(child)


def _without_foreign(element: Element) -> None:
    """Drawing programs leave notes of their own in the file; they draw nothing."""
    for attribute in [each for each in element.attrib if each.startswith("{")]:
        del element.attrib[attribute]
    for child in list(element):
        own = isinstance(child.tag, str) and child.tag.startswith(f"{{{SVG}}}")
        if not own or child.tag == f"{{{SVG}}}metadata":
            element.remove(child)
    for child in element:
        _without_foreign(child)


def _size(root: Element) -> tuple[int, int]:
    try:
        _, _, width, height = (float(each) for each in (root.get("viewBox") or "").split())
    except ValueError:
        raise BadTemplate("size") from None
    if not (1 <= width <= WIDEST and 1 <= height <= WIDEST):  # also refuses NaN
        raise BadTemplate("size")
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    return round(width), round(height)


def _areas(root: Element, width: int, height: int) -> Iterator[Area]:
    for parent in list(root.iter()):
        for child in list(parent):
            label = child.get("data-area")
            if label is None:
                continue
            parent.remove(child)
            yield _area(child, label, width, height)


def _area(element: Element, label: str, width: int, height: int) -> Area:
    try:
        x, y, w, h = (float(element.get(name, "0")) for name in ("x", "y", "width", "height"))
    except ValueError:
        raise BadTemplate("area", label) from None
    inside = all(map(math.isfinite, (x, y, w, h))) and x >= 0 and y >= 0 and w >= 1 and h >= 1
    if not inside or x + w > width or y + h > height:
        raise BadTemplate("area", label)
    return Area(label.strip()[:LONGEST_NAME], round(x), round(y), round(w), round(h))


def _broken(text: Element) -> None:
    """SVG does not break lines; words of a text are cut after so many letters of full width."""
    words, chars = "".join(text.itertext()).strip(), text.get("data-chars", "")
    for child in list(text):
        text.remove(child)
    text.text = None
    most = int(chars) if chars.isdecimal() and len(chars) <= 3 else 0
    for number, line in enumerate(lines(words, max(1, most))):
        place = {"x": text.get("x", "0")} | ({"dy": "1.4em"} if number else {})
        SubElement(text, f"{{{SVG}}}tspan", place).text = line


def lines(words: str, chars: int) -> list[str]:
    """Lines of at most so many letters of full width; half-width ones count half."""
    found, line, room = [], "", 2 * chars
    for letter in words:
        takes = 1 if ord(letter) < 0x2000 or 0xFF61 <= ord(letter) <= 0xFF9F else 2
        if room < takes and letter not in "、。」）！？":
            found.append(line)
            line, room = "", 2 * chars
        line, room = line + letter, room - takes
    return [*found, line] if line else found


def _printable(words: str) -> str:
    """XML can not hold control letters."""
    return "".join(each for each in words if each.isprintable())
