"""The page for when all is down: complete by itself, callable, and the committed one is current."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from launcher.down_page import DESKS, _moment, rendered

COMMITTED = Path(__file__).resolve().parents[2] / "deploy" / "pages" / "down.html"


@pytest.fixture
def pages(ctx: Flask) -> tuple[str, str]:
    """For a fault, and for a planned stop."""
    until = _moment("2026-11-21T05:00")
    return rendered(ctx, False, None, DESKS), rendered(ctx, True, until, DESKS)


def test_it_needs_nothing_from_anywhere_and_says_whom_to_call(pages: tuple[str, str]) -> None:
    for page in pages:
        assert not re.search(r"<script|<link|<img|https?:|url\(|@import", page)
        assert len(page.encode()) < 14_000  # in the first packets of a busy network
        for number in ("0000001000", "0000001101", "119", "110", "171"):
            assert f'href="tel:{number}"' in page
        assert "やさしい日本語" in page
        assert '<section lang="en">' in page
        assert page.count("<h1>") == 1
    down, planned = pages
    assert "ただいまご利用いただけません" in down
    assert "11月21日 05:00ごろ" in planned
    assert "2026-11-21 at about 05:00" in planned
    assert COMMITTED.read_text("utf-8") == down, "run ./mado down-page --out deploy/pages/down.html"


def test_faults_of_the_options_are_said(ctx: Flask) -> None:
    with pytest.raises(click.UsageError, match="nowhere"):
        rendered(ctx, False, None, ("nowhere",))
    with pytest.raises(click.BadParameter):
        _moment("tomorrow")
    assert _moment("") is None
