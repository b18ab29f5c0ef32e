"""Draws an imagemap message: the picture, and a link over each of its areas."""

from typing import Any

from markupsafe import Markup

from standins.line_platform.phone.acts import OPENABLE

AREA = Markup(
    '<a class="open" href="{}" target="_blank" rel="noopener" aria-label="{}">'
    '<rect x="{}" y="{}" width="{}" height="{}" fill-opacity="0"/></a>'
)


def draw(content: dict[str, Any]) -> Markup:
    """An SVG as wide as the talk; LINE asks for 700 pixels on most phones."""
    size = content.get("baseSize") or {}
    width, height = int(size.get("width") or 1040), int(size.get("height") or 1040)
    areas = Markup("").join(_area(each) for each in content.get("actions") or [])
    return Markup(
        '<svg class="photo imagemap" viewBox="0 0 {w} {h}" role="group" aria-label="{alt}">'
        '<image href="{base}/700" width="{w}" height="{h}"/>{areas}</svg>'
    ).format(
        w=width,
        h=height,
        alt=content.get("altText", ""),
        base=content.get("baseUrl", ""),
        areas=areas,
    )


def _area(action: dict[str, Any]) -> Markup:
    uri, area = str(action.get("linkUri", "")), action.get("area") or {}
    if action.get("type") != "uri" or uri.partition(":")[0] not in OPENABLE:
        return Markup("")
    place = (int(area.get(name) or 0) for name in ("x", "y", "width", "height"))
    return AREA.format(uri, action.get("label", ""), *place)
