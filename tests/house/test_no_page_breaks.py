"""Every page × odd addresses, queries, methods and headers: a page or a refusal, never a bug."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask

from portal.core.ids import new_id
from tests.house.visiting import ODD, Asked, Visit, note_names, paths, rules

RAW_QUERIES = ("%ff%fe=%ff", "q=%ed%a0%80&page=%f0%9f", "&&&===", "page[]=1&page=2", "a" * 9000)
METHODS = ("PUT", "DELETE", "TRACE", "FOO")
HEADERS = ("Accept", "Cookie", "Accept-Language", "Origin", "Referer", "User-Agent")
GARBAGE = "\x7f;=,*/*;q=nine\xff" * 20
WORDS = ("childcare_allowance", "child", *ODD)
pytestmark = pytest.mark.no_cover


def test_odd_addresses_and_queries(app: Flask, faults: list[str]) -> None:
    """A page that only takes POST refuses all these by its method: of it one address is asked."""
    note_names(app)
    everywhere = names_of_every_page(app)
    for number, rule in enumerate(rules(app)):
        visit = Visit(app, rule, faults)
        ids = [str(visit.child.id), str(new_id())]
        plain = next(paths(rule, ids, ("child",)))
        visit.send("OPTIONS", plain)
        visit.send(METHODS[number % len(METHODS)], plain)
        if "GET" not in (rule.methods or ()):
            visit.send("GET", plain)
            continue
        visit.send("HEAD", plain)
        Asked.names.clear()
        for path in paths(rule, [*ids, "\x00", "x" * 3000], WORDS):
            visit.send("GET", path)
        ask_oddly(visit, plain, everywhere, number)
        others = {name: GARBAGE for name in HEADERS if name != "Cookie"}
        for headers in (others, {HEADERS[number % len(HEADERS)]: GARBAGE}):
            visit.send("GET", plain, headers=headers)


def names_of_every_page(app: Flask) -> set[str]:
    """What the layout and the language ask of any address, also of one that leads nowhere."""
    Asked.names.clear()
    with app.test_client() as client:
        client.get("/nowhere", base_url="http://localhost:8000")
    return set(Asked.names)


def ask_oddly(visit: Visit, plain: str, everywhere: set[str], number: int) -> None:
    """Every odd value for every name the page asks for, also for those it asks for only then.

    Names that every page asks for take turns at the values, and so do whole queries.
    """
    all_over = sorted(everywhere)
    for turn in (number, number + 1):
        turned = {name: ODD[(turn + at) % len(ODD)] for at, name in enumerate(all_over)}
        visit.send("GET", plain, query_string=turned)
    visit.send("GET", f"{plain}?{RAW_QUERIES[number % len(RAW_QUERIES)]}")
    tried = set(everywhere)
    while left := Asked.names - tried:
        for name in sorted(left):
            for value in ODD:
                visit.send("GET", f"{plain}?{quote(name)}={quote(value)}")
        tried |= left
        for value in ("\x00", "9" * 5000):
            visit.send("GET", plain, query_string=dict.fromkeys(sorted(tried), value))


def test_odd_hosts(app: Flask) -> None:
    client = app.test_client()
    for host in (
        "evil.example",
        "localhost:8000.",
        "[::1",
        "a b",
        "localhost:8000@evil",
        ":::",
        "",
    ):
        for path in ("/", "/sign-in", "/my", "/staff/", "/static/css/base.css"):
            with client.get(path, headers={"Host": host}) as answer:
                assert answer.status_code in {400, 404, 200 if "static" in path else 404}
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
