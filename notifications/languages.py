"""The languages notices can be written in, and which one a reader gets."""

from __future__ import annotations

from portal.core.languages import EASY, JAPANESE, LANGUAGES, best

WRITTEN = LANGUAGES

__all__ = ["EASY", "JAPANESE", "WRITTEN", "best"]
