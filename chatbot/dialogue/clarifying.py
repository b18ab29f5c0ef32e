"""A question back, made from what splits the candidates: for whom, about what, which desk. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from chatbot.dialogue.services import ServiceFacts
from chatbot.knowledge.entries import Entry

# Asked in this order where two split alike: the first is the easiest to answer.
DIMENSIONS = ("whom", "category", "desk")
ANYONE = "anyone"
MOST_GROUPS = 5
# A question is worth a tap only when it takes away about half of what is left.
LEAST_SPLIT = 0.8  # bits
MOST_LETTERS, MOST_WORDS = 5, 2
ENDINGS = re.compile(
    r"(?:の?(?:こと|件|手続き))?(?:を|が|は|に|で)?(?:ついて)?"
    r"(?:し|聞き|知り|受け|もらい|取り|出し|申請し|相談し)?"
    r"(?:たい|ほしい|欲しい|教えて|お願い|ください|です|ます|んですが?|のですが?)*[?？。!！\s]*$"
)
LATIN = re.compile(r"[A-Za-z]")
# Entries that lead to no service are for whom their chapter is.
CHAPTERS = {"高齢者": "elder", "子育て": "child", "学校": "child", "障": "disabled"}


@dataclass(frozen=True, slots=True)
class Traits:
    """What can tell one candidate from another."""

    key: str
    whom: str
    category: str
    desk: str

    def of(self, dimension: str) -> str:
        return str(getattr(self, dimension))


@dataclass(frozen=True, slots=True)
class Split:
    """The dimension to ask about and its values, those of most candidates first."""

    dimension: str
    values: tuple[str, ...]


def traits(entry: Entry, services: Sequence[ServiceFacts]) -> Traits:
    """What is known of an entry, by itself and by the services it leads to."""
    whom = [each.whom for each in services if each.whom]
    chapter = [person for word, person in CHAPTERS.items() if word in entry.category]
    return Traits(entry.key, (whom or chapter or [ANYONE])[0], entry.category, entry.desk)


def vague(question: str) -> bool:
    """Whether a question is one thing without what is wanted of it (証明書, 相談したい)."""
    bare = ENDINGS.sub("", question.strip())
    if LATIN.search(bare):
        return len(bare.split()) <= MOST_WORDS
    return len(bare) <= MOST_LETTERS


def split(candidates: Sequence[Traits], known: str = "") -> Split | None:
    """The question that tells the candidates apart best; None where none is worth asking.

    known is for whom it is, when the person has said so: that is not asked again.
    """
    found = [
        (bits, -place, dimension, values)
        for place, dimension in enumerate(DIMENSIONS)
        if not (dimension == "whom" and known)
        for bits, values in [_bits([each.of(dimension) for each in candidates])]
        if 2 <= len(values) <= MOST_GROUPS and bits >= LEAST_SPLIT
    ]
    # One tenth of a bit more is no reason for a harder question.
    best = max(found, key=lambda one: (round(one[0], 1) + one[1] * 0.3, one[1]), default=None)
    return Split(best[2], best[3]) if best else None


def _bits(values: Sequence[str]) -> tuple[float, tuple[str, ...]]:
    counts = Counter(values)
    shares = [number / len(values) for number in counts.values()]
    return -sum(share * log2(share) for share in shares), tuple(
        value for value, _ in counts.most_common()
    )
