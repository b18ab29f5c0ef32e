"""Files from strangers: only the pixels of pictures come through."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from chatbot.reports.pictures import LARGEST_FILE, RefusedPicture, clean
from tests.chatbot.reports.photographs import bomb, photograph, with_place

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64
GIF = b"GIF89a\x10\x00\x10\x00\x00\x00\x00;"


def refused(body: bytes) -> str:
    with pytest.raises(RefusedPicture) as told:
        clean(body)
    return told.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_kinds_phones_make_become_jpegs(kind: str) -> None:
    found = clean(photograph(kind))
    for body in (found.large, found.small):
        assert Image.open(io.BytesIO(body)).format == "JPEG"
    assert (found.width, found.height) == (640, 480)


def test_the_place_and_the_phone_are_gone_and_the_picture_stands_upright() -> None:
    body = with_place()
    assert b"SECRETPHONE" in body
    assert Image.open(io.BytesIO(body)).getexif().get_ifd(0x8825)
    found = clean(body)
    assert (found.width, found.height) == (480, 640)
    for made in (found.large, found.small):
        image = Image.open(io.BytesIO(made))
        assert not dict(image.getexif())
        assert "comment" not in image.info and "exif" not in image.info
        assert b"SECRET" not in made and b"Exif" not in made


def test_large_pictures_are_made_smaller() -> None:
    found = clean(photograph(size=(4000, 2000)))
    assert (found.width, found.height) == (1600, 800)
    assert max(Image.open(io.BytesIO(found.small)).size) == 320


def test_what_hangs_behind_or_within_a_picture_is_lost() -> None:
    page = b"<html><script>alert(1)</script></html>"
    archive = b"PK\x03\x04evil"
    body = photograph(comment=page) + page + archive
    found = clean(body)
    assert b"script" not in found.large + found.small
    assert b"PK\x03\x04" not in found.large + found.small


def test_what_was_clear_becomes_white() -> None:
    image, out = Image.new("RGBA", (20, 20), (0, 0, 0, 0)), io.BytesIO()
    image.save(out, "PNG")
    shown = Image.open(io.BytesIO(clean(out.getvalue()).large)).getpixel((10, 10))
    assert shown == (255, 255, 255)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (SVG, "not_a_picture"),
        (GIF, "not_a_picture"),
        (b"<html>", "not_a_picture"),
        (photograph()[:300], "not_a_picture"),
        (b"\xff\xd8\xff" + b"A" * 500, "not_a_picture"),
        (photograph(size=(4, 4)), "not_a_picture"),
        (HEIC, "heic"),
        (b"\xff" * (LARGEST_FILE + 1), "too_big"),
    ],
)
def test_what_is_no_picture_is_refused(body: bytes, reason: str) -> None:
    assert refused(body) == reason


@pytest.mark.parametrize("side", [6_000, 20_000, 50_000])
def test_a_bomb_is_refused_before_it_unfolds(side: int) -> None:
    body = bomb(side, side)
    assert len(body) < 1000
    assert refused(body) == "too_many_pixels"
