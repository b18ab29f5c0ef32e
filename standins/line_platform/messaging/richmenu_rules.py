"""What LINE accepts as a rich menu and as its picture."""

from typing import Any

from standins.line_platform.messaging.action_rules import EVERYWHERE, check_action, text_problem
from standins.line_platform.messaging.answers import Problem, Refused
from standins.line_platform.messaging.pictures import picture_size

LARGEST_PICTURE = 1024 * 1024
MOST_AREAS = 20
KNOWN = frozenset({"size", "selected", "name", "chatBarText", "areas"})


def check_rich_menu(menu: dict[str, Any]) -> list[Problem]:
    """Check a rich menu object."""
    found = [Problem("Unknown property", key) for key in menu if key not in KNOWN]
    found += _check_size(menu.get("size"))
    if not isinstance(menu.get("selected"), bool):
        found.append(Problem("May not be empty", "selected"))
    found += text_problem(menu.get("name"), "name", 300)
    found += text_problem(menu.get("chatBarText"), "chatBarText", 14)
    areas = menu.get("areas")
    if not isinstance(areas, list) or len(areas) > MOST_AREAS:
        return [*found, Problem(f"Size must be between 0 and {MOST_AREAS}", "areas")]
    for index, area in enumerate(areas):
        found += _check_area(area, menu.get("size"), f"areas[{index}]")
    return found


def size_fault(width: Any, height: Any) -> str | None:
    """Why LINE refuses a width and height, or None."""
    if not isinstance(width, int) or not isinstance(height, int):
        return "Must be numbers"
    if not 800 <= width <= 2500 or height < 250:
        return "The width must be 800 to 2500 and the height at least 250"
    return None if width / height >= 1.45 else "The aspect ratio must be at least 1.45"


def _check_size(size: Any) -> list[Problem]:
    if not isinstance(size, dict):
        return [Problem("May not be empty", "size")]
    fault = size_fault(size.get("width"), size.get("height"))
    return [Problem(fault, "size")] if fault else []


def _check_area(area: Any, size: Any, where: str) -> list[Problem]:
    bounds = area.get("bounds") if isinstance(area, dict) else None
    if not isinstance(bounds, dict):
        return [Problem("May not be empty", f"{where}.bounds")]
    numbers = [bounds.get(key) for key in ("x", "y", "width", "height")]
    if not all(isinstance(one, int) and one >= 0 for one in numbers):
        return [Problem("Must be numbers from 0", f"{where}.bounds")]
    found: list[Problem] = []
    if isinstance(size, dict) and not _check_size(size):
        x, y, width, height = (int(one) for one in numbers if one is not None)
        if x + width > size["width"] or y + height > size["height"] or not width or not height:
            found.append(Problem("Lies outside the menu", f"{where}.bounds"))
    return found + check_action(
        area.get("action"), f"{where}.action", EVERYWHERE | {"richmenuswitch"}
    )


def check_picture(data: bytes, kind: str, menu: dict[str, Any]) -> None:
    """Refuse a picture that LINE would not take for this menu."""
    if kind not in {"image/png", "image/jpeg"}:
        raise Refused(415, "The content type must be image/jpeg or image/png")
    if len(data) > LARGEST_PICTURE:
        raise Refused(413, "The image is larger than 1 MB")
    size = picture_size(data, kind)
    if size is None:
        raise Refused(400, "The image cannot be read as its content type")
    fault = size_fault(*size)
    wanted = (menu["size"]["width"], menu["size"]["height"])
    if fault or size != wanted:
        raise Refused(400, fault or f"The image is {size}, the rich menu {wanted}")
