"""Puts the dialogue together from the knowledge files; takes about half a second."""

from collections.abc import Iterable
from pathlib import Path

from chatbot.dialogue.conversation import Dialogue
from chatbot.dialogue.services import services_of
from chatbot.dialogue.words import load_words
from chatbot.engine.cache import cache_folder, prepare
from chatbot.engine.ranking import Document, Lessons, Ranker, texts_of
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder
from chatbot.garbage.matching import ItemSearch
from chatbot.garbage.store import load_guide
from chatbot.knowledge.entries import LANGUAGES, WRITTEN, Entry
from chatbot.knowledge.store import Knowledge, shipped
from portal.catalogue.load import load_catalogue
from portal.core import clock


def load_dialogue(
    knowledge: Knowledge | None = None,
    cache: Path | None = None,
    learned: Lessons | None = None,
) -> Dialogue:
    """The dialogue of this city with everything it knows, by default what we ship.

    cache is the folder of what was made of texts before; learned is what labels taught.
    """
    knowledge = knowledge or shipped()
    folder = cache or cache_folder()
    documents = {one: _documents(knowledge.entries, one) for one in LANGUAGES}
    prepare((text for some in documents.values() for text in texts_of(some)), folder)
    analyzer, encoder = Analyzer(knowledge.stop_words, folder), Encoder(folder)
    # First of all: what it needs for a moment is then free for the rest.
    encoder.load()
    rankers = {
        one: Ranker(some, analyzer, knowledge.synonyms, encoder) for one, some in documents.items()
    }
    if learned:
        rankers["ja"].teach(learned)
    guide = load_guide()
    return Dialogue(
        entries=knowledge.entries,
        rankers=rankers,
        guide=guide,
        items=ItemSearch(guide.items, analyzer.reading, guide.synonyms, analyzer.tokens),
        words={one: load_words(one) for one in WRITTEN},
        services=services_of(load_catalogue(), clock.today()),
    )


def _documents(entries: Iterable[Entry], language: str) -> list[Document]:
    # Entries without a text in the language are still found by words they share (names, numbers).
    return [
        Document(entry.key, text.question, text.aliases, text.answer)
        for entry in entries
        for text in [entry.text(language)]
    ]
