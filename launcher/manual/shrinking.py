"""A screenshot made small: fewer colours, as few as the weight asks for."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

HEAVIEST = 60_000  # bytes of one picture
COLOURS = (128, 64, 32, 16)


def small(content: bytes, heaviest: int = HEAVIEST) -> bytes:
    """The picture as a PNG with a palette; the last try may still be too heavy."""
    picture = Image.open(BytesIO(content)).convert("RGB")
    made = content
    for colours in COLOURS:
        out = BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        made = out.getvalue()
        if len(made) <= heaviest:
            break
    return made
