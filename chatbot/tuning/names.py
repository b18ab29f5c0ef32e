"""Common family names, letters given names end with, and words that only look like names."""

from __future__ import annotations

from pathlib import Path

from chatbot.knowledge.loading import read_yaml

_DATA = read_yaml(Path(__file__).parent / "data" / "names.yaml")

FAMILY_NAMES = frozenset(_DATA["family_names"].split())
LAST_OF_GIVEN: str = _DATA["last_of_given"]
NO_GIVEN_NAMES = frozenset(_DATA["no_given_names"].split())
NO_NAMES = frozenset(_DATA["no_names"].split())
