"""Seismic intensities of the Japanese scale, in order."""

from __future__ import annotations

import unicodedata

SCALE = ("1", "2", "3", "4", "5-", "5+", "6-", "6+", "7")
SAID = {"5-": "5弱", "5+": "5強", "6-": "6弱", "6+": "6強"}
STRONG, SEVERE = SCALE.index("5-"), SCALE.index("6-")


def place(intensity: str) -> int:
    """How high on the scale; -1 for none. "!5-" is: at least 5弱, not yet received."""
    plain = unicodedata.normalize("NFKC", intensity).strip().removeprefix("震度").lstrip("!")
    plain = plain.replace("以上未入電", "").replace("弱", "-").replace("強", "+")
    return SCALE.index(plain) if plain in SCALE else -1


def said(height: int) -> str:
    """As people say it: 震度6弱."""
    return f"震度{SAID.get(SCALE[height], SCALE[height])}" if height >= 0 else ""


def grade(height: int) -> int:
    """Our weight: from 5弱 on residents are told at once, from 6弱 on the portal changes too."""
    if height < STRONG:
        return 2 if height >= SCALE.index("4") else 1 if height >= 0 else 0
    return 5 if height >= SEVERE else 4
