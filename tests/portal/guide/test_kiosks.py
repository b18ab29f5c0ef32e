"""What the certificate page says at noon, at night and at the turn of the year."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from portal.core.clock import TOKYO
from portal.guide.kiosks import CertificateLine, certificate_lines


def line(app: Flask, moment: datetime, language: str = "ja") -> CertificateLine:
    with app.test_request_context(f"/?lang={language}"):
        return certificate_lines(moment, language)[0]


@pytest.mark.parametrize(
    ("moment", "open_now", "words"),
    [
        (datetime(2026, 11, 20, 12, 0, tzinfo=TOKYO), True, "今日は23:00まで"),
        (datetime(2026, 11, 20, 23, 0, tzinfo=TOKYO), False, "次は11月21日（土） 06:30から"),
        (datetime(2026, 11, 20, 3, 0, tzinfo=TOKYO), False, "次は11月20日（金） 06:30から"),
        (datetime(2026, 12, 30, 12, 0, tzinfo=TOKYO), False, "次は2027年1月4日（月） 06:30から"),
    ],
)
def test_open_now_or_when_next(app: Flask, moment: datetime, open_now: bool, words: str) -> None:
    found = line(app, moment)
    assert (found.open_now, found.when) == (open_now, words)


def test_the_same_in_english(app: Flask) -> None:
    assert "06:30" in line(app, datetime(2026, 11, 20, 23, 0, tzinfo=TOKYO), "en").when
