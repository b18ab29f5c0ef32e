"""Every list of clerks' pages is a file too: a new list without one must say why."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from flask import Flask

from auth.staff.operations import OPERATIONS
from portal.core.web.access import access_of
from tests.browser import Browser
from tests.notifications.city import sign_in

# Pages without parameters that hold no list of rows, and why.
EXCUSED = {
    "operations.home": "Numbers that lead to lists.",
    "console.go": "The menu.",
    "console.shortcuts": "What the keys do.",
    "answers_staff.tables": "Files are taken in and given out here.",
    "garbage_staff.files": "Files are taken in here.",
    "disaster.automatic_page": "A few switches.",
    "report_board.on_map": "The board's list on a map.",
    "tickets.mine": "A clerk's own questions, with the answers.",
    "training.index": "Exercises.",
    "answers_staff.city_pages": "A form; what waits below it is a file once something waits.",
}


@pytest.fixture
def clerk(app: Flask) -> Browser:
    return sign_in(app, "staff", uuid.uuid4(), frozenset(OPERATIONS))


def source(app: Flask, name: str) -> str:
    assert app.jinja_env.loader is not None
    return app.jinja_env.loader.get_source(app.jinja_env, name)[0]


def pages(app: Flask) -> list[tuple[str, str]]:
    return [
        (rule.endpoint, rule.rule)
        for rule in app.url_map.iter_rules()
        for access in [access_of(app, rule.endpoint)]
        if access is not None and access.faces == {"staff"} and access.signed_in
        if not rule.arguments and (rule.methods or set()) - {"HEAD", "OPTIONS"} == {"GET"}
    ]


OF_THEIR_OWN = {
    "components/pieces.html": "The component.",
    "chatbot/garbage/district.html": "A month of days, for residents.",
    "portal/operations/sla_print.html": "The paper of a month's report.",
}
# Without rows they show an empty state in place of the table; the template makes it of table().
EMPTY = {
    "city_pages.index": "portal/pages/sources.html",
    "disaster.index": "notifications/disaster/index.html",
    "hand_overs.index": "notifications/hand_overs/index.html",
    "menus.index": "notifications/richmenus/index.html",
    "notice_templates.index": "notifications/templates/index.html",
    "notices.index": "notifications/notices.html",
    "reminder_nights.index": "notifications/reminders/nights.html",
    "repeats.index": "notifications/repeats/index.html",
    "segments.index": "notifications/segments/index.html",
}


def test_pages_make_their_tables_of_the_component(app: Flask) -> None:
    """What `table()` makes sorts and is a file; a page that writes <table> itself has neither."""
    folder = Path(app.root_path) / "templates"
    own = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if "<table" in path.read_text("utf-8")
    }
    assert own <= OF_THEIR_OWN.keys(), f"use table() or say why: {own - OF_THEIR_OWN.keys()}"


@pytest.mark.deep
def test_every_page_with_a_list_gives_it_as_a_file(app: Flask, clerk: Browser) -> None:
    without = []
    for endpoint, path in pages(app):
        answer = clerk.client.get(path, base_url=clerk.base)
        html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        if not html or answer.status_code != 200 or endpoint in EXCUSED:
            continue
        if "file=csv" not in html and not (endpoint in EMPTY and 'class="empty' in html):
            without.append(endpoint)
        tables = len(re.findall("<table", html))
        if tables > len(re.findall("file=csv", html)):
            without.append(f"{endpoint}: a table of its own")
    assert not {name for name in EMPTY.values() if "{{ table(" not in source(app, name)}
    assert not without, f"give them a file or a reason: {sorted(without)}"
