"""Where an area may lead: what clerks choose from, and the action LINE is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from flask_babel import gettext

from notifications.notices.links import encoded, link_allowed
from notifications.richmenus.areas import Area
from portal.catalogue.load import load_catalogue
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.outside import address_of
from portal.core.settings import Settings
from portal.core.web.access import access_of
from portal.core.web.app import path_of
from portal.guide.links import outside_links

PARAMETER = "m"  # of our own addresses: version and area, nothing of the person
PAGES = (  # of other packages too; what a city does not have is not offered
    ("mypage.home", N_("My Page")),
    ("inbox.index", N_("City notices")),
    ("residents.people", N_("Family")),
    ("residents.profile", N_("Your details")),
    ("favourites.index", N_("Favourites")),
    ("mypage.calendar", N_("Calendar")),
    ("visits.index", N_("Visits")),
    ("guide.home", N_("Front page")),
    ("guide.menu", N_("Menu")),
    ("guide.search", N_("Search")),
    ("chat.start", N_("Ask")),
    ("chat.start_garbage", N_("Ask about garbage")),
    ("faq.index", N_("Questions and answers")),
    ("catalogue_pages.services", N_("Services")),
    ("indexes.events", N_("Life events")),
    ("indexes.desks", N_("Desks")),
    ("garbage.index", N_("Garbage")),
    ("garbage.districts", N_("Collection days")),
    ("certificates.index", N_("Certificates")),
    ("facilities.index", N_("Facilities")),
    ("facilities.shelters", N_("Shelters")),
    ("offline.card", N_("Disaster card")),
    ("reports.index", N_("Tell the city about damage")),
    ("news.index", N_("News")),
    ("guide.links", N_("Links")),
)
ADDRESS, SAY = "address", "say"
Groups = dict[str, list[tuple[str, str]]]


def choices(menus: Mapping[UUID, str]) -> Groups:
    """What an area can do, by heading; `menus` are those a tab may lead to."""
    own = [(_own(endpoint), gettext(label)) for endpoint, label in PAGES if _exists(endpoint)]
    language = current_language()
    services = [
        (f"page:/services/{each.key}", each.title.say(language))
        for each in load_catalogue().services
    ]
    links = [(f"link:{key}", each.title.say(language)) for key, each in outside_links().items()]
    groups: Groups = {
        gettext("For residents who are signed in"): [e for e in own if e[0].startswith("my:")],
        gettext("For everybody"): [e for e in own if e[0].startswith("page:")],
        gettext("Other sites of the links page"): links,
        gettext("Tabs: to another menu"): [(f"tab:{id_}", name) for id_, name in menus.items()],
        gettext("Something else"): [
            (ADDRESS, gettext("Another address (https)")),
            (SAY, gettext("Say these words in the talk")),
        ],
        gettext("Services"): services,
    }
    return {heading: found for heading, found in groups.items() if found}


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _own(endpoint: str) -> str:
    access = access_of(current_app._get_current_object(), endpoint)  # type: ignore[attr-defined]
    return ("my:" if access and access.signed_in else "page:") + path_of(endpoint)


def outside_fault(area: Area) -> str | None:
    """What is wrong with a typed address, as a message key."""
    try:
        good = urlsplit(area.more).scheme == "https" and link_allowed(area.more)
    except ValueError:
        good = False
    return None if good else N_("Please give a whole address that begins with https://.")


def leads_outside(area: Area) -> str | None:
    """The outside address behind an area; None where it leads to us, talks, or is no more."""
    if area.to == ADDRESS:
        return encoded(area.more)
    if area.to.startswith("link:"):
        link = outside_links().get(area.to.removeprefix("link:"))
        return str(address_of(link.url)) if link else None
    return None


def in_system_browser(area: Area) -> bool:
    """Whether the address must be opened outside LINE: as the links page says, or a clerk."""
    if area.to.startswith("link:"):
        link = outside_links().get(area.to.removeprefix("link:"))
        return bool(link and link.system_browser)
    return area.outside


def action(
    area: Area, token: str, settings: Settings, aliases: Mapping[UUID, str]
) -> dict[str, Any]:
    """LINE's action object; addresses carry the token that counts the tap."""
    if area.to == SAY:
        return {"type": "message", "label": area.label, "text": area.more}
    if area.to.startswith("tab:"):
        alias = aliases.get(UUID(area.to.removeprefix("tab:")), "none")
        data = f"{PARAMETER}={token}"
        return {
            "type": "richmenuswitch", "label": area.label, "richMenuAliasId": alias, "data": data,
        }  # fmt: skip
    return {"type": "uri", "label": area.label, "uri": _uri(area, token, settings)}


def _uri(area: Area, token: str, settings: Settings) -> str:
    """Pages behind the sign-in open by LIFF with the token in their own address, so that the
    silent sign-in leads back to it; outside addresses go by our landing, which counts.
    """
    kind, _, path = area.to.partition(":")
    if kind in {"page", "my"}:
        joint = "&" if urlsplit(path).query else "?"
        marked = f"{path}{joint}{PARAMETER}={token}"
        return settings.line_link(marked) if kind == "my" else settings.PUBLIC_URL + marked
    end = "?openExternalBrowser=1" if in_system_browser(area) else ""
    return f"{settings.PUBLIC_URL}/{PARAMETER}/{token}{end}"


def words(area: Area, menus: Mapping[UUID, str]) -> str:
    """What an area does, for the table."""
    if area.to == ADDRESS:
        return area.more
    if area.to == SAY:
        return f"「{area.more}」"
    if area.to.startswith("tab:"):
        name = menus.get(UUID(area.to.removeprefix("tab:")), "—")
        return str(gettext("Tab: %(name)s", name=name))
    found = dict(each for group in choices({}).values() for each in group)
    return found.get(area.to, area.to.partition(":")[2])
