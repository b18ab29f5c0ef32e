"""Reads the size of a JPEG or PNG picture from its first bytes."""

import struct

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8"
# Start-of-frame markers; C4, C8 and CC mean other things (ITU-T T.81, table B.1).
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(data: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height, or None when the bytes are not a picture of that content type."""
    if kind == "image/png":
        return _png_size(data)
    return _jpeg_size(data) if kind == "image/jpeg" else None


def _png_size(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(PNG_HEAD) or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(JPEG_START):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None
