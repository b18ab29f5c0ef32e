"""Puts the dialogue together from the knowledge files; takes about half a second."""

from collections.abc import Iterable, Sequence

from chatbot.dialogue.conversation import Dialogue
from chatbot.dialogue.words import Words
from chatbot.engine.ranking import Document, Ranker
from chatbot.engine.tokens import Analyzer
from chatbot.garbage.matching import ItemSearch
from chatbot.garbage.store import load_guide
from chatbot.knowledge.entries import LANGUAGES, Entry
from chatbot.knowledge.loading import (
    load_desks,
    load_entries,
    load_links,
    load_phrases,
    load_stop_words,
    load_synonyms,
)


def load_dialogue() -> Dialogue:
    """The dialogue of this city with everything it knows."""
    analyzer = Analyzer(load_stop_words())
    entries, guide, synonyms = load_entries(), load_guide(), load_synonyms()
    return Dialogue(
        entries=entries,
        rankers={one: _ranker(entries, one, analyzer, synonyms) for one in LANGUAGES},
        guide=guide,
        items=ItemSearch(guide.items, analyzer.reading, guide.synonyms),
        words={one: load_words(one) for one in LANGUAGES},
    )


def load_words(language: str) -> Words:
    return Words(language, load_phrases(language), load_desks(language), load_links(language))


def _ranker(
    entries: Iterable[Entry], language: str, analyzer: Analyzer, synonyms: Sequence[Sequence[str]]
) -> Ranker:
    # Entries without a text in the language are still found by words they share (names, numbers).
    documents = [
        Document(entry.key, text.question, text.aliases, text.answer)
        for entry in entries
        for text in [entry.text(language)]
    ]
    return Ranker(documents, analyzer, synonyms)
