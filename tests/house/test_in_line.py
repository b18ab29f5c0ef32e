"""Every page works in LINE's own browser: one page at a time, and back never sends twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "auth", "notifications", "chatbot")
# LINE's browser has no tabs: a page in a new window is a page without a way back.
NEW_WINDOW = re.compile(r"\b(?:form)?target\s*[=:]\s*['\"](?!#)\w|window\.open\(|_blank")

ELSEWHERE = {"embedded.html"}  # a frame in another site's page: that page is to stay


def test_no_page_opens_a_window() -> None:
    files = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "static" / "js").glob("*.js"),
    ]
    opening = [file.name for file in files if NEW_WINDOW.search(file.read_text("utf-8"))]
    assert len(files) > 200
    assert set(opening) <= ELSEWHERE


def redirects() -> Iterator[tuple[str, ast.Call]]:
    """Every call of Flask's redirect, and where it stands."""
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            text = file.read_text("utf-8")
            for node in ast.walk(ast.parse(text)) if "redirect(" in text else ():
                name = getattr(node, "func", None)
                if isinstance(node, ast.Call) and getattr(name, "id", "") == "redirect":
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def test_what_was_sent_is_answered_by_see_other() -> None:
    """303 and nothing else: after it a phone asks by GET, so going back or again sends nothing."""
    found = list(redirects())
    codes = {
        where: [
            one.value
            for one in (*call.args[1:], *(k.value for k in call.keywords))
            if isinstance(one, ast.Constant)
        ]
        for where, call in found
    }
    assert len(found) > 100
    assert {where: code for where, code in codes.items() if code != [303]} == {}
