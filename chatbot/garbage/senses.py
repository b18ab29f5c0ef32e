"""Names by what their words mean: 通勤かばん and 通勤バッグ are one, by the dictionary's groups."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, product
from typing import Protocol

MOST_WAYS = 24
MOST_WORDS = 4


class Word(Protocol):
    """A word in its normal form, with the groups of words that mean the same."""

    @property
    def word(self) -> str: ...
    @property
    def groups(self) -> Sequence[int]: ...


Words = Callable[[str], Iterable[Word]]
Sense = tuple[str | int, ...]


def senses(text: str, words: Words) -> list[Sense]:
    """Every way in which a name can be meant; none for long names, which mean only themselves."""
    found = list(words(text))
    if not 0 < len(found) <= MOST_WORDS:
        return []
    options: list[Sense] = [(word.word, *word.groups) for word in found]
    return list(islice(product(*options), MOST_WAYS))
