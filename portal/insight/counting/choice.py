"""Whether this browser is counted: not when it says so, by itself or by the button."""

from __future__ import annotations

from flask import Request

COOKIE = "mado_uncounted"
ROBOTS = ("bot", "crawl", "spider", "probe", "monitor", "curl", "python-")


def says_no(request: Request) -> bool:
    """By its settings: Global Privacy Control, Do Not Track."""
    return request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"


def chose_no(request: Request) -> bool:
    """By the button: a cookie that says only this."""
    return request.cookies.get(COOKIE) == "1"


def is_counted(request: Request) -> bool:
    """People who did not say no; robots are no residents."""
    agent = (request.user_agent.string or "").lower()
    robot = not agent or any(word in agent for word in ROBOTS)
    return not (robot or says_no(request) or chose_no(request))
