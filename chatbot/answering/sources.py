"""Where editions come from: the city's database, or without one what this program ships with."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from chatbot.answering.editions import LIVE, Edition, Editions
from chatbot.dialogue.composition import load_dialogue
from chatbot.dialogue.conversation import Dialogue
from chatbot.engine.learning.storing import from_bytes
from chatbot.garbage import store as garbage
from chatbot.knowledge import store as knowledge
from chatbot.tuning import serving
from portal.catalogue import store as catalogue
from portal.core import db
from portal.core.settings import Settings


def shipped_editions() -> Editions:
    """What this program ships with; never changes."""
    return Editions(lambda: {LIVE: Edition(knowledge.shipped().version)}, lambda _: load_dialogue())


def city_editions(settings: Settings) -> Editions:
    """What the city wrote and released, from its database."""
    app = Flask("answers")
    app.extensions["mado.settings"] = settings
    db.install(app, settings)
    catalogue.install(app)
    knowledge.install(app)
    garbage.install(app)

    def wanted() -> Mapping[str, Edition]:
        with app.app_context():
            return _wanted()

    def build(edition: Edition) -> Dialogue:
        with app.app_context():
            return _build(edition)

    return Editions(wanted, build, let_go=app.extensions["mado.database"].engine.dispose)


def _wanted() -> dict[str, Edition]:
    version = knowledge.version(db.read())
    out = {
        name: Edition(
            # What was fixed by number stays as it is, whatever staff change meanwhile.
            version=version if one.knowledge_number is None or one.drafts else "",
            release=one.id,
            knowledge_number=one.knowledge_number,
            drafts=one.drafts,
            learned=one.learned,
        )
        for name, one in serving.served().items()
    }
    return {LIVE: Edition(version), **out}


def _build(edition: Edition) -> Dialogue:
    # The knowledge of now, not of up to five seconds ago.
    for store in (knowledge.store(), garbage.store(), catalogue.store()):
        store.forget()
    if edition.drafts:
        known = knowledge.with_drafts()
    else:
        known = knowledge.load_knowledge(edition.knowledge_number)
    content = serving.learned_bytes(edition.learned)
    return load_dialogue(known, learned=from_bytes(content) if content else None)
