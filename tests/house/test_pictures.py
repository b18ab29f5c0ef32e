"""Pictures of the documents: each is there, each is shown, and the tour's are small."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
TOUR = sorted((IMAGES / "tour").glob("*.png"))
GUIDE = sorted(IMAGES.glob("mypage-*.png"))
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
SHOWN = re.compile(r'(?:!\[[^\]]*\]\(|<img [^>]*src=")([^)"]+)')
ALL_TOGETHER = 2_000_000  # bytes
PHONE, DESK = 375, 1280  # CSS pixels


def shown_in(page: Path) -> set[Path]:
    found = SHOWN.findall(page.read_text("utf-8"))
    return {(page.parent / one).resolve() for one in found if "://" not in one}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_picture_a_page_shows_is_there(page: Path) -> None:
    assert {one.name for one in shown_in(page) if not one.exists()} == set()


def test_every_picture_of_the_tour_is_shown_and_taken_by_a_journey() -> None:
    shown = set().union(*(shown_in(page) for page in PAGES))
    code = "".join(file.read_text("utf-8") for file in (ROOT / "tests" / "journeys").glob("*.py"))
    assert TOUR
    for picture in TOUR:
        assert picture in shown, picture.name
        assert picture.stem.split("-")[-1] in code, picture.name


def test_every_picture_of_my_page_is_shown_small_and_taken_by_a_walk() -> None:
    code = (ROOT / "tests" / "journeys" / "test_walks.py").read_text("utf-8")
    shown = shown_in(ROOT / "docs" / "ja" / "マイページの案内.md")
    assert 0 < len(GUIDE) <= 16
    assert set(GUIDE) == {one for one in shown if one.suffix == ".png"}
    for picture in GUIDE:
        assert f'"{picture.stem.removeprefix("mypage-")}"' in code, picture.name
        assert picture.stat().st_size < 90_000, picture.name


def test_the_tour_is_light_and_as_wide_as_a_phone() -> None:
    assert sum(picture.stat().st_size for picture in TOUR) < ALL_TOGETHER
    for picture in TOUR:
        (width,) = struct.unpack(">I", picture.read_bytes()[16:20])
        assert width == (DESK if picture.stem == "desk-2-printed" else PHONE), picture.name
