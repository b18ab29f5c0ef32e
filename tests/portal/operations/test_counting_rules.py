"""What a visit is counted as: no database."""

from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from portal.insight.counting.choice import is_counted
from portal.insight.counting.rules import Growth, View, arrival

FIREFOX = "Mozilla/5.0 (X11; Linux) Firefox/150"


@pytest.mark.parametrize(
    ("referrer", "kind"),
    [
        ("", "direct"),
        ("https://mado.example/services", "direct"),
        ("https://www.google.co.jp/", "search_engine"),
        ("https://search.yahoo.co.jp/search?p=x", "search_engine"),
        ("https://notgoogle.example/", "other_site"),
        ("https://liff.line.me/1", "line"),
        ("https://www.city.example/", "other_site"),
    ],
)
def test_where_a_visit_comes_from(referrer: str, kind: str) -> None:
    assert arrival(referrer, "mado.example") == kind


def test_how_a_visit_grows() -> None:
    found = Growth()
    found.add(View("k", "guide.search", arrival="search_engine"))
    assert (found.searched, found.reached, found.arrival) == (True, False, "search_engine")
    found.add(View("k", "reports.tell_page", arrival="direct"))
    assert (found.started, found.finished, found.reached) == ({"report"}, set(), False)
    found.add(View("k", "reports.send", act=True))
    assert (found.finished, found.reached, found.pages) == ({"report"}, True, 2)
    assert found.arrival == "search_engine"


@pytest.mark.parametrize(
    ("headers", "counted"),
    [
        ({"User-Agent": FIREFOX}, True),
        ({"User-Agent": FIREFOX, "Sec-GPC": "1"}, False),
        ({"User-Agent": FIREFOX, "DNT": "1"}, False),
        ({"User-Agent": FIREFOX, "Cookie": "mado_uncounted=1"}, False),
        ({"User-Agent": "Googlebot/2.1"}, False),
        ({"User-Agent": "mado-probe"}, False),
        ({}, False),
    ],
)
def test_who_says_no_is_not_counted(headers: dict[str, str], counted: bool) -> None:
    assert is_counted(Request(EnvironBuilder(headers=headers).get_environ())) is counted
