"""Registers the pages of this package on the application."""

from __future__ import annotations

from typing import Any

from flask import Flask, g

import portal.catalogue.staff.pages
import portal.design.pages
import portal.guide.city_pages.pages
import portal.guide.pages
import portal.insight.pages
import portal.languages.pages
import portal.mypage.plugging
import portal.offline.pages
import portal.operations.pages
import portal.operations.plugging
import portal.operations.protecting
import portal.privacy.pages
import portal.residents.pages
import portal.residents.pausing_pages
import portal.search.pages
import portal.training.pages
from portal.catalogue import editing, store
from portal.catalogue.models import CatalogueRevision, CatalogueVersion
from portal.core import audit, audit_cutting, audit_records, audit_sealing, outbox
from portal.core.errors import N_
from portal.core.i18n import gettext
from portal.core.registries import NavItem, registries
from portal.core.web import health, kept_forms, letters
from portal.core.web.app import path_of
from portal.core.web.doors import doors
from portal.core.web.read_only import may_lag
from portal.core.web.sessions import SessionRow, sweep_sessions
from portal.guide.certificates_models import KioskMaintenance
from portal.mypage import newly_due
from portal.mypage.calendar.models import CalendarFeed
from portal.mypage.models import TodoAct
from portal.mypage.newly_models import NewlyDue, NewlyDueSweep
from portal.mypage.own_models import LifeEventEntry, OwnTodo, TodoNote
from portal.mypage.visits.models import VisitSheet
from portal.operations.backups import models as backups
from portal.residents import sharing, sharing_pages
from portal.residents.family import sweep_removals
from portal.residents.merging import Families
from portal.residents.models import Person, PersonRemoval, Resident
from portal.residents.sharing_models import CardChange, CardInvitation, CardShare, SharingEnd

RECORDS = (  # known to migrations
    audit.AuditEntry,
    audit_records.AuditLink,
    audit_records.AuditSeal,
    audit_records.AuditCut,
    outbox.OutboxMessage,
    SessionRow,
    kept_forms.KeptForm,
    Resident,
    Person,
    PersonRemoval,
    CardShare,
    CardInvitation,
    CardChange,
    SharingEnd,
    TodoAct,
    OwnTodo,
    TodoNote,
    LifeEventEntry,
    VisitSheet,
    CalendarFeed,
    NewlyDue,
    NewlyDueSweep,
    CatalogueRevision,
    CatalogueVersion,
    KioskMaintenance,
    *portal.privacy.pages.RECORDS,
    *portal.insight.pages.RECORDS,
    *portal.operations.plugging.RECORDS,
    *portal.operations.protecting.RECORDS,
    *portal.search.pages.RECORDS,
    *backups.RECORDS,
    *portal.guide.city_pages.pages.RECORDS,
    *portal.languages.pages.RECORDS,
)


NAV = (
    NavItem("resident", N_("My Page"), "mypage.home", "window", 10, needs="resident"),
    NavItem("resident", N_("Search"), "guide.search", "search", 40),
    NavItem("resident", N_("Menu"), "guide.menu", "menu", 50),
    NavItem(
        "staff",
        N_("Kiosks"),
        "certificates.windows",
        "clock",
        45,
        needs="catalogue.edit",
        group="services",
    ),
    NavItem(
        "staff",
        N_("Services as files"),
        "exchange.index",
        "page",
        35,
        needs="catalogue.edit",
        group="services",
    ),
)
# What anyone may read: a standby's rows are good enough for whoever only looks.
MAY_LAG = [
    *("guide", "public", "catalogue_pages", "certificates"),
    *("indexes", "facilities", "city_pages", "news"),
]


def register(app: Flask) -> None:
    """Blueprints and ticks of the ground and of My Page."""
    store.install(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(letters.bp)
    app.register_blueprint(portal.operations.pages.bp)
    app.register_blueprint(portal.residents.pages.bp)
    app.register_blueprint(sharing_pages.bp)
    for blueprint in portal.guide.pages.BLUEPRINTS:
        app.register_blueprint(blueprint)
    may_lag(app, *MAY_LAG)
    portal.catalogue.staff.pages.register(app)
    portal.languages.pages.register(app)
    portal.design.pages.register(app)
    app.context_processor(_around_pages)
    app.jinja_env.globals["doors"] = doors
    found = registries(app)
    found.merge_parts.append(Families())
    portal.mypage.plugging.plug_in(app, found)
    portal.search.pages.register(app)
    portal.guide.city_pages.pages.register(app)
    found.before_erasing.append(sharing.pass_on_all)
    portal.privacy.pages.register(app)  # after passing on: what stays with others loses its maker
    portal.insight.pages.register(app)
    portal.offline.pages.register(app)
    portal.operations.plugging.register(app)
    portal.operations.protecting.register(app)
    portal.training.pages.register(app)
    found.nav += NAV
    found.ticks += [
        ("outbox", outbox.sweep),
        ("audit seals", audit_sealing.seal),
        ("audit cuts", audit_cutting.cut),
        ("sessions", sweep_sessions),
        ("kept_forms", kept_forms.sweep),
        ("removals", sweep_removals),
        ("sharing", sharing.sweep),
        ("catalogue", editing.go_live_due),
        ("newly due", newly_due.tick),
    ]


def _around_pages() -> dict[str, Any]:
    """What the footer leads to."""
    viewer = g.get("viewer")  # none in mails, which have no page around them
    if viewer is None or viewer.face not in FOOTERS:
        return {}
    return {
        "footer_items": [
            {"label": gettext(label), "url": path_of(endpoint)}
            for label, endpoint in FOOTERS[viewer.face]
        ],
    }


FOOTER = (
    (N_("Letters and colours"), "letters.page"),
    (N_("Accessibility"), "guide.accessibility"),
    (N_("How we treat your data"), "guide.privacy"),
    (N_("Disaster card"), "offline.card"),
    (N_("Ask about this service"), "contact.index"),
)
FOOTERS = {"resident": FOOTER, "staff": ((N_("Letters and colours"), "letters.desk"),)}
