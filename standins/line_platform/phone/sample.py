"""What the phone's camera sees when a button of the talk opens it: a road with a hole."""

import io

from PIL import Image, ImageDraw


def photograph() -> bytes:
    """A JPEG as a camera gives it."""
    image = Image.new("RGB", (1200, 900), (150, 190, 215))
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 900), (1200, 900), (720, 330), (480, 330)], fill=(95, 95, 98))
    for top, height in ((380, 50), (500, 80), (680, 120)):
        wide = top // 60
        pen.rectangle((600 - wide, top, 600 + wide, top + height), fill=(235, 235, 225))
    pen.ellipse((640, 600, 860, 700), fill=(45, 42, 40))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
