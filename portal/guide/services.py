"""The public catalogue: by category, and a page for each service."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from portal.catalogue.gif import CATEGORIES
from portal.catalogue.gif_words import gif_name
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Service, Who
from portal.catalogue.phrases import say
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.languages import in_japanese
from portal.core.web.access import current_viewer, public
from portal.guide.city_pages import showing
from portal.guide.desks import desk_words
from portal.guide.online import online_link
from portal.guide.public_indexes import crumbs_to, of_service
from portal.guide.public_structured import Crumb, breadcrumbs
from portal.insight import asking
from portal.mypage.favourites import starred
from portal.mypage.personal import Concerned, concerned
from portal.mypage.picking import pick_value
from portal.mypage.visits.plan import is_counter

bp = Blueprint("catalogue_pages", __name__)

LIFE_EVENTS = tuple(CATEGORIES)[:8]  # DS-491-1 ライフイベント; the others are everyday life
WHO = {
    Who.CHILD: lazy_gettext("Children"),
    Who.PERSON: lazy_gettext("Everybody of the age"),
    Who.SELF: lazy_gettext("Yourself"),
    Who.HOUSEHOLD: lazy_gettext("Your household"),
    Who.EXPECTING: lazy_gettext("Pregnant people"),
}


@bp.route("/services")
@public()
def services() -> str:
    """The catalogue by life event and by everyday matter, or one category of it."""
    chosen = request.args.get("category", "")
    if chosen and chosen not in CATEGORIES:
        raise NotFound()
    found = load_catalogue().in_category(chosen) if chosen else ()
    crumbs = _crumbs(chosen)
    return render_template(
        "portal/services.html",
        chosen=chosen,
        chosen_name=gif_name(chosen) if chosen else "",
        found=[_line(each) for each in found],
        life_events=categories(LIFE_EVENTS),
        daily=categories(tuple(name for name in CATEGORIES if name not in LIFE_EVENTS)),
        crumbs=crumbs[:-1],
        structured=[breadcrumbs(crumbs)],
    )


@bp.route("/services/<key>")
@public()
def service(key: str) -> str:
    """One service: what, for whom, when, where, with what; and, signed in, for whom at home."""
    found = load_catalogue().find(key)
    if found is None:
        raise NotFound()
    day, language, viewer = today(), current_language(), current_viewer()
    home = concerned(found, viewer.id, day, language) if viewer.id else []
    return render_template(
        "portal/service.html",
        service=found,
        line=_line(found),
        who=_who(found),
        rule=_rule(found, language),
        milestones=_milestones(found, language),
        desk=desk_words(found.desk, day, language),
        online=online_link(found, language),
        way=way_online(found),
        starred=starred(viewer.id),
        home=home,
        picks=_picks(found, home),
        # The city's website speaks Japanese.
        city_pages=showing.of_service(key) if in_japanese(language) else [],
        description=found.summary.say(language),
        crumbs=_crumbs(found.category),
        structured=of_service(found, [*_crumbs(found.category), _here(found, language)]),
    )


@bp.get("/services/<key>/online")
@public()
def go_online(key: str) -> Response:
    """To the outside site; who is signed in is asked on the way back how easy it was.

    Nothing is noted of who goes where: only that this account was asked on this day.
    """
    found = load_catalogue().find(key)
    link = online_link(found, current_language()) if found else None
    if found is None or link is None:
        raise NotFound()
    if not found.sensitive:
        asking.after("todo")
    return redirect(link.url, 303)


def way_online(service: Service) -> str | None:
    """The address of a button to its outside site, if it has one.

    LINE's own browser must be given the outside address itself: it opens the phone's browser for
    it, in which nobody is signed in.
    """
    link = online_link(service, current_language())
    in_line = " Line/" in request.headers.get("User-Agent", "")
    if link is None or in_line or service.sensitive or current_viewer().id is None:
        return link.url if link else None
    return url_for("catalogue_pages.go_online", key=service.key)


def _picks(service: Service, home: list[Concerned]) -> list[str]:
    """What a visit sheet would hold: the procedure for everybody at home who has it to do."""
    if not is_counter(service):
        return []
    waiting = [one for one in home if not one.acted and one.state != "future"]
    return [pick_value(one.shown.ref, service.key, one.shown.occurrence) for one in waiting]


def _crumbs(category: str) -> list[Crumb]:
    """The way to all services, or to one category."""
    title, path = gettext("All services"), url_for("catalogue_pages.services")
    if not category:
        return crumbs_to(title, path, [])
    inner = url_for("catalogue_pages.services", category=category)
    return crumbs_to(gif_name(category), inner, [(title, path)])


def _here(service: Service, language: str) -> Crumb:
    return service.title.say(language), url_for("catalogue_pages.service", key=service.key)


def categories(names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Categories that have services, with how many."""
    catalogue = load_catalogue()
    counted = [(name, len(catalogue.in_category(name))) for name in names]
    return [
        {
            "name": gif_name(name),
            "url": url_for("catalogue_pages.services", category=name),
            "count": count,
        }
        for name, count in counted
        if count
    ]


def _line(service: Service) -> dict[str, str]:
    language = current_language()
    return {
        "title": service.title.say(language),
        "summary": service.summary.say(language),
        "type": gif_name(service.service_type),
        "url": url_for("catalogue_pages.service", key=service.key),
    }


def _who(service: Service) -> str:
    sex = {"F": gettext("For: women"), "M": gettext("For: men")}.get(service.sex, "")
    return " ".join(part for part in (str(WHO[service.who]), sex) if part)


def _rule(service: Service, language: str) -> str:
    """When, in plain words; nothing the city has not confirmed (facts 1.4)."""
    rule = service.rule_on(today())
    if not service.confirmed or rule is None:
        return str(gettext("Please see the city's own notice."))
    return say(rule.describe(), language)


def _milestones(service: Service, language: str) -> list[tuple[str, str]]:
    if not service.confirmed:
        return []
    return [
        (each.title.say(language), say(each.rule.describe(), language))
        for each in service.milestones
    ]
