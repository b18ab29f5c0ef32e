"""Pages open to everybody: front page, catalogue, search, menu, and what we promise."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from portal.catalogue.gif import CATEGORIES, SERVICE_TYPES
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Service
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import public
from portal.guide import search as searching

bp = Blueprint("guide", __name__)
catalogue_bp = Blueprint("catalogue_pages", __name__)
BLUEPRINTS = (bp, catalogue_bp)

LIFE_EVENTS = tuple(list(CATEGORIES)[:8])  # DS-491-1 ライフイベント; the others are everyday life


@bp.route("/")
@public()
def home() -> str:
    """The front page: the ways in."""
    return render_template("portal/home.html", life_events=_categories(LIFE_EVENTS))


@bp.route("/menu")
@public()
def menu() -> str:
    """Everything there is."""
    return render_template("portal/menu.html")


@bp.route("/accessibility")
@public()
def accessibility() -> str:
    """What can be expected of these pages by people with disabilities."""
    return render_template("portal/accessibility.html")


@bp.route("/privacy")
@public()
def privacy() -> str:
    """What is kept, why and how long."""
    return render_template("portal/privacy.html")


@bp.route("/search")
@public()
def search() -> str:
    """One box over everything."""
    query = request.args.get("q", "").strip()[: searching.LONGEST_QUERY]
    return render_template(
        "portal/search.html",
        query=query,
        hits=searching.search(query, current_language()) if query else [],
        life_events=_categories(LIFE_EVENTS),
    )


@catalogue_bp.route("/services")
@public()
def services() -> str:
    """The catalogue by life event and by everyday matter, or one category of it."""
    chosen = request.args.get("category", "")
    if chosen and chosen not in CATEGORIES:
        raise NotFound()
    return render_template(
        "portal/services.html",
        chosen=chosen,
        chosen_name=_category_name(chosen) if chosen else "",
        found=[_line(each) for each in load_catalogue().in_category(chosen)] if chosen else [],
        life_events=_categories(LIFE_EVENTS),
        daily=_categories(tuple(name for name in CATEGORIES if name not in LIFE_EVENTS)),
    )


@catalogue_bp.route("/services/<key>")
@public()
def service(key: str) -> str:
    """One service: what, who, when, where, with what."""
    found = load_catalogue().find(key)
    if found is None:
        raise NotFound()
    return render_template("portal/service.html", service=found)


@bp.route("/certificates")
@public()
def certificates() -> str:
    """Which certificate, where, how much, and whether it can be had now."""
    return render_template("portal/certificates.html")


@bp.route("/links")
@public()
def links() -> str:
    """The city's other systems."""
    return render_template("portal/links.html")


def _categories(names: tuple[str, ...]) -> list[dict[str, object]]:
    catalogue = load_catalogue()
    counted = [(name, len(catalogue.in_category(name))) for name in names]
    return [
        {
            "name": _category_name(name),
            "url": url_for("catalogue_pages.services", category=name),
            "count": count,
        }
        for name, count in counted
        if count
    ]


def _category_name(name: str) -> str:
    return name if current_language() == "ja" else CATEGORIES[name]


def _line(service: Service) -> dict[str, str]:
    language = current_language()
    kind = service.service_type
    return {
        "title": service.title.say(language),
        "summary": service.summary.say(language),
        "type": kind if language == "ja" else SERVICE_TYPES[kind],
        "url": url_for("catalogue_pages.service", key=service.key),
    }
