"""Other words for what was asked: the dictionary's synonym groups and the city's own."""

from collections.abc import Iterable, Iterator, Sequence

from chatbot.engine.tokens import Token

Words = tuple[str, ...]


class Synonyms:
    """Finds, for the words of a question, words of the documents that mean the same."""

    def __init__(
        self, groups: Iterable[Sequence[Words]], documents: Iterable[Iterable[Token]]
    ) -> None:
        """groups are phrases of the same meaning, each cut into words."""
        self._by_first: dict[str, list[tuple[Words, frozenset[Words]]]] = {}
        for group in groups:
            phrases = frozenset(words for words in group if words)
            for words in phrases:
                self._by_first.setdefault(words[0], []).append((words, phrases - {words}))
        self._by_group: dict[int, set[str]] = {}
        for token in (token for document in documents for token in document):
            for number in token.groups:
                self._by_group.setdefault(number, set()).add(token.word)

    def alternatives(self, question: Sequence[Token]) -> Iterator[tuple[Words, frozenset[Words]]]:
        """Each phrase of the question that has other words, with these."""
        words = tuple(token.word for token in question)
        for place, token in enumerate(question):
            others = self._from_dictionary(token)
            if others:
                yield (token.word,), others
            for phrase, same in self._by_first.get(token.word, ()):
                if words[place : place + len(phrase)] == phrase:
                    yield phrase, same

    def _from_dictionary(self, token: Token) -> frozenset[Words]:
        words = {word for number in token.groups for word in self._by_group.get(number, ())}
        return frozenset((word,) for word in words - {token.word})
