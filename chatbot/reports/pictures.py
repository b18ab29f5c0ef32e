"""A picture from a stranger made harmless: only its pixels are kept, drawn anew. Pure."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

LARGEST_FILE = 12 * 1024 * 1024  # bytes
MOST_PIXELS = 64_000_000  # phones make 50; a bomb of 1 KB can claim billions
MOST_WHOLE = 16_000_000  # of kinds that can only be decoded whole (measured: 16 bytes a pixel)
SIDE, SMALL_SIDE = 1600, 320
FORMATS = ("JPEG", "PNG", "WEBP")
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


class RefusedPicture(Exception):
    """The file is not taken; `reason`: empty, too_big, heic, not_a_picture, too_many_pixels."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class CleanPicture:
    """Two JPEGs made of the picture's pixels, without anything else that was in its file."""

    large: bytes
    small: bytes
    width: int
    height: int


def clean(body: bytes) -> CleanPicture:
    """Decode within limits, turn upright, shrink, encode anew; raises RefusedPicture.

    Name and stated type of the file are not looked at: what it is, its bytes say. EXIF (with GPS),
    comments, profiles and whatever is hung behind the picture are left behind.
    """
    image = _decoded(body)
    large, small = _within(image, SIDE), _within(image, SMALL_SIDE)
    return CleanPicture(_jpeg(large, 82), _jpeg(small, 75), large.width, large.height)


def _decoded(body: bytes) -> Image.Image:
    if not body:
        raise RefusedPicture("empty")
    if len(body) > LARGEST_FILE:
        raise RefusedPicture("too_big")
    if body[4:8] == b"ftyp" and body[8:12] in HEIF_BRANDS:
        raise RefusedPicture("heic")
    try:
        return _opened(body)
    except RefusedPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RefusedPicture("too_many_pixels") from None
    except Exception:  # decoders of broken files raise anything: OSError, SyntaxError, struct.error
        raise RefusedPicture("not_a_picture") from None


def _opened(body: bytes) -> Image.Image:
    with Image.open(io.BytesIO(body), formats=FORMATS) as image:
        most = MOST_PIXELS if image.format == "JPEG" else MOST_WHOLE
        if image.width * image.height > most:
            raise RefusedPicture("too_many_pixels")
        if min(image.size) < 8:
            raise RefusedPicture("not_a_picture")
        image.draft("RGB", (SIDE, SIDE))  # JPEG decodes at a fraction: a fifth of time and memory
        image.load()  # of a WebP or PNG with many frames the first
        upright = ImageOps.exif_transpose(image) or image
        return _on_white(upright)


def _on_white(image: Image.Image) -> Image.Image:
    """A fresh picture of the pixels alone; where it was clear, white."""
    if image.mode not in {"RGBA", "LA", "PA"} and "transparency" not in image.info:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def _within(image: Image.Image, side: int) -> Image.Image:
    share = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    fresh = Image.new("RGB", size)
    fresh.paste(image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
    return fresh


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
