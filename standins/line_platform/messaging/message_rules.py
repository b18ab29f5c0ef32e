"""What LINE accepts as message objects, checked without its specification at hand."""

import re
from collections.abc import Callable
from typing import Any

from standins.line_platform.messaging.action_rules import (
    EVERYWHERE,
    QUICK_REPLY_ONLY,
    check_action,
    media_problem,
    text_problem,
)
from standins.line_platform.messaging.answers import Problem
from standins.line_platform.messaging.flex_rules import check_flex

MOST_MESSAGES = 5
TEXT_UNITS = 5000
ALT_TEXT_UNITS = 1500
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([0-9A-Za-z_]{1,20})\}|[{}]")


def check_messages(messages: Any) -> list[Problem]:
    """Check the `messages` of a request."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        return [Problem(f"Size must be between 1 and {MOST_MESSAGES}", "messages")]
    found: list[Problem] = []
    for index, message in enumerate(messages):
        found += _check_message(message, f"messages[{index}]")
    return found


def _check_message(message: Any, where: str) -> list[Problem]:
    if not isinstance(message, dict):
        return [Problem("May not be empty", where)]
    check = KINDS.get(str(message.get("type")))
    if check is None:
        return [Problem("Unknown message type", f"{where}.type")]
    return check(message, where) + _check_common(message, where)


def _check_common(message: dict[str, Any], where: str) -> list[Problem]:
    found: list[Problem] = []
    if "quickReply" in message:
        found += _check_quick_reply(message["quickReply"], f"{where}.quickReply")
    sender = message.get("sender")
    if isinstance(sender, dict):
        found += text_problem(sender.get("name"), f"{where}.sender.name", 20, False)
        if "iconUrl" in sender:
            found += media_problem(sender["iconUrl"], f"{where}.sender.iconUrl")
    return found


def _check_quick_reply(quick: Any, where: str) -> list[Problem]:
    items = quick.get("items") if isinstance(quick, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= 13:
        return [Problem("Size must be between 1 and 13", f"{where}.items")]
    found: list[Problem] = []
    for index, item in enumerate(items):
        at = f"{where}.items[{index}]"
        if not isinstance(item, dict) or item.get("type") != "action":
            found.append(Problem("Must be an action", at))
            continue
        allowed = EVERYWHERE | QUICK_REPLY_ONLY
        found += check_action(item.get("action"), f"{at}.action", allowed, label=20)
        if "imageUrl" in item:
            found += media_problem(item["imageUrl"], f"{at}.imageUrl")
    return found


def _text(message: dict[str, Any], where: str) -> list[Problem]:
    return text_problem(message.get("text"), f"{where}.text", TEXT_UNITS)


def _text_v2(message: dict[str, Any], where: str) -> list[Problem]:
    found = _text(message, where)
    if found:
        return found
    given = message.get("substitution") or {}
    if not isinstance(given, dict) or len(given) > 100:
        return [Problem("Size must be between 0 and 100", f"{where}.substitution")]
    for match in PLACEHOLDER.finditer(message["text"]):
        # {{ and }} are literal braces; a lone brace or an unknown {key} is refused.
        if match.group(0) not in {"{{", "}}"} and match.group(1) not in given:
            found.append(Problem("Invalid placeholder or brace", f"{where}.text"))
    return found


def _media(message: dict[str, Any], where: str) -> list[Problem]:
    return media_problem(
        message.get("originalContentUrl"), f"{where}.originalContentUrl"
    ) + media_problem(message.get("previewImageUrl"), f"{where}.previewImageUrl")


def _audio(message: dict[str, Any], where: str) -> list[Problem]:
    found = media_problem(message.get("originalContentUrl"), f"{where}.originalContentUrl")
    if not isinstance(message.get("duration"), int):
        found.append(Problem("Must be a number", f"{where}.duration"))
    return found


def _sticker(message: dict[str, Any], where: str) -> list[Problem]:
    return text_problem(message.get("packageId"), f"{where}.packageId", 20) + text_problem(
        message.get("stickerId"), f"{where}.stickerId", 20
    )


def _location(message: dict[str, Any], where: str) -> list[Problem]:
    found = text_problem(message.get("title"), f"{where}.title", 100)
    found += text_problem(message.get("address"), f"{where}.address", 100)
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = message.get(name)
        if not isinstance(value, int | float) or abs(value) > most:
            found.append(Problem("Out of range", f"{where}.{name}"))
    return found


def _imagemap(message: dict[str, Any], where: str) -> list[Problem]:
    found = media_problem(message.get("baseUrl"), f"{where}.baseUrl")
    found += text_problem(message.get("altText"), f"{where}.altText", ALT_TEXT_UNITS)
    actions = message.get("actions")
    if not isinstance(actions, list) or len(actions) > 50:
        found.append(Problem("Size must be between 0 and 50", f"{where}.actions"))
    return found


def _template(message: dict[str, Any], where: str) -> list[Problem]:
    found = text_problem(message.get("altText"), f"{where}.altText", ALT_TEXT_UNITS)
    template = message.get("template")
    if not isinstance(template, dict):
        return [*found, Problem("May not be empty", f"{where}.template")]
    limit = {"buttons": (1, 4), "confirm": (2, 2)}.get(str(template.get("type")))
    if limit is None:
        return found
    actions = template.get("actions")
    found += text_problem(template.get("text"), f"{where}.template.text", 240)
    if not isinstance(actions, list) or not limit[0] <= len(actions) <= limit[1]:
        size = f"Size must be between {limit[0]} and {limit[1]}"
        return [*found, Problem(size, f"{where}.template.actions")]
    for index, action in enumerate(actions):
        found += check_action(action, f"{where}.template.actions[{index}]", label=20)
    return found


def _flex(message: dict[str, Any], where: str) -> list[Problem]:
    found = text_problem(message.get("altText"), f"{where}.altText", ALT_TEXT_UNITS)
    return found + check_flex(message.get("contents"), f"{where}.contents")


KINDS: dict[str, Callable[[dict[str, Any], str], list[Problem]]] = {
    "text": _text,
    "textV2": _text_v2,
    "sticker": _sticker,
    "image": _media,
    "video": _media,
    "audio": _audio,
    "location": _location,
    "imagemap": _imagemap,
    "template": _template,
    "flex": _flex,
}
