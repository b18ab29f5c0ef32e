"""Registers the bot's faces: the LINE webhook and the web page."""

from __future__ import annotations

from flask import Flask

from chatbot import extracts
from chatbot.garbage import collecting
from chatbot.garbage import pages as garbage_pages
from chatbot.garbage import store as garbage_store
from chatbot.garbage.models import GarbageEdition, GarbageEntry
from chatbot.garbage.staff import pages as garbage_staff
from chatbot.knowledge import faq_pages, from_tickets, store, translations
from chatbot.knowledge.models import AnswerRevision, AnswerSource, AnswerVersion
from chatbot.knowledge.staff import pages as knowledge_pages
from chatbot.line import events, talk, webhook
from chatbot.line.models import LineEvent, LineTalk
from chatbot.personal_data import DATA
from chatbot.rendering.line import system_browser
from chatbot.reports import models as reports
from chatbot.reports import plugging as reports_plugging
from chatbot.tuning import models as tuning
from chatbot.tuning import pages as tuning_pages
from chatbot.waiting import WAITING
from chatbot.web import consents, documents, embedding, pages, personal
from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.languages.written import add_texts

RECORDS = (  # known to migrations
    LineEvent,
    LineTalk,
    AnswerRevision,
    AnswerSource,
    AnswerVersion,
    GarbageEdition,
    GarbageEntry,
    *tuning.RECORDS,
    *reports.RECORDS,
    consents.AnswerConsent,
)


def register(app: Flask) -> None:
    """Blueprints, menu entry and ticks of the bot."""
    store.install(app)
    garbage_store.install(app)
    app.register_blueprint(webhook.bp)
    app.register_blueprint(pages.bp)
    app.register_blueprint(embedding.bp)
    app.register_blueprint(personal.bp)
    app.register_blueprint(garbage_pages.bp)
    garbage_staff.register(app)
    app.register_blueprint(faq_pages.bp)
    knowledge_pages.register(app)
    add_texts(app, translations.FAQ, translations.answers)
    documents.install(app)
    app.jinja_env.filters["system_browser"] = system_browser
    tuning_pages.register(app)
    reports_plugging.register(app)
    plugged = registries(app)
    plugged.extracts += extracts.SUBJECTS
    plugged.waiting += WAITING
    plugged.personal_data += [DATA, consents.DATA]
    plugged.collections = collecting.on
    plugged.faq_draft = from_tickets.draft
    plugged.merge_parts.append(consents.AnswerConsents())
    plugged.nav.append(NavItem("resident", N_("Ask"), "chat.start", "ask", 30))
    plugged.ticks += [("line events", events.sweep), ("line talks", talk.forget_old_talks)]
