"""Index pages: by life event and by desk; and the catalogue's pages for the sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from flask import Blueprint, Flask, current_app, render_template, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext
from sqlalchemy import func, select

from portal.catalogue.gif import CATEGORIES
from portal.catalogue.gif_words import gif_name
from portal.catalogue.load import DATA, Thing, load_catalogue
from portal.catalogue.model import Desk, Service
from portal.catalogue.models import CatalogueRevision, State
from portal.core.clock import TOKYO, in_tokyo, today
from portal.core.db import read
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.languages import in_japanese
from portal.core.web.access import public
from portal.guide.certificates_reading import load_certificates
from portal.guide.desks import desk_words
from portal.guide.public import Kept, PublicPage, add_public
from portal.guide.public_structured import Crumb, breadcrumbs, government_service
from portal.mypage.life_events import BY_KEY, EVENTS, services_of

bp = Blueprint("indexes", __name__)
STILL = ("guide.home", "guide.menu", "guide.links", "guide.accessibility", "guide.privacy")


@bp.record_once
def register(state: BlueprintSetupState) -> None:
    """Addresses and the sitemap's pages of the guide."""
    plain = dict.fromkeys(STILL, Kept())
    lists = dict.fromkeys(
        ("indexes.events", "indexes.event", "indexes.desks", "indexes.desk",
         "catalogue_pages.service"),
        Kept(),
    )  # fmt: skip
    kiosks = dict.fromkeys(
        ("certificates.index", "certificates.kind", "certificates.registration"),
        Kept(seconds=0),  # open or closed changes by the minute
    )
    services = {"catalogue_pages.services": Kept(("category",))}
    add_public(cast("Flask", state.app), {**plain, **lists, **kiosks, **services}, _pages)


@bp.get("/life-events")
@public()
def events() -> str:
    """What happens in life."""
    catalogue, day = load_catalogue(), today()
    return _index(
        gettext("By what happens in life"),
        [
            {
                "name": gettext(event.title),
                "url": url_for("indexes.event", key=event.key),
                "count": len(services_of(event, catalogue, day)),
            }
            for event in EVENTS
        ],
    )


@bp.get("/life-events/<key>")
@public()
def event(key: str) -> str:
    """The services that go with one event."""
    found = BY_KEY.get(key)
    if found is None:
        raise NotFound()
    services = services_of(found, load_catalogue(), today())
    above = (gettext("By what happens in life"), url_for("indexes.events"))
    return _list(gettext(found.title), services, [above])


@bp.get("/desks")
@public()
def desks() -> str:
    """The counters of the city."""
    catalogue = load_catalogue()
    return _index(
        gettext("By desk"),
        [
            {
                "name": desk.name.say(current_language()),
                "url": url_for("indexes.desk", key=desk.key),
                "count": len(_services_at(desk)),
            }
            for desk in catalogue.desks.values()
        ],
    )


@bp.get("/desks/<key>")
@public()
def desk(key: str) -> str:
    """One counter: where, when, and what can be done there."""
    found = load_catalogue().desks.get(key)
    if found is None:
        raise NotFound()
    above = (gettext("By desk"), url_for("indexes.desks"))
    words = desk_words(found, today(), current_language())
    return _list(found.name.say(current_language()), _services_at(found), [above], desk=words)


def of_service(service: Service, crumbs: list[Crumb]) -> list[dict[str, Any]]:
    """Structured data of a service's page."""
    settings, language = current_app.extensions["mado.settings"], current_language()
    city = settings.CITY_NAME if in_japanese(language) else settings.CITY_NAME_EN
    path = url_for("catalogue_pages.service", key=service.key)
    return [government_service(service, path, language, city), breadcrumbs(crumbs)]


def crumbs_to(title: str, path: str, above: list[Crumb]) -> list[Crumb]:
    """The way from the first page to this one."""
    return [(gettext("First page"), url_for("guide.home")), *above, (title, path)]


def _index(title: str, items: list[dict[str, Any]]) -> str:
    crumbs = crumbs_to(title, items[0]["url"].rpartition("/")[0], [])
    return render_template(
        "portal/index.html", title=title, items=items, crumbs=crumbs[:-1],
        structured=[breadcrumbs(crumbs)],
    )  # fmt: skip


def _list(title: str, services: list[Service], above: list[Crumb], **more: Any) -> str:
    language = current_language()
    lines = [
        {
            "title": each.title.say(language),
            "summary": each.summary.say(language),
            "type": gif_name(each.service_type),
            "url": url_for("catalogue_pages.service", key=each.key),
        }
        for each in services
    ]
    crumbs = [(gettext("First page"), url_for("guide.home")), *above]
    return render_template(
        "portal/index_services.html", title=title, found=lines, crumbs=crumbs,
        structured=[breadcrumbs(crumbs)], **more,
    )  # fmt: skip


def _services_at(desk: Desk) -> list[Service]:
    return [each for each in load_catalogue().services if each.desk.key == desk.key]


def _pages() -> Iterator[PublicPage]:
    catalogue, days = load_catalogue(), _changed()
    yield from (PublicPage(url_for(name), delivered()) for name in STILL)
    for name in ("catalogue_pages.services", "indexes.events", "indexes.desks"):
        yield PublicPage(url_for(name), max(days.values(), default=delivered()))
    for category in CATEGORIES:
        if catalogue.in_category(category):
            yield PublicPage(url_for("catalogue_pages.services", category=category), delivered())
    for each in catalogue.services:
        path = url_for("catalogue_pages.service", key=each.key)
        yield PublicPage(path, days.get((Thing.SERVICE, each.key), delivered()))
    for key in catalogue.desks:
        yield PublicPage(url_for("indexes.desk", key=key), days.get((Thing.DESK, key), delivered()))
    yield from (PublicPage(url_for("indexes.event", key=each.key), delivered()) for each in EVENTS)
    yield PublicPage(url_for("certificates.index"), delivered())
    for key in load_certificates().kinds:
        yield PublicPage(url_for("certificates.kind", key=key), delivered())
    if load_certificates().kiosk.registration:
        yield PublicPage(url_for("certificates.registration"), delivered())


def _changed() -> dict[tuple[str, str], date]:
    """The day each of the city's own entries went live."""
    found = read().execute(
        select(CatalogueRevision.thing, CatalogueRevision.key, func.max(CatalogueRevision.live_at))
        .where(CatalogueRevision.state == State.LIVE)
        .group_by(CatalogueRevision.thing, CatalogueRevision.key)
    )
    return {(row[0], row[1]): in_tokyo(row[2]).date() for row in found if row[2]}


@lru_cache(maxsize=1)
def delivered() -> date:
    """The day this release's own texts came onto the machine."""
    newest = max(file.stat().st_mtime for file in DATA.rglob("*.yaml"))
    return datetime.fromtimestamp(newest, TOKYO).date()
