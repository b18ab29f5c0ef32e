"""The bot's own sentences in every language that answers may be written in."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from chatbot.knowledge.entries import WRITTEN
from chatbot.knowledge.loading import load_phrases, read_yaml
from portal.core.languages import EASY

OWN = Path(__file__).parent / "phrases.yaml"


def base_of(language: str) -> str:
    """The language in whose words a language's gaps are filled: Japanese for easy Japanese."""
    return "ja" if language in ("ja", EASY) or language not in WRITTEN else "en"


@cache
def phrases(language: str) -> Mapping[str, str]:
    """Every sentence by name."""
    base = base_of(language)
    said = dict(load_phrases(base))
    for name, row in read_yaml(OWN).items():
        found = row.get(language) or row.get(base)
        if found:
            said[name] = found
    return said
