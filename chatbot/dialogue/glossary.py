"""A question in another language by the Japanese words of the city hall that stand in it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from chatbot.knowledge.loading import read_yaml

FILE = Path(__file__).parent / "glossary.yaml"


def in_japanese(text: str, language: str) -> str:
    """The Japanese words for what is named in a text; "" where nothing known is."""
    small = text.lower()
    found = [(small.find(word), word, ja) for word, ja in _words(language).items() if word in small]
    longest = [
        one
        for one in found
        if not any(one[1] != other[1] and one[1] in other[1] for other in found)
    ]
    return " ".join(dict.fromkeys(ja for _, _, ja in sorted(longest)))


@cache
def _words(language: str) -> Mapping[str, str]:
    if language == "ja":
        return {}
    return {
        str(word).lower(): row["ja"] for row in read_yaml(FILE) for word in row.get(language, ())
    }
