"""A rich message as mail and inbox show it: pictures, words and links one below the other."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from notifications.languages import best
from notifications.notices.links import encoded
from notifications.rich_messages import content, shots
from notifications.rich_messages.addresses import addresses
from notifications.rich_messages.content import Imagemap, Rich

Part = dict[str, Any]


class Worded(Protocol):
    """What has words in languages and perhaps rich messages."""

    @property
    def variants(self) -> dict[str, Any]: ...
    @property
    def rich(self) -> dict[str, Any] | None: ...


def of(notice: Worded, language: str, notice_id: UUID | None, channel: str) -> list[Part]:
    """[{"picture", "alt", "title", "text", "links": [[label, address]]}]; plain JSON.

    In the inbox (channel "") links lead straight on: the resident is known there, and not counted.
    """
    chosen = best(notice.variants, language)
    rich = content.of(notice.rich, chosen)
    if rich is None:
        return []
    plain = [link if link.startswith("/") else encoded(link) for _, link in content.links(rich)]
    urls = addresses(rich, chosen, notice_id, channel) if channel else plain
    return _parts(rich, urls)


def _parts(rich: Rich, urls: list[str]) -> list[Part]:
    if isinstance(rich, Imagemap):
        tapped = [[area.label, url] for area, url in zip(rich.areas, urls, strict=True)]
        return [_part("", "", rich.picture, rich.alt, tapped)]
    left = iter(urls)
    return [
        _part(
            card.title, card.text, card.picture, "", [[b.label, next(left)] for b in card.buttons]
        )
        for card in rich.cards
    ]


def _part(
    title: str, text: str, shot: content.Shot | None, alt: str, links: list[list[str]]
) -> Part:
    picture = shots.url(shot, 700) if shot else None
    return {"picture": picture, "alt": alt, "title": title, "text": text, "links": links}
