"""Draws an SVG as PNG by resvg, which reads no file and asks no address on its own."""

from __future__ import annotations

from functools import cache

import resvg_py
import structlog

from portal.core.errors import N_, MadoError

log = structlog.get_logger(__name__)
FAMILY = "Noto Sans CJK JP"
LANGUAGES = ["ja", "en"]
_LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
    '<text x="4" y="32" font-size="30" font-family="sans-serif">{}</text></svg>'
)


class CanNotDraw(MadoError):
    """The drawing fails, or the machine has no Japanese letters."""

    message = N_("The picture could not be drawn.")


class NoLetters(CanNotDraw):
    """Words would be missing in the picture, and nobody might notice."""

    message = N_("This computer has no Japanese letters to draw with. Please tell the operator.")


def png(svg: str, width: int) -> bytes:
    """The drawing `width` pixels wide; raises CanNotDraw."""
    if "<text" in svg and not _has_letters():
        raise NoLetters()
    return _drawn(svg, width)


def _drawn(svg: str, width: int) -> bytes:
    try:
        return resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            background="white",
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            languages=LANGUAGES,
        )
    except (ValueError, RuntimeError) as error:
        log.warning("pictures.not_drawn", error=type(error).__name__)
        raise CanNotDraw() from error


@cache
def _has_letters() -> bool:
    """Whether 国 and 窓 come out as two different pictures, so as letters and not as boxes."""
    empty, first, second = (_drawn(_LETTER.format(each), 40) for each in ("", "国", "窓"))
    return len({empty, first, second}) == 3
