"""Draws the pictures of menus: our SVG templates with a clerk's words, icons and colours.

What a clerk types is words only, escaped; the SVG itself is ours, and nothing is fetched for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from notifications.richmenus.areas import Area
from notifications.richmenus.fonts import Font, japanese
from portal.core.errors import N_, MadoError

FOLDER = Path(__file__).parent / "data" / "drawings"
SPRITE = Path(__file__).parents[2] / "static" / "img" / "icons.svg"
GAP = 20  # between panes
LONGEST_WORDS, LONGEST_SMALL = 20, 20
LARGEST, SMALLEST = 110, 68  # 2,500 wide is 375 on a phone: 68 is 10 there
SMALL, SMALLEST_SMALL = 62, 48
COLOURS = {  # fill, letters, icon; each pair has more than 4.5:1
    "paper": ("#ffffff", "#1a1a1a", "#004c59"),
    "brand": ("#004c59", "#ffffff", "#ffd43d"),
    "soft": ("#e9f7f9", "#003741", "#004c59"),
    "lamp": ("#ffd43d", "#1a1a1a", "#1a1a1a"),
    "alert": ("#a90000", "#ffffff", "#ffffff"),
    "calm": ("#4d4d4d", "#ffffff", "#ffffff"),
}
GROUNDS = {"sand": "#dcd6c9", "teal": "#003741", "night": "#1a1a1a", "white": "#ffffff"}
ICONS = (
    "window", "ask", "bell", "bin", "print", "calendar", "search", "phone", "place", "page",
    "bag", "person", "people", "baby", "child", "elder", "heart", "mail", "talk", "globe",
    "camera", "siren", "alert", "info", "star", "clock", "list", "chart", "gear", "city", "menu",
)  # fmt: skip


class NoFont(MadoError):
    """Nothing can be lettered on this machine."""

    message = N_(
        "This server has no Japanese font, so it can not draw. The operator installs "
        "“fonts-noto-cjk”; until then, please upload a picture."
    )


@dataclass(frozen=True, slots=True)
class Pane:
    """One pane: its cell of the picture, how it is drawn, and what it says at first."""

    cell: Area
    style: str
    words: str
    small: str
    icon: str
    colour: str


@dataclass(frozen=True, slots=True)
class Template:
    """A picture to start from."""

    key: str
    title: str
    mode: str
    ground: str
    width: int
    height: int
    panes: tuple[Pane, ...]

    def drawing(self) -> dict[str, Any]:
        """As it is stored while nothing is changed."""
        return {
            "template": self.key,
            "ground": self.ground,
            "panes": [
                {name: getattr(pane, name) for name in ("words", "small", "icon", "colour")}
                for pane in self.panes
            ],
        }

    def areas(self, drawing: dict[str, Any]) -> list[Area]:
        """An area for each pane, called by its words."""
        return [
            Area(cell.x, cell.y, cell.width, cell.height, said["words"][:20], cell.to)
            for cell, said in zip((p.cell for p in self.panes), drawing["panes"], strict=True)
        ]


@cache
def templates() -> dict[str, Template]:
    """By key, in the order of the file."""
    raw = yaml.safe_load((FOLDER / "templates.yaml").read_text(encoding="utf-8"))
    return {each["key"]: _template(each) for each in raw}


TITLES = (  # of the file, for the catalogue of words
    N_("Six panes"), N_("Three panes in a row"), N_("Two panes"), N_("Tabs on top, six panes"),
    N_("Disaster"), N_("Maintenance"),
)  # fmt: skip


def _template(raw: dict[str, Any]) -> Template:
    panes, top = [], 0
    for row in raw["rows"]:
        style, across = row.get("style", "card"), len(row["panes"])
        for number, said in enumerate(row["panes"]):
            left = raw["width"] * number // across
            wide = raw["width"] * (number + 1) // across - left
            cell = Area(left, top, wide, row["height"], to=said["to"])
            small, icon = said.get("small", ""), said.get("icon", "")
            panes.append(Pane(cell, style, said["words"], small, icon, said["colour"]))
        top += row["height"]
    return Template(
        raw["key"], raw["title"], raw["mode"], raw["ground"], raw["width"], top, tuple(panes)
    )


def too_long(drawing: dict[str, Any], font: Font) -> list[tuple[int, str]]:
    """(pane, "words" or "small") of what does not fit in, even in the smallest letters."""
    found = []
    for number, pane in enumerate(templates()[drawing["template"]].panes):
        said = drawing["panes"][number]
        if _size(font, said["words"], _room(pane, said), LARGEST) < SMALLEST:
            found.append((number, "words"))
        if _size(font, said["small"], _room(pane, said), SMALL) < SMALLEST_SMALL:
            found.append((number, "small"))
    return found


def svg(drawing: dict[str, Any], font: Font) -> str:
    """The whole picture as SVG."""
    template = templates()[drawing["template"]]
    parts = [
        _painter().get_template(f"{pane.style}.svg").render(_values(pane, said, font))
        for pane, said in zip(template.panes, drawing["panes"], strict=True)
    ]
    size = f'viewBox="0 0 {template.width} {template.height}"'
    ground = f'<rect width="100%" height="100%" fill="{GROUNDS[drawing["ground"]]}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} width="{template.width}"'
        f' height="{template.height}" font-family="{font.family}" text-anchor="middle">'
        f"{ground}{''.join(parts)}</svg>"
    )


def png(drawing: dict[str, Any]) -> bytes:
    """The picture as LINE takes it; raises NoFont."""
    import resvg_py  # 3 MB of machine code that only drawing needs

    font = japanese()
    if font is None:
        raise NoFont()
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg(drawing, font),
            skip_system_fonts=True,
            font_files=[str(font.file)],
            font_family=font.family,
        )
    )


def _room(pane: Pane, said: dict[str, Any]) -> float:
    beside = pane.cell.height * 0.5 + 48 if pane.style == "strip" and said["icon"] else 0
    return pane.cell.width - 4 * GAP - beside


def _size(font: Font, text: str, room: float, largest: int) -> float:
    """The largest letters in which the text fits."""
    length = font.length(text)
    return largest if length * largest <= room else room / length


def _values(pane: Pane, said: dict[str, Any], font: Font) -> dict[str, Any]:
    cell, room = pane.cell, _room(pane, said)
    fill, ink, accent = COLOURS[said["colour"]]
    size = round(_size(font, said["words"], room, LARGEST), 1)
    return {
        "x": cell.x + GAP / 2,
        "y": cell.y + GAP / 2,
        "w": cell.width - GAP,
        "h": cell.height - GAP,
        "gap": GAP,
        "middle": cell.x + cell.width / 2,
        "words": said["words"],
        "small": said["small"],
        "size": size,
        "length": font.length(said["words"], size),
        "small_size": round(_size(font, said["small"], room, SMALL), 1),
        "icon": icon(said["icon"]),
        "fill": fill,
        "ink": ink,
        "accent": accent,
    }


@cache
def _painter() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)


@cache
def icon(name: str) -> Markup:
    """The lines of one of our icons, 24 × 24; nothing for no name."""
    found = re.search(rf'<symbol id="{re.escape(name)}"[^>]*>(.*?)</symbol>', _sprite(), re.S)
    return Markup(found[1]) if name and found else Markup("")  # noqa: S704  (our own file)


@cache
def _sprite() -> str:
    return SPRITE.read_text(encoding="utf-8")
