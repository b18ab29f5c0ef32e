"""Pages open to everybody: front page, search, certificates, links, menu, and what we promise."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from portal.catalogue import exporting_pages
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public
from portal.guide import certificates_pages, public_indexes, services
from portal.guide.links import GROUPS, outside_links
from portal.guide.links_kept.checking import broken
from portal.guide.online import Online, online
from portal.guide.public import bp as public_bp
from portal.guide.services import LIFE_EVENTS, categories
from portal.mypage.favourites import starred
from portal.search.networks import LETTERS, SEARCHES, limited
from portal.search.results import results_page, suggestions

bp = Blueprint("guide", __name__)
BLUEPRINTS = (
    bp,
    services.bp,
    certificates_pages.bp,
    public_bp,
    public_indexes.bp,
    exporting_pages.bp,
)


@bp.route("/")
@public()
def home() -> str:
    """The front page: the ways in."""
    return render_template("portal/home.html", life_events=categories(LIFE_EVENTS))


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
@limited(SEARCHES)
@public()
def search() -> str:
    """One box over everything."""
    return results_page(categories(LIFE_EVENTS))


@bp.route("/search/suggestions")
@limited(LETTERS)
@public()
def suggest() -> Response:
    """What may be meant by the letters typed so far."""
    return suggestions()


@bp.route("/links")
@public()
def links() -> str:
    """The city's other systems."""
    language = current_language()
    groups: dict[str, list[tuple[str, Online, bool]]] = {}
    away = broken()
    for key, link in outside_links().items():
        shown = (key, online(link, language), key in away)
        groups.setdefault(GROUPS[link.group].say(language), []).append(shown)
    return render_template("portal/links.html", groups=groups, starred=starred(current_viewer().id))
