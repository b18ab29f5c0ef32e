"""Where a service is done online, as a link that leaves LINE's browser when it must."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from portal.catalogue.model import Service
from portal.core.outside import address_of
from portal.guide.links import OutsideLink, link_for


@dataclass(frozen=True)
class Online:
    """A link to an outside site as pages show it."""

    label: str
    text: str
    url: str
    host: str
    system_browser: bool


def online_link(service: Service, language: str) -> Online | None:
    """The service's online page, if it has one."""
    link = link_for(service.online)
    return online(link, language) if link else None


def online(link: OutsideLink, language: str) -> Online:
    """An outside link in the page's language."""
    url = address_of(link.url)
    return Online(
        label=link.title.say(language),
        text=link.summary.say(language),
        url=outside(url) if link.system_browser else url,
        host=link.host,
        system_browser=link.system_browser,
    )


def outside(url: str) -> str:
    """The address that LINE opens in the phone's own browser (LIFF: openExternalBrowser=1)."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("openExternalBrowser", "1")]
    return urlunsplit(parts._replace(query=urlencode(query)))
