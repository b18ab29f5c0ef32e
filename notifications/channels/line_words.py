"""LINE knows no furigana as we mark them: readings go into brackets, and out of short labels."""

from __future__ import annotations

from typing import Any

from portal.core.text_marks import base, plain

LABELS = frozenset({"label", "altText", "title", "displayText"})  # a few letters long


def bare(value: Any, name: str = "") -> Any:
    """Messages with their texts as LINE shows them."""
    if isinstance(value, str):
        return base(value) if name in LABELS else plain(value)
    if isinstance(value, dict):
        return {key: bare(each, key) for key, each in value.items()}
    return [bare(each, name) for each in value] if isinstance(value, list) else value
