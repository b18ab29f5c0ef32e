"""What LINE accepts as an action of a button, a quick reply or a rich menu area."""

import re
from typing import Any
from urllib.parse import urlsplit

from standins.line_platform.messaging.answers import Problem

SCHEMES = frozenset({"http", "https", "line", "tel"})
ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
EVERYWHERE = frozenset({"postback", "message", "uri", "datetimepicker", "clipboard"})
QUICK_REPLY_ONLY = frozenset({"camera", "cameraRoll", "location"})
DATETIME_MODES = frozenset({"date", "time", "datetime"})


def units(text: str) -> int:
    """Length as LINE counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text_problem(value: Any, where: str, longest: int, required: bool = True) -> list[Problem]:
    """Check one string property."""
    if value is None and not required:
        return []
    if not isinstance(value, str) or not value:
        return [Problem("May not be empty", where)]
    if units(value) > longest:
        return [Problem(f"Length must be between 1 and {longest}", where)]
    return []


def check_action(
    action: Any, where: str, allowed: frozenset[str] = EVERYWHERE, label: int | None = None
) -> list[Problem]:
    """Check an action; `label` is the longest label where one is required."""
    if not isinstance(action, dict):
        return [Problem("May not be empty", where)]
    kind = action.get("type")
    if kind not in allowed:
        return [Problem("Unknown or unsupported action type", f"{where}.type")]
    longest = label or (300 if kind == "richmenuswitch" else 40)
    found = text_problem(action.get("label"), f"{where}.label", longest, label is not None)
    return found + _check_kind(str(kind), action, where)


def _check_kind(kind: str, action: dict[str, Any], where: str) -> list[Problem]:
    def text(name: str, longest: int, required: bool = True) -> list[Problem]:
        return text_problem(action.get(name), f"{where}.{name}", longest, required)

    if kind == "postback":
        return text("data", 300) + text("displayText", 300, False) + text("text", 300, False)
    if kind == "message":
        return text("text", 300)
    if kind == "uri":
        return text("uri", 1000) or uri_problem(action["uri"], f"{where}.uri")
    if kind == "clipboard":
        return text("clipboardText", 1000)
    if kind == "datetimepicker":
        good = action.get("mode") in DATETIME_MODES
        return text("data", 300) + ([] if good else [Problem("Unknown mode", f"{where}.mode")])
    if kind == "richmenuswitch":
        alias = str(action.get("richMenuAliasId", ""))
        good = ALIAS.fullmatch(alias) is not None
        wrong = [] if good else [Problem("Invalid alias id", f"{where}.richMenuAliasId")]
        return text("data", 300) + wrong
    return []


def uri_problem(uri: str, where: str) -> list[Problem]:
    """Only http, https, line and tel addresses can be opened; percent-encoded, so ASCII."""
    try:
        scheme = urlsplit(uri).scheme
    except ValueError:
        scheme = ""
    good = scheme in SCHEMES and re.fullmatch(r"[!-~]+", uri) is not None
    return [] if good else [Problem("invalid uri", where)]


def media_problem(uri: Any, where: str, longest: int = 2000) -> list[Problem]:
    """Pictures and films need https; http passes only for this machine itself (the local city)."""
    found = text_problem(uri, where, longest)
    if found:
        return found
    parts = urlsplit(uri)
    local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    return [] if parts.scheme == "https" or local else [Problem("invalid uri scheme", where)]
