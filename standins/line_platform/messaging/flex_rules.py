"""What LINE accepts as the contents of a flex message."""

import json
from typing import Any

from standins.line_platform.messaging.action_rules import check_action, media_problem
from standins.line_platform.messaging.answers import Problem

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
MOST_BUBBLES = 12
SIZES = frozenset({"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"})
LEAVES = frozenset({"text", "button", "image", "icon", "separator", "filler", "span", "video"})


def check_flex(contents: Any, where: str) -> list[Problem]:
    """Check a bubble or a carousel."""
    if not isinstance(contents, dict):
        return [Problem("May not be empty", where)]
    if contents.get("type") == "bubble":
        return _check_bubble(contents, where)
    if contents.get("type") == "carousel":
        return _check_carousel(contents, where)
    return [Problem("Must be a bubble or a carousel", f"{where}.type")]


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _check_carousel(carousel: dict[str, Any], where: str) -> list[Problem]:
    bubbles = carousel.get("contents")
    if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= MOST_BUBBLES:
        return [Problem(f"Size must be between 1 and {MOST_BUBBLES}", f"{where}.contents")]
    found: list[Problem] = []
    if _size(carousel) > CAROUSEL_BYTES:
        found.append(Problem("Carousel is larger than 50 KB", where))
    if len({str(one.get("size", "mega")) for one in bubbles if isinstance(one, dict)}) > 1:
        found.append(Problem("All bubbles need the same size", f"{where}.contents"))
    for index, bubble in enumerate(bubbles):
        at = f"{where}.contents[{index}]"
        if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
            found.append(Problem("Must be a bubble", at))
        else:
            found += _check_bubble(bubble, at)
    return found


def _check_bubble(bubble: dict[str, Any], where: str) -> list[Problem]:
    found: list[Problem] = []
    if _size(bubble) > BUBBLE_BYTES:
        found.append(Problem("Bubble is larger than 30 KB", where))
    if bubble.get("size", "mega") not in SIZES:
        found.append(Problem("Unknown bubble size", f"{where}.size"))
    for block in ("header", "hero", "body", "footer"):
        if block in bubble:
            found += _check_component(bubble[block], f"{where}.{block}", block)
    if "action" in bubble:
        found += check_action(bubble["action"], f"{where}.action")
    return found


def _check_component(part: Any, where: str, block: str = "") -> list[Problem]:
    if not isinstance(part, dict):
        return [Problem("May not be empty", where)]
    kind = part.get("type")
    allowed = {"header": {"box"}, "body": {"box"}, "footer": {"box"}}.get(block)
    if block == "hero":
        allowed = {"box", "image", "video"}
    if kind not in (allowed or LEAVES | {"box"}):
        return [Problem("Unknown or unsupported component type", f"{where}.type")]
    found = _check_box(part, where) if kind == "box" else _check_leaf(str(kind), part, where)
    if "action" in part:
        label = 40 if kind == "button" else None
        found += check_action(part["action"], f"{where}.action", label=label)
    return found


def _check_box(box: dict[str, Any], where: str) -> list[Problem]:
    if box.get("layout") not in {"vertical", "horizontal", "baseline"}:
        return [Problem("Unknown layout", f"{where}.layout")]
    contents = box.get("contents")
    if not isinstance(contents, list):
        return [Problem("May not be empty", f"{where}.contents")]
    found: list[Problem] = []
    for index, part in enumerate(contents):
        found += _check_component(part, f"{where}.contents[{index}]")
    return found


def _check_leaf(kind: str, part: dict[str, Any], where: str) -> list[Problem]:
    if kind == "text" and not part.get("text") and not part.get("contents"):
        return [Problem("May not be empty", f"{where}.text")]
    if kind == "button" and "action" not in part:
        return [Problem("May not be empty", f"{where}.action")]
    if kind in {"image", "icon", "video"}:
        return media_problem(part.get("url"), f"{where}.url")
    return []
