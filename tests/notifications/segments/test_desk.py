"""Clerks put a segment together without JavaScript, keep it, change it, take it along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from portal.catalogue.load import load_catalogue
from tests.browser import Browser
from tests.notifications.city import CLERK, WRITER, months_ago, resident, sign_in

KITA, CHUO = list(load_catalogue().districts)[:2]


def desk(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


def test_a_segment_is_put_together_box_by_box(app: Flask, inside: Callable[..., Any]) -> None:
    inside(resident, children=((months_ago(19), KITA),), mail="a@mail.example", district=KITA)
    inside(resident, children=((months_ago(19), CHUO),), mail="b@mail.example", district=CHUO)
    browser = desk(app)
    page = browser.get("/staff/segments/new")
    page = browser.submit("追加", **{"seg-0-new": "person"})
    print(page.text)
