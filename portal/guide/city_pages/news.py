"""Residents' pages: what is new on the city's website."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast
from uuid import UUID

from flask import Blueprint, Flask, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.catalogue.load import load_catalogue
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public
from portal.core.web.forms import page_number
from portal.guide.city_pages import showing
from portal.guide.public import Kept, PublicPage, add_public
from portal.mypage.favourites import starred

bp = Blueprint("news", __name__)


@bp.record_once
def register(state: BlueprintSetupState) -> None:
    """Addresses and the sitemap's pages."""
    kept = {"news.index": Kept(("category", "page")), "news.show": Kept()}
    add_public(cast("Flask", state.app), kept, _pages)


def _pages() -> Iterator[PublicPage]:
    yield PublicPage(url_for("news.index"))
    for page_id, day in showing.addresses():
        yield PublicPage(url_for("news.show", page_id=page_id), day)


@bp.get("/news")
@public()
def index() -> ResponseReturnValue:
    """The newest pages, of a category or of the reader's interests."""
    viewer = current_viewer()
    mine = viewer.id if request.args.get("mine") and viewer.id else None
    known = showing.categories()
    category = request.args.get("category", "")
    if category and category not in {name for name, _ in known}:
        category = ""
    found, leaves = showing.newest(category, page_number(), mine)
    return render_template(
        "portal/news.html",
        pages=found,
        leaves=leaves,
        page=page_number(),
        category=category,
        categories=known,
        mine=mine is not None,
    )


@bp.get("/news/<uuid:page_id>")
@public()
def show(page_id: UUID) -> ResponseReturnValue:
    """One page: what it is about, and the way to it."""
    found = showing.one(page_id)
    if found is None:
        raise NotFound()
    catalogue, language = load_catalogue(), current_language()
    tied = [catalogue.find(key) for key in showing.services_of(found.category)]
    services = [
        (each.title.say(language), url_for("catalogue_pages.service", key=each.key))
        for each in tied
        if each is not None
    ]
    return render_template(
        "portal/news_page.html",
        page=found,
        services=services,
        starred=starred(current_viewer().id),
    )
