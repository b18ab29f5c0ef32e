"""How grave a kind of warning is, from its name and its code (levels in force since May 2026)."""

from __future__ import annotations

import re
from dataclasses import dataclass

SPECIAL, DANGER, WARNING, ADVISORY, SLIGHT, NONE = 5, 4, 3, 2, 1, 0
_LEVEL = re.compile("レベル([1-5１-５])")

# code: (hazard, grade). The agency's code table of 2026-08-26; 04, 17 and 18 are the older ones
# that end with fiscal 2028.
CODES: dict[str, tuple[str, int]] = {
    "02": ("snowstorm", WARNING), "03": ("rain", WARNING), "04": ("flood", WARNING),
    "05": ("wind", WARNING), "06": ("snow", WARNING), "07": ("waves", WARNING),
    "08": ("surge", WARNING), "09": ("landslide", WARNING),
    "10": ("rain", ADVISORY), "12": ("snow", ADVISORY), "13": ("snowstorm", ADVISORY),
    "14": ("thunder", ADVISORY), "15": ("wind", ADVISORY), "16": ("waves", ADVISORY),
    "17": ("thaw", ADVISORY), "18": ("flood", ADVISORY), "19": ("surge", ADVISORY),
    "20": ("fog", ADVISORY), "21": ("dry", ADVISORY), "22": ("avalanche", ADVISORY),
    "23": ("cold", ADVISORY), "24": ("frost", ADVISORY), "25": ("icing", ADVISORY),
    "26": ("snow_sticking", ADVISORY), "27": ("other", ADVISORY), "29": ("landslide", ADVISORY),
    "32": ("snowstorm", SPECIAL), "33": ("rain", SPECIAL), "35": ("wind", SPECIAL),
    "36": ("snow", SPECIAL), "37": ("waves", SPECIAL), "38": ("surge", SPECIAL),
    "39": ("landslide", SPECIAL),
    "43": ("rain", DANGER), "48": ("surge", DANGER), "49": ("landslide", DANGER),
}  # fmt: skip
# Only these hazards have levels (警戒レベル相当情報); a storm's warning has none.
LEVELLED = frozenset({"rain", "landslide", "surge", "flood", "river"})
HAZARDS = {
    "大雨": "rain", "土砂災害": "landslide", "高潮": "surge", "洪水": "flood", "氾濫": "river",
    "暴風雪": "snowstorm", "風雪": "snowstorm", "暴風": "wind", "強風": "wind", "大雪": "snow",
    "波浪": "waves",
}  # fmt: skip
ENDINGS = (("特別警報", SPECIAL), ("危険警報", DANGER), ("警報", WARNING), ("注意報", ADVISORY))

# Tsunami, by code; 53 is 52 at its first announcement. A great-tsunami warning is a special one.
TSUNAMI = {"52": SPECIAL, "53": SPECIAL, "51": DANGER, "62": WARNING}
TSUNAMI_NAMES = (("大津波警報", SPECIAL), ("津波警報", DANGER), ("津波注意報", WARNING))
# What rivers were called before May 2026.
RIVER_NAMES = (
    ("氾濫発生", SPECIAL), ("氾濫特別警報", SPECIAL), ("氾濫危険", DANGER),
    ("氾濫警戒", WARNING), ("氾濫警報", WARNING), ("氾濫注意", ADVISORY),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `level` is the alert level, where the agency gives one; `grade` always weighs."""

    name: str
    code: str
    hazard: str
    grade: int
    level: int | None
    doubtful: bool = False  # name and code do not agree; the name is believed


def stated_level(name: str) -> int | None:
    """The figure of "レベルN" in a name."""
    found = _LEVEL.search(name)
    return int(found.group(1)) if found else None


def weather(name: str, code: str) -> Kind:
    """A kind of VPWW53 to 61."""
    if not name or name in {"解除", "なし"}:
        return Kind(name or "なし", code, "none", NONE, NONE)
    by_code = CODES.get(code)
    hazard = _hazard(name) or (by_code[0] if by_code else name)
    stated = stated_level(name)
    grade = stated if stated is not None else _by_ending(name)
    if grade is None:  # a kind of tomorrow: its code may still be known
        grade = by_code[1] if by_code else NONE
    level = grade if hazard in LEVELLED and grade else stated
    return Kind(name, code, hazard, grade, level, by_code is not None and by_code[1] != grade)


def tsunami(name: str, code: str) -> Kind:
    """A kind of VTSE41; 50 and 60 lift, 71 to 73 say a slight change of the sea."""
    lifted = name.endswith("解除")
    by_name = next((grade for word, grade in TSUNAMI_NAMES if name.startswith(word)), NONE)
    grade = NONE if lifted else by_name or TSUNAMI.get(code, NONE)
    if not grade and code.startswith("7"):
        grade = SLIGHT
    return Kind(name, code, "tsunami", grade, None, TSUNAMI.get(code, grade) != grade)


def river(name: str, code: str) -> Kind:
    """A kind of VXKO: 「レベル４氾濫危険警報」, or 「氾濫危険情報」 as before May 2026."""
    if "解除" in name and not name.startswith("解除されない"):
        return Kind(name, code, "river", NONE, NONE)
    grade = stated_level(name)
    if grade is None:
        grade = next((weight for word, weight in RIVER_NAMES if word in name), NONE)
    return Kind(name, code, "river", grade, grade or None)


def _hazard(name: str) -> str | None:
    return next((hazard for word, hazard in HAZARDS.items() if word in name), None)


def _by_ending(name: str) -> int | None:
    return next((grade for word, grade in ENDINGS if name.endswith(word)), None)
