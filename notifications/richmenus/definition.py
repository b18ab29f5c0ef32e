"""A rich menu from its definition file, as the object LINE wants; limits checked before asking."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import yaml

from notifications.richmenus.areas import Area
from notifications.richmenus.destinations import action
from portal.core.settings import Settings

DATA = Path(__file__).parent / "data"
MOST_BYTES = 1024 * 1024  # LINE: at most 1 MB
NARROWEST, WIDEST, LOWEST, RATIO = 800, 2500, 250, 1.45


class FaultyMenu(ValueError):
    """The menu breaks one of LINE's limits; the text says which."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu ready to be published."""

    alias: str
    definition: dict[str, Any]
    picture: bytes
    kind: str = "image/png"

    @property
    def content_hash(self) -> str:
        """The same for the same menu, addresses and picture included."""
        said = json.dumps(self.definition, sort_keys=True, ensure_ascii=False).encode()
        return hashlib.sha256(said + b"\x00" + self.picture).hexdigest()


def load(name: str, public_url: str, signed_in_url: str | None = None) -> Menu:
    """The menu of data/{name}.yaml with its picture; raises FaultyMenu.

    `signed_in_url` begins the addresses of pages behind the sign-in (LIFF), where it is another.
    """
    raw = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    picture = (DATA / f"{name}.png").read_bytes()
    menu = Menu(raw["alias"], _definition(raw, public_url, signed_in_url or public_url), picture)
    check(menu)
    return menu


def _definition(raw: dict[str, Any], public_url: str, signed_in_url: str) -> dict[str, Any]:
    return {
        "size": {"width": raw["width"], "height": raw["height"]},
        "selected": True,
        "name": raw["name"],
        "chatBarText": raw["bar"],
        "areas": [
            {
                "bounds": _bounds(raw, number),
                "action": _action(area, signed_in_url if area.get("signed_in") else public_url),
            }
            for number, area in enumerate(raw["areas"])
        ],
    }


def _bounds(raw: dict[str, Any], number: int) -> dict[str, int]:
    """Panes of the grid; the last column and row take what division leaves over."""
    column, row = number % raw["columns"], number // raw["columns"]
    width, height = raw["width"] // raw["columns"], raw["height"] // raw["rows"]
    last_column, last_row = column == raw["columns"] - 1, row == raw["rows"] - 1
    return {
        "x": column * width,
        "y": row * height,
        "width": raw["width"] - column * width if last_column else width,
        "height": raw["height"] - row * height if last_row else height,
    }


def _action(area: dict[str, Any], base_url: str) -> dict[str, str]:
    joint = "&" if urlsplit(area["path"]).query else "?"
    uri = f"{base_url}{area['path']}{joint}from=menu"
    return {"type": "uri", "label": area["label"], "uri": uri}


def check(menu: Menu) -> None:
    """Raise FaultyMenu where LINE would refuse the menu."""
    size = menu.definition["size"]
    if png_size(menu.picture) != (size["width"], size["height"]):
        raise FaultyMenu("the picture has another size than the definition")
    if len(menu.picture) > MOST_BYTES:
        raise FaultyMenu("the picture is larger than 1 MB")
    if not (NARROWEST <= size["width"] <= WIDEST and size["height"] >= LOWEST):
        raise FaultyMenu("the picture's sides are out of LINE's limits")
    if size["width"] / size["height"] < RATIO:
        raise FaultyMenu("the picture is too high for its width")
    if len(menu.definition["chatBarText"]) > 14 or len(menu.definition["areas"]) > 20:
        raise FaultyMenu("the bar's text or the number of areas is out of LINE's limits")
    if any(len(area["action"]["label"]) > 20 for area in menu.definition["areas"]):
        raise FaultyMenu("a label is longer than 20 characters")


def drawn(
    version: Any, name: str, alias: str, aliases: Mapping[UUID, str], settings: Settings
) -> Menu:
    """The menu of a version clerks drew; `version` has its picture, areas, bar, code and size."""
    areas = [Area.read(each) for each in version.areas]
    definition = {
        "size": {"width": version.width, "height": version.height},
        "selected": True,
        "name": f"{name} {version.number}"[:300],
        "chatBarText": version.bar,
        "areas": [
            {
                "bounds": {"x": a.x, "y": a.y, "width": a.width, "height": a.height},
                "action": action(a, f"{version.code}.{number}", settings, aliases),
            }
            for number, a in enumerate(areas)
        ],
    }
    return Menu(alias, definition, version.picture, version.picture_kind)


def png_size(picture: bytes) -> tuple[int, int]:
    """Width and height from a PNG's first chunk."""
    if picture[:8] != b"\x89PNG\r\n\x1a\n":
        raise FaultyMenu("the picture is not a PNG")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height
