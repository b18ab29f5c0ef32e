"""Registers the box."""

from __future__ import annotations

from flask import Flask

from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.mypage import favourite_pages
from portal.mypage.favourite_models import Favourite
from portal.mypage.favourites import Favourites
from portal.mypage.searching import own_things
from portal.search import indexing, misses, sources, staff_pages
from portal.search.documents import add_own_source
from portal.search.models import (
    SearchDocument,
    SearchGram,
    SearchMiss,
    SearchSource,
    SearchWord,
)

RECORDS = (SearchDocument, SearchGram, SearchWord, SearchSource, SearchMiss, Favourite)


def register(app: Flask) -> None:
    """Sources and ticks."""
    sources.install(app)
    add_own_source(app, own_things)
    found = registries(app)
    found.ticks += [("search index", indexing.sweep), ("search misses", misses.forget)]
    found.merge_parts.append(Favourites())
    found.nav.append(
        NavItem(
            "staff",
            N_("Searches in vain"),
            "staff_search.index",
            "search",
            45,
            needs="knowledge.view",
            group="answers",
        )
    )
    app.register_blueprint(favourite_pages.bp)
    app.register_blueprint(staff_pages.bp)
