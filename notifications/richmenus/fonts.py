"""The font pictures are lettered with: found on this machine, measured, asked for its letters."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from PIL import ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
# Debian: fonts-noto-cjk, fonts-ipafont-gothic, fonts-takao-gothic, fonts-vlgothic.
FILES = (
    "NotoSansCJK-Bold.ttc", "NotoSansCJKjp-Bold.otf", "NotoSansJP-Bold.*", "NotoSansJP*.ttf",
    "NotoSansCJK-Regular.ttc", "ipaexg.ttf", "ipag.ttf", "TakaoGothic.ttf", "VL-Gothic*.ttf",
)  # fmt: skip
MAC = Path("/System/Library/Fonts/ヒラギノ角ゴシック W6.ttc")
MEASURED_AT = 100
NO_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class Font:
    """One font file."""

    file: Path

    @cached_property
    def _loaded(self) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(self.file), MEASURED_AT)

    @property
    def family(self) -> str:
        """Its name in SVG."""
        return str(self._loaded.getname()[0])

    def length(self, text: str, size: float = 1.0) -> float:
        """How wide a text is at a size."""
        return self._loaded.getlength(text) * size / MEASURED_AT

    def unknown(self, text: str) -> str:
        """The letters of a text that the font does not have (they would be boxes)."""
        return "".join(dict.fromkeys(each for each in text if not _has(self, each)))

    def shape(self, letter: str) -> bytes:
        """The drawn letter, to tell it from the box."""
        return bytes(self._loaded.getmask(letter))


@lru_cache(maxsize=4096)
def _has(font: Font, letter: str) -> bool:
    return letter.isspace() or font.shape(letter) != font.shape(NO_LETTER)


@cache
def japanese() -> Font | None:
    """This machine's Japanese font; None where there is none, and nothing can be lettered."""
    if sys.platform == "darwin" and MAC.exists():
        return Font(MAC)
    for pattern in FILES:
        for folder in FOLDERS:
            found = next(iter(sorted(folder.rglob(pattern))), None) if folder.exists() else None
            if found is not None and not Font(found).unknown("あ市"):
                return Font(found)
    return None
