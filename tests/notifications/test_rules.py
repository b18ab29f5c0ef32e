"""Small rules: boxes and segments, status from facts, what a draft and a menu may be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from notifications.notices.boxes import boxes_of, segment_of
from notifications.notices.links import encoded, link_allowed
from notifications.notices.status import Facts, Status, status_of
from notifications.notices.writing import Draft, FaultyNotice
from notifications.richmenus import definition
from notifications.richmenus.definition import FaultyMenu, Menu
from notifications.segments.segment import Segment
from tests.notifications.city import WORDS

NO_BOXES: dict[str, Any] = {
    "about": "all",
    "relation": [],
    "service": "",
    "age_kind": "age",
    "age_from": None,
    "age_to": None,
    "district": [],
    "language": [],
}
AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "ticked",
    [
        {},
        {"language": ["en"]},
        {"about": "person", "relation": ["child"], "district": ["minato", "kawabe"]},
        {"about": "person", "service": "check_18m", "relation": ["child", "other"]},
        {"about": "person", "age_from": 65, "age_kind": "fiscal_age"},
        {"about": "person", "age_from": 0, "age_to": 3, "language": ["ja", "en"]},
    ],
)
def test_boxes_come_back_as_they_were_ticked(ticked: dict[str, Any]) -> None:
    stored = Segment.read(segment_of(NO_BOXES | ticked)).json()
    assert boxes_of(stored) == NO_BOXES | ticked


@pytest.mark.parametrize(
    "segment",
    [
        {"any": [{"language": ["ja"]}, {"channel": ["line"]}]},
        {"channel": ["line"]},
        {"has_person": {"sex": ["F"]}},
        {"has_person": {"not": {"relation": ["child"]}}},
        {"has_person": {"all": [{"age": {"from": 3}}, {"fiscal_age": {"from": 3}}]}},
        {"all": [{"language": ["ja"]}, {"language": ["en"]}]},
        {"has_person": {"all": [{"district": ["a"]}, {"district": ["b"]}]}},
    ],
)
def test_what_boxes_can_not_say_is_not_squeezed_into_them(segment: dict[str, Any]) -> None:
    assert boxes_of(segment) is None


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (Facts(None, None, None, None, False), Status.DRAFT),
        (Facts(AT, None, None, None, False), Status.WAITING),
        (Facts(None, None, None, "returned", False), Status.RETURNED),
        (Facts(AT, None, None, "returned", False), Status.WAITING),
        (Facts(AT, None, None, "approved", False), Status.APPROVED),
        (Facts(AT, None, AT, "approved", True), Status.SENDING),
        (Facts(AT, None, AT, "approved", False), Status.SENT),
        (Facts(AT, AT, None, None, False), Status.CANCELLED),
        (Facts(AT, AT, None, "approved", False), Status.CANCELLED),
    ],
)
def test_status_follows_from_facts(facts: Facts, status: Status) -> None:
    assert status_of(facts) is status


@pytest.mark.parametrize(
    ("link", "allowed"),
    [
        (None, True),
        ("", True),
        ("/services/check_18m?x=1", True),
        ("https://www.city.example/a", True),
        ("http://www.city.example/a", False),
        ("javascript:alert(1)", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/a b", False),
        ("https://a.example/\r\nx", False),
        ("https://a.example/" + "x" * 900, False),
        ("https://www.city.example/子育て?q=あ#い", True),
        ("/services/子育て", True),
        ("https://まど市.example/", True),
        ("https://www.city.example/" + "あ" * 100, False),  # nine signs each, once encoded
        ("https://", False),
        ("https:///a", False),
        ("https://[", False),
        ("https://city.example@evil.example/", False),
        ("https://" + "あ" * 70 + ".example/", False),
    ],
)
def test_links_lead_home_or_to_https(link: str | None, allowed: bool) -> None:
    assert link_allowed(link) is allowed


@pytest.mark.parametrize(
    ("link", "written"),
    [
        (
            "https://www.city.example/子?q=あ#い",
            "https://www.city.example/%E5%AD%90?q=%E3%81%82#%E3%81%84",
        ),
        ("https://まど.example:8443/a%20b", "https://xn--p9jyb.example:8443/a%20b"),
        ("/services/x?a=1&b=[2]", "/services/x?a=1&b=[2]"),
    ],
)
def test_links_are_written_as_line_wants_them(link: str, written: str) -> None:
    assert encoded(link) == written


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "joke"},
        {"topic": "sports news"},
        {"variants": {"en": WORDS["ja"]}},
        {"variants": WORDS | {"fr": WORDS["ja"]}},
        {"variants": {"ja": {"title": "題", "body": ""}}},
        {"variants": {"ja": {"title": "題", "body": "長" * 5000}}},
        {"link": "ftp://x.example"},
        {"variants": 3},
    ],
)
def test_a_faulty_notice_is_refused(ctx: Flask, wrong: dict[str, Any]) -> None:
    Draft.read({"variants": WORDS, "segment": {"all": []}})
    with pytest.raises(FaultyNotice):
        Draft.read({"variants": WORDS, "segment": {"all": []}} | wrong)


def _with(**changes: Any) -> Menu:
    menu = definition.load("default", "https://my.city.example")
    return Menu(
        menu.alias,
        menu.definition | changes.get("definition", {}),
        changes.get("picture", menu.picture),
    )


def _picture(width: int, height: int, more: int = 0) -> bytes:
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + size + b"\x00" * more


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"picture": _picture(2500, 1000)}, "another size"),
        ({"picture": _picture(2500, 1686, 2_000_000)}, "1 MB"),
        (
            {"definition": {"size": {"width": 700, "height": 300}}, "picture": _picture(700, 300)},
            "sides",
        ),
        (
            {
                "definition": {"size": {"width": 1200, "height": 1000}},
                "picture": _picture(1200, 1000),
            },
            "high",
        ),
        ({"definition": {"chatBarText": "あ" * 15}}, "bar"),
        ({"definition": {"areas": [{"action": {"label": "あ" * 21}}]}}, "label"),
    ],
)
def test_a_menu_out_of_lines_limits_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(FaultyMenu, match=why):
        definition.check(_with(**changes))
