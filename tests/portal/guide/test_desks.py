"""Desks say when they are closed today."""

from __future__ import annotations

from datetime import date

from flask import Flask

from portal.catalogue.load import load_catalogue
from portal.guide.desks import desk_words


def test_a_desk_is_closed_on_sundays_and_holidays(app: Flask) -> None:
    desk = load_catalogue().desks["residents"]
    with app.test_request_context():
        for closed in (date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 29)):
            assert desk_words(desk, closed, "ja")["hours"].endswith("（今日は休み）")
        assert "休み" not in desk_words(desk, date(2026, 11, 20), "ja")["hours"]
