"""A clerk's picture made harmless: only its pixels are kept, encoded anew. Pure."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from portal.core.errors import N_, MadoError

FORMATS = ("JPEG", "PNG")
LARGEST_FILE = 10 * 1024 * 1024  # LINE takes as much for an imagemap; a menu's limit is lower
MOST_PIXELS = 16_000_000  # a bomb of 1 KB can claim billions
QUALITIES = (90, 80, 70, 60)
REASONS = {
    "empty": N_("Please choose a picture."),
    "large": N_("The picture is too large."),
    "kind": N_("Please give a PNG or JPEG picture."),
    "size": N_("The picture does not have the size LINE asks for."),
}


class BadPicture(MadoError):
    """The file is not taken; `reason` is a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What a use asks of its pictures."""

    most_bytes: int = LARGEST_FILE
    widths: tuple[int, int] = (240, 4096)
    heights: tuple[int, int] = (100, 4096)
    ratios: tuple[float, float] = (0.3, 10.0)  # width / height

    def fit(self, width: int, height: int) -> bool:
        """Whether a picture of this size may be used."""
        spans = ((width, self.widths), (height, self.heights), (width / height, self.ratios))
        return all(low <= value <= high for value, (low, high) in spans)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of ours: what was in its file beside the pixels is gone."""

    data: bytes
    width: int
    height: int
    kind: str  # "png" or "jpeg"

    @property
    def mimetype(self) -> str:
        """As browsers are told."""
        return f"image/{self.kind}"


def checked(data: bytes, limits: Limits | None = None) -> Picture:
    """Decode within limits, turn upright, encode anew; raises BadPicture."""
    limits = limits or Limits()
    if not data:
        raise BadPicture("empty")
    if len(data) > LARGEST_FILE:
        raise BadPicture("large")
    image, kind = _decoded(data)
    if not limits.fit(*image.size):
        raise BadPicture("size")
    return encoded(image, kind, limits.most_bytes)


def encoded(image: Image.Image, kind: str, most_bytes: int = LARGEST_FILE) -> Picture:
    """The pixels as a file of at most so many bytes; a PNG too large for that becomes a JPEG."""
    for wanted, quality in ((kind, QUALITIES[0]), *(("jpeg", each) for each in QUALITIES)):
        out = io.BytesIO()
        plain = image.convert("RGB")
        if wanted == "png":
            plain.save(out, "PNG", optimize=True)
        else:
            plain.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= most_bytes:
            return Picture(out.getvalue(), image.width, image.height, wanted)
    raise BadPicture("large")


def narrowed(picture: Picture, width: int) -> Picture:
    """The same picture `width` wide, and as high as its ratio says."""
    with Image.open(io.BytesIO(picture.data), formats=FORMATS) as image:
        size = (width, max(1, round(image.height * width / image.width)))
        return encoded(image.convert("RGB").resize(size, Image.Resampling.LANCZOS), picture.kind)


def _decoded(data: bytes) -> tuple[Image.Image, str]:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadPicture("size")
            kind = "png" if image.format == "PNG" else "jpeg"
            image.load()
            return _on_white(ImageOps.exif_transpose(image) or image), kind
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadPicture("size") from None
    except Exception:  # decoders of broken files raise anything: OSError, SyntaxError, struct.error
        raise BadPicture("kind") from None


def _on_white(image: Image.Image) -> Image.Image:
    """LINE shows what is clear as black on some phones; white is what clerks expect."""
    if image.mode not in {"RGBA", "LA", "PA"} and "transparency" not in image.info:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground
