"""The values of the garbage guide: items, classes, districts and the plants that take things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chatbot.garbage.days import Schedule
from portal.core.text_marks import spoken

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing somebody wants to throw away; class_key names how the city collects it."""

    key: str
    name: str
    class_key: str
    kana: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    """English name and other English names; the first is shown."""
    english_note: str = ""
    fee: str = ""
    """What it costs, where that differs from its class; as the city writes it."""
    initial: str = ""
    """The letter under which it stands in a list, where neither name nor kana tells."""

    def label(self, language: str) -> str:
        return self.english[0] if language == "en" and self.english else self.name

    def said_note(self, language: str) -> str:
        """What to mind, in English where somebody wrote it."""
        return (self.english_note if language == "en" else self.note) or ""


@dataclass(frozen=True, slots=True)
class GarbageClass:
    """One way in which the city collects; names, instructions, fee and booking by language."""

    key: str
    names: Texts
    instructions: Texts
    collected: bool = True
    fee: Texts = field(default_factory=dict)
    booking: Texts = field(default_factory=dict)
    booking_url: str = ""

    def name(self, language: str) -> str:
        return said(self.names, language)

    def how(self, language: str) -> str:
        return said(self.instructions, language)


@dataclass(frozen=True, slots=True)
class District:
    """A part of the city with its collection days by class.

    `part_of`: key of the catalogue's district it lies in, where the key is not already that.
    """

    key: str
    names: Texts
    days: Mapping[str, Schedule] = field(default_factory=dict)
    part_of: str = ""
    center: str = ""

    def name(self, language: str) -> str:
        return said(self.names, language)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a plant takes nothing, both included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Center:
    """A plant that collects or takes garbage, and when it is closed."""

    key: str
    name: str
    closures: tuple[Closure, ...] = ()

    def closed_on(self, day: date) -> bool:
        return any(one.first <= day <= one.last for one in self.closures)


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole garbage guide of the city. `synonyms`: groups of words for one thing."""

    items: tuple[Item, ...]
    classes: Mapping[str, GarbageClass]
    districts: Mapping[str, District]
    centers: Mapping[str, Center] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()
    version: str = "shipped"

    def item(self, key: str) -> Item | None:
        return next((each for each in self.items if each.key == key), None)

    def of_class(self, key: str) -> tuple[Item, ...]:
        return tuple(each for each in self.items if each.class_key == key)


def said(texts: Texts, language: str) -> str:
    """The text in the language, else in the nearest that is written; "" where there is none."""
    return spoken(texts, language)
