"""A rich message as it is kept with a notice, one for each language it is made in. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from notifications.notices.links import link_allowed
from notifications.notices.words import STRAY
from portal.core.errors import N_, MadoError

WIDTH, HIGHEST = 1040, 2080  # LINE: areas are counted on a picture 1040 wide
ALT, LABEL, TITLE, TEXT = 400, 20, 40, 300
MOST_AREAS, MOST_CARDS, MOST_BUTTONS = 9, 9, 3
REASONS = {
    "alt": N_("Please say in words what the message shows."),
    "label": N_("Please name each place to tap in at most 20 letters."),
    "link": N_("Please give a path like /services/… or an https:// address."),
    "area": N_("Please place each area inside the picture."),
    "many": N_("There are more parts than LINE shows."),
    "empty": N_("A card needs a title and words or a picture."),
    "shape": N_("The rich message can not be read."),
    "placeholder": N_("Placeholders can stand only in the text of the notice."),
}


class FaultyRich(MadoError):
    """The rich message can not be kept like this; `reason` is a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Area:
    """A place of the picture and where a tap leads."""

    label: str
    link: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Button:
    """Under a card."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A kept picture and its size; `alt` says what it shows to who does not see it."""

    id: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """One card."""

    title: str
    text: str
    picture: Shot | None
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Imagemap:
    """A picture with areas."""

    alt: str
    picture: Shot
    areas: tuple[Area, ...]
    kind: str = "imagemap"


@dataclass(frozen=True, slots=True)
class Cards:
    """One card, or several beside each other."""

    alt: str
    cards: tuple[Card, ...]
    kind: str = "cards"


Rich = Imagemap | Cards


def read(value: Mapping[str, Any]) -> Rich:
    """From JSON; raises FaultyRich where it can not be sent."""
    try:
        rich = _read(value)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise FaultyRich("shape") from None
    _check(rich)
    return rich


def json(rich: Rich) -> dict[str, Any]:
    """As the notice keeps it."""
    return asdict(rich)


def of(kept: Mapping[str, Any] | None, language: str) -> Rich | None:
    """The kept message of a language."""
    value = (kept or {}).get(language)
    return _read(value) if value else None


def links(rich: Rich) -> list[tuple[str, str]]:
    """(label, link) of everything to tap, in order; the place in the list is its number."""
    if isinstance(rich, Imagemap):
        return [(each.label, each.link) for each in rich.areas]
    return [(each.label, each.link) for card in rich.cards for each in card.buttons]


def texts(rich: Rich) -> Iterator[str]:
    """Every word somebody can read in it."""
    yield rich.alt
    yield from (label for label, _ in links(rich))
    if isinstance(rich, Cards):
        for card in rich.cards:
            yield from (card.title, card.text)


def said(kept: Mapping[str, Any] | None) -> str:
    """The kept messages in lines, for comparing two versions."""
    lines = []
    for language, value in (kept or {}).items():
        rich = _read(value)
        lines.append(f"[{language}] {rich.alt}")
        if isinstance(rich, Imagemap):
            lines.append(f"  #{rich.picture.id[-6:]}")
            lines += [f"  {each.label} → {each.link}" for each in rich.areas]
            continue
        for card in rich.cards:
            shot = f" #{card.picture.id[-6:]}" if card.picture else ""
            lines += [f"  {card.title}{shot}", *(f"  {line}" for line in card.text.splitlines())]
            lines += [f"    {each.label} → {each.link}" for each in card.buttons]
    return "\n".join(lines)


def _read(value: Mapping[str, Any]) -> Rich:
    alt = _words(value["alt"])
    if value["kind"] == "imagemap":
        areas = tuple(_area(each) for each in value["areas"])
        return Imagemap(alt, _shot(value["picture"]), areas)
    if value["kind"] == "cards":
        return Cards(alt, tuple(_card(each) for each in value["cards"]))
    raise ValueError


def _area(value: Mapping[str, Any]) -> Area:
    place = {name: _number(value[name]) for name in ("x", "y", "width", "height")}
    return Area(_words(value["label"]), _words(value["link"]), **place)


def _card(value: Mapping[str, Any]) -> Card:
    buttons = tuple(Button(_words(e["label"]), _words(e["link"])) for e in value["buttons"])
    picture = _shot(value["picture"]) if value["picture"] else None
    return Card(_words(value["title"]), _words(value["text"]), picture, buttons)


def _shot(value: Mapping[str, Any]) -> Shot:
    return Shot(str(UUID(value["id"])), _number(value["width"]), _number(value["height"]))


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def _number(value: Any) -> int:
    if type(value) is not int:  # True is an int, too
        raise TypeError
    return value


def _check(rich: Rich) -> None:
    if not 0 < len(rich.alt) <= ALT:
        raise FaultyRich("alt")
    if isinstance(rich, Imagemap):
        _check_areas(rich)
    else:
        _check_cards(rich)
    for label, link in links(rich):
        if not 0 < len(label) <= LABEL:
            raise FaultyRich("label")
        if not link or not link_allowed(link):
            raise FaultyRich("link")
    if any(mark in text for text in texts(rich) for mark in STRAY):
        raise FaultyRich("placeholder")


def _check_areas(rich: Imagemap) -> None:
    if not 1 <= len(rich.areas) <= MOST_AREAS:
        raise FaultyRich("many")
    for each in rich.areas:
        across = 0 <= each.x < each.x + each.width <= rich.picture.width
        down = 0 <= each.y < each.y + each.height <= rich.picture.height
        if not (across and down):
            raise FaultyRich("area")


def _check_cards(rich: Cards) -> None:
    if not 1 <= len(rich.cards) <= MOST_CARDS:
        raise FaultyRich("many")
    for card in rich.cards:
        if not 0 < len(card.title) <= TITLE or not (card.text or card.picture):
            raise FaultyRich("empty")
        if len(card.text) > TEXT or len(card.buttons) > MOST_BUTTONS:
            raise FaultyRich("many")
