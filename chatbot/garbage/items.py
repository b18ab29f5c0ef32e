"""The values of the garbage guide: items, classes and districts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatbot.garbage.days import Schedule


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

    def label(self, language: str) -> str:
        return self.english[0] if language == "en" and self.english else self.name


@dataclass(frozen=True, slots=True)
class GarbageClass:
    """One way in which the city collects; names and instructions by language."""

    key: str
    names: Mapping[str, str]
    instructions: Mapping[str, str]
    collected: bool = True


@dataclass(frozen=True, slots=True)
class District:
    """A part of the city with its collection days by class."""

    key: str
    names: Mapping[str, str]
    days: Mapping[str, Schedule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole garbage guide of the city."""

    items: tuple[Item, ...]
    classes: Mapping[str, GarbageClass]
    districts: Mapping[str, District]
