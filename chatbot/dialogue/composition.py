"""Puts the dialogue together from the knowledge files; takes about half a second."""

from collections.abc import Iterable, Sequence

from chatbot.dialogue.conversation import Dialogue
from chatbot.dialogue.phrasing import base_of, phrases
from chatbot.dialogue.services import services_of
from chatbot.dialogue.words import Words
from chatbot.engine.ranking import Document, Ranker
from chatbot.engine.tokens import Analyzer
from chatbot.garbage.matching import ItemSearch
from chatbot.garbage.store import load_guide
from chatbot.knowledge.entries import LANGUAGES, WRITTEN, Entry
from chatbot.knowledge.loading import (
    load_desks,
    load_entries,
    load_links,
    load_stop_words,
    load_synonyms,
)
from portal.catalogue.load import load_catalogue
from portal.core import clock


def load_dialogue() -> Dialogue:
    """The dialogue of this city with everything it knows."""
    analyzer = Analyzer(load_stop_words())
    entries, guide, synonyms = load_entries(), load_guide(), load_synonyms()
    return Dialogue(
        entries=entries,
        rankers={one: _ranker(entries, one, analyzer, synonyms) for one in LANGUAGES},
        guide=guide,
        items=ItemSearch(guide.items, analyzer.reading, guide.synonyms),
        words={one: load_words(one) for one in WRITTEN},
        services=services_of(load_catalogue(), clock.today()),
    )


def load_words(language: str) -> Words:
    base = base_of(language)
    return Words(language, phrases(language), load_desks(base), load_links(base))


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
