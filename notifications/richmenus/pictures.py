"""A picture a clerk uploads, judged by what LINE takes, before LINE is asked. Pure."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from portal.core.errors import N_, MadoError

MOST_BYTES = 1024 * 1024  # LINE: at most 1 MB
NARROWEST, WIDEST, LOWEST, RATIO = 800, 2500, 250, 1.45
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg"}


class RefusedPicture(MadoError):
    """LINE would not take the picture; the message says what to mend."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__()
        self.message, self.values = message, values


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture LINE takes."""

    body: bytes
    kind: str
    width: int
    height: int


def check(body: bytes) -> Picture:
    """The picture of a file; raises RefusedPicture. What a file is, its bytes say."""
    if not body:
        raise RefusedPicture(N_("Please choose a file."))
    if len(body) > MOST_BYTES:
        raise RefusedPicture(
            N_("The file has %(size)s KB. LINE takes at most 1,024 KB."),
            size=f"{-(-len(body) // 1024):,}",
        )
    kind, width, height = _looked(body)
    _check_size(width, height)
    _decode(body)
    return Picture(body, kind, width, height)


def _looked(body: bytes) -> tuple[str, int, int]:
    """Kind and size from the head of the file; nothing is decoded yet."""
    try:
        with Image.open(io.BytesIO(body), formats=tuple(KINDS)) as image:
            return KINDS[str(image.format)], image.width, image.height
    except Exception:  # what is no picture raises anything: OSError, SyntaxError, bombs
        raise RefusedPicture(N_("This is no PNG or JPEG picture.")) from None


def _check_size(width: int, height: int) -> None:
    size = f"{width} × {height}"
    if not NARROWEST <= width <= WIDEST:
        raise RefusedPicture(
            N_("The picture is %(size)s. Its width must be 800 to 2,500."), size=size
        )
    if height < LOWEST:
        raise RefusedPicture(
            N_("The picture is %(size)s. Its height must be at least 250."), size=size
        )
    if width / height < RATIO:
        raise RefusedPicture(
            N_("The picture is %(size)s, too high for its width. At this width: at most %(most)s."),
            size=size,
            most=int(width / RATIO),
        )


def _decode(body: bytes) -> None:
    """A file cut short has a good head; at most 2500 × 1724 pixels are decoded here."""
    try:
        with Image.open(io.BytesIO(body), formats=tuple(KINDS)) as image:
            image.load()
    except Exception:  # broken files raise anything
        raise RefusedPicture(N_("The picture is broken.")) from None
